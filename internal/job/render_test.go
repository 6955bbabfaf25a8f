package job

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestSnippet(t *testing.T) {
	long := strings.Repeat("a", 300) + "HERE" + strings.Repeat("b", 300)
	for _, test := range []struct {
		name           string
		line           string
		column, length int
		text, marks    string
	}{
		{"plain", "name: price", 7, 5, "name: price", "      ^~~~~"},
		{"tab", "\ta: b", 5, 1, "    a: b", "       ^"},
		{"wide characters", "日本: x", 5, 1, "日本: x", "      ^"},
		{"wide characters marked", "日本: x", 1, 2, "日本: x", "^~~~"},
		{"combining characters", "e\u0301te\u0301: x", 8, 1, "e\u0301te\u0301: x", "     ^"},
		{"behind the end", "abc", 4, 5, "abc", "   ^"},
		{"far behind the end", "abc", 40, 1, "abc", "   ^"},
		{"length over the end", "abc", 2, 50, "abc", " ^~"},
		{"control characters", "a\x1b[31mb", 7, 1, "a\ufffd[31mb", "      ^"},
		{"empty line", "", 1, 1, "", "^"},
		{
			"long line", long, 301, 4,
			"…" + strings.Repeat("a", 32) + "HERE" + strings.Repeat("b", 64) + "…",
			strings.Repeat(" ", 33) + "^~~~",
		},
		{
			"long line at its start", long, 1, 1,
			strings.Repeat("a", 100) + "…",
			"^",
		},
		{
			"long line at its end", long, 605, 1,
			"…" + strings.Repeat("b", 100),
			strings.Repeat(" ", 101) + "^",
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			text, marks := snippet(test.line, test.column, test.length)
			if diff := cmp.Diff([]string{test.text, test.marks}, []string{text, marks}); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func TestRender(t *testing.T) {
	ds := []Diagnostic{
		{File: "b.yaml", Pos: Pos{1, 1}, Length: 1, Message: "of another file", Rule: "key"},
		{File: "a.yaml", Pos: Pos{2, 3}, Length: 2, Message: "second", Rule: "key"},
		{File: "a.yaml", Pos: Pos{1, 1}, Length: 3, Message: "first", Rule: "yaml"},
		{File: "a.yaml", Pos: Pos{2, 3}, Length: 2, Message: "second", Rule: "key"},
		{File: "a.yaml", Message: "of the command line \x1b[2J", Rule: "param"},
		{File: "a.yaml", Pos: Pos{99, 1}, Message: "behind the file", Rule: "yaml"},
	}
	want := "a.yaml: of the command line \ufffd[2J [param]\n" +
		"a.yaml:1:1: first [yaml]\n   1 | one\n     | ^~~\n" +
		"a.yaml:2:3: second [key]\n   2 | a two\n     |   ^~\n" +
		"a.yaml:99:1: behind the file [yaml]\n" +
		"b.yaml:1:1: of another file [key]\n"
	var out strings.Builder
	if err := Render(&out, ds, map[string][]byte{"a.yaml": []byte("\ufeffone\r\na two")}, false); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	out.Reset()
	if err := Render(&out, ds[2:3], map[string][]byte{"a.yaml": []byte("one")}, true); err != nil {
		t.Fatal(err)
	}
	coloured := "\x1b[1ma.yaml:1:1:\x1b[0m first \x1b[2m[yaml]\x1b[0m\n\x1b[2m   1 | \x1b[0mone\n\x1b[2m     | \x1b[0m\x1b[31m^~~\x1b[0m\n"
	if diff := cmp.Diff(coloured, out.String()); diff != "" {
		t.Errorf("with colour (-want +got):\n%s", diff)
	}
	if err := Render(full{}, ds, nil, false); !errors.Is(err, errFull) {
		t.Errorf("error of a full writer = %v", err)
	}
}

var errFull = errors.New("no space left")

type full struct{}

func (full) Write([]byte) (int, error) { return 0, errFull }
