package job

import (
	"strings"
	"testing"
)

const head = "version: 1\nname: x\nsource: { csv: in.csv }\nsink: { csv: out.csv }\n"

// Files made to cost time or memory are refused, or read with a bounded number of errors.
func TestHostileFiles(t *testing.T) {
	repeat := func(s string) string { return strings.Repeat(s, 450_000/len(s)) }
	lines := func(s string) string { return repeat(strings.Repeat(s, 15_000/len(s)) + "\n ") }
	for _, test := range []struct{ name, source, want string }{
		{"large file", head + "#" + strings.Repeat("x\n#", maxFileSize/2), "a job file has at most 1048576"},
		{"long line", head + "mapping: { a: " + strings.Repeat("x", maxLine) + " }", "a line of a job file has at most 20000"},
		{"brackets", head + "mapping: " + strings.Repeat("[", 15_000), "never closed"},
		{"brackets on many lines", head + "mapping: " + lines("["), "never closed"},
		{"quotes in brackets", head + "mapping: {" + lines(`"a" `), "closing quote"},
		{"texts with brackets", head + "mapping: {" + lines("a[], "), "must be quoted"},
		{"nulls", head + "mapping: {\n " + lines("ä, ") + "}", "too many errors"},
		{"unknown keys", head + repeat("sorce: 1\n"), "too many errors"},
		{"many targets", head + "mapping:\n" + repeat(" ä: b\n"), "is written twice"},
		{"long list", head + "mapping: { a: { value: [\n " + lines("ä, ") + "] } }", "more than 100000 values"},
		{"merges of merges", head + mergeBomb(), "more than 100000 values"},
		{"anchors", head + "mapping:\n  a: { value: [\n" + repeat("&a x,\n") + "] }", "that nothing uses"},
		{"placeholders", head + "connection: '" + strings.Repeat("${a|", 4000) + "'\nmapping: { a: b }", ""},
		{"tabs", head + repeat("\t\n"), "a tab, or a text that starts"},
		{"question marks", head + lines("? "), ""},
		{"dashes", head + "mapping: " + lines("- "), ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			j, ds := Parse("job.yaml", []byte(test.source))
			if j != nil {
				_, more := j.Resolve(Environment{})
				ds = append(ds, more...)
			}
			if len(ds) == 0 || len(ds) > maxDiagnostics+1 {
				t.Fatalf("%d diagnostics", len(ds))
			}
			for _, d := range ds {
				if strings.Contains(d.Message, test.want) {
					return
				}
			}
			t.Errorf("none of %d diagnostics says %q; the first is %v", len(ds), test.want, ds[0])
		})
	}
}

// mergeBomb is a mapping of merges of merges, ten to the ninth if it were unfolded.
func mergeBomb() string {
	var b strings.Builder
	b.WriteString("mapping:\n  m0: &m0 { from: a }\n")
	for i := '1'; i <= '9'; i++ {
		b.WriteString("  m" + string(i) + ": &m" + string(i) + " { <<: [" + strings.Repeat("*m"+string(i-1)+", ", 10) + "] }\n")
	}
	return b.String()
}

func TestByteOrderMarkAndLineEnds(t *testing.T) {
	unix := head + "mapping:\n  a: A\n  b: { from: B, tpe: text }\n"
	_, want := Parse("job.yaml", []byte(unix))
	for name, source := range map[string]string{
		"byte order mark": "\ufeff" + unix,
		"windows":         strings.ReplaceAll(unix, "\n", "\r\n"),
		"both":            "\ufeff" + strings.ReplaceAll(unix, "\n", "\r\n"),
	} {
		_, got := Parse("job.yaml", []byte(source))
		if len(want) != 1 || len(got) != 1 || got[0] != want[0] {
			t.Errorf("%s: %v, want %v", name, got, want)
		}
	}
}
