package job

import (
	"strings"
	"testing"
)

// Every marked character of an expression is found where it stands in the file, however it is quoted and folded.
func TestWithin(t *testing.T) {
	for name, where := range map[string]string{
		"plain":               "  where: abc == X",
		"single quotes":       "  where: 'it''s == \"X\"'",
		"double quotes":       `  where: "a \"b\" \u00e9 \x41 == X"`,
		"flow":                `  assert: { that: 'a == X', else: b }`,
		"literal":             "  where: |\n    first &&\n      second == X\n",
		"folded":              "  where: >-\n    first &&\n    second == X\n",
		"plain over lines":    "  where: first &&\n    second == X",
		"quoted over lines":   "  where: \"first &&\n    second == X\"",
		"joined by backslash": "  where: \"first && \\\n    second == X\"",
		"blank lines":         "  where: \"first\n\n    == X\"",
		"wide characters":     "  where: größe == '日本' && X",
		"anchor":              "  where: &w a == X\n  assert: { that: *w, else: x }",
	} {
		t.Run(name, func(t *testing.T) {
			source := "version: 1\nname: x\nsource:\n  csv: in.csv\n" + where + "\nmapping: { a: A }\nsink: { csv: out.csv }\n"
			j, ds := Parse("job.yaml", []byte(source))
			if len(ds) > 0 {
				t.Fatalf("parse: %v", ds)
			}
			s := j.Steps[0].Source.Where
			if len(j.Steps[0].Source.Assert) > 0 && !s.Set {
				s = j.Steps[0].Source.Assert[0].That
			}
			offset := strings.Index(s.Text, "X")
			at := j.Within(s, runes(s.Text[:offset]))
			line := strings.Split(source, "\n")[at.Line-1]
			if !strings.HasPrefix(fromColumn(line, at.Column), "X") {
				t.Errorf("place %d:%d is in %q", at.Line, at.Column, line)
			}
			if first := j.Within(s, 0); fromColumn(strings.Split(source, "\n")[first.Line-1], first.Column)[0] != s.Text[0] {
				t.Errorf("the first character is at %v", first)
			}
			for i := range runes(s.Text) + 2 {
				if p := j.Within(s, i); p.Line < s.Line {
					t.Errorf("character %d is at %v, before the scalar", i, p)
				}
			}
		})
	}
}
