package job

import (
	"strings"
	"testing"
	"unicode"

	"pgregory.net/rapid"
)

// What quote writes is read as exactly the text, as a key and as a value, in block and in flow style.
func TestQuoteIsReadBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.OneOf(
			rapid.String(),
			rapid.StringOf(rapid.RuneFrom([]rune("ab \"'\\#:,[]{}&*!|>%@`-?~$\t\n\u00a0\u0085\u2028\ufeff日é"))),
		).Filter(func(s string) bool {
			return strings.TrimSpace(s) != "" && !strings.ContainsRune(s, unicode.ReplacementChar)
		}).Draw(t, "text")
		written := quote(text)
		for _, mapping := range []string{"mapping:\n  " + written + ": { value: " + written + " }\n", "mapping: { " + written + ": { value: " + written + " } }\n"} {
			if len(text) > 300 { // a key of YAML has at most 1024 characters
				return
			}
			j, ds := Parse("job.yaml", []byte(head+mapping))
			if len(ds) > 0 {
				t.Fatalf("%s: %v", written, ds)
			}
			m := j.Steps[0].Outputs[0].Mapping[0]
			if m.Target.Text != text || m.Rule.Value.Text != text {
				t.Fatalf("%s is read as %q and %q, want %q", written, m.Target.Text, m.Rule.Value.Text, text)
			}
		}
	})
}

// A plain text is read as it is written, or is an error: nothing is cut off or replaced in silence.
func TestPlainTextSurvivesOrFails(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringOfN(rapid.RuneFrom([]rune("aB0 .,:;#&*!|>%@`-?~$[]{}()\"'\\=+_/<é日")), 1, 12, -1).Draw(t, "text")
		if strings.HasPrefix(text, " ") || strings.HasSuffix(text, " ") || strings.ContainsAny(text[:1], `"'#{|>`) ||
			strings.Contains(text, "  #") || strings.Contains(text, " # ") || strings.HasSuffix(text, " #") || strings.Contains(text, " ##") {
			t.Skip("another style, or a comment of the ordinary kind")
		}
		j, ds := Parse("job.yaml", []byte(head+"mapping:\n  key: "+text+"\n"))
		if len(ds) == 0 && j.Steps[0].Outputs[0].Mapping[0].Rule.From[0].Text != text {
			t.Fatalf("%q is read as %q", text, j.Steps[0].Outputs[0].Mapping[0].Rule.From[0].Text)
		}
		if strings.Contains(text, ":") || strings.HasPrefix(text, "?") {
			return // a key ends at its colon
		}
		j, ds = Parse("job.yaml", []byte(head+"mapping:\n  "+text+": A\n"))
		if len(ds) == 0 && j.Steps[0].Outputs[0].Mapping[0].Target.Text != text {
			t.Fatalf("the key %q is read as %q", text, j.Steps[0].Outputs[0].Mapping[0].Target.Text)
		}
	})
}
