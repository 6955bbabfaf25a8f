package mappings

import (
	"errors"
	"strings"
	"testing"

	"bcetl/internal/job"
	"bcetl/internal/record"
)

// TestUnpack takes a cell apart that packs two columns: an element is made of each of its rows, by rules that name those columns.
func TestUnpack(t *testing.T) {
	scope := Scope{Unpack: map[string]Unpacker{"pairs": {
		Columns: []string{"Name", "Value"},
		Rows: func(row *record.Row) ([][]string, error) {
			var table [][]string
			for piece := range strings.SplitSeq(row.Text(1), ";") {
				name, value, found := strings.Cut(piece, "=")
				if !found {
					return nil, errors.New("no = in " + piece)
				}
				table = append(table, []string{name, value})
			}
			return table, nil
		},
	}}}
	mapping, found := job.ParseMapping("job.yaml", []byte(`
code: SKU
extras: { each: { from: Packed, split: ";" }, fields: { name: { from: Name, expr: 'value + row["Value"]' }, value: { from: [Value, Name] } } }
`))
	if len(found) > 0 {
		t.Fatal(found)
	}
	mapping[1].Rule.Each.Unpack = "pairs"
	header := record.NewHeader([]string{"SKU", "Packed"})
	program, found := CompileImport("job.yaml", mapping, header, &gadgets, "code", "update", scope)
	if len(found) > 0 {
		t.Fatal(found)
	}
	for cell, want := range map[string]string{
		"A=1;B=2":                                `{"code":"s","extras":[{"name":"A1","value":"1"},{"name":"B2","value":"2"}]}`,
		"A=":                                     `{"code":"s","extras":[{"name":"A","value":"A"}]}`,
		"":                                       `{"code":"s"}`,
		"A":                                      "bad_packed Packed: no = in A",
		"A=1;B" + strings.Repeat("x", 10) + "=2": "too_long Packed: Name, element 2: ",
	} {
		row := record.Row{Header: header, Cells: []record.Cell{{Text: "s"}, {Text: cell}}}
		doc, _, _, problem := program.Map([]record.Row{row})
		got := ""
		if problem != nil {
			got = problem.Code + " " + problem.Column + ": " + problem.Message
		} else {
			got = string(doc.AppendJSON(nil))
		}
		if got != want && (want[len(want)-1] != ' ' || !strings.HasPrefix(got, want)) {
			t.Errorf("%q:\n got %s\nwant %s", cell, got, want)
		}
	}
	mapping[1].Rule.Fields[0].Rule.From[0].Text = "Label"
	if _, found := CompileImport("job.yaml", mapping, header, &gadgets, "code", "update", scope); len(found) != 1 || !strings.Contains(found[0].Message, `"Label"`) {
		t.Errorf("a column that the packed table lacks: %v", found)
	}
}
