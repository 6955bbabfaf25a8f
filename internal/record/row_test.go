package record

import "testing"

func TestOrigin(t *testing.T) {
	for want, origin := range map[string]Origin{
		"in/a.csv, row 7":                 {File: "in/a.csv", Line: 7},
		"-, row 1":                        {File: "-", Line: 1},
		"a.xlsx, sheet Prices 2, row 100": {File: "a.xlsx", Sheet: "Prices 2", Line: 100},
	} {
		if got := origin.String(); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

func TestRowText(t *testing.T) {
	row := Row{Cells: []Cell{{Text: "a"}, {Text: " b "}}}
	for place, want := range map[int]string{-1: "", 0: "a", 1: " b ", 2: "", 99: ""} {
		if got := row.Text(place); got != want {
			t.Errorf("cell %d is %q", place, got)
		}
	}
}

func TestProblemText(t *testing.T) {
	for want, problem := range map[string]Problem{
		`column "Net price": no number`:  {Column: "Net price", Field: "price", Message: "no number"},
		"field price: out of range":      {Field: "price", Message: "out of range"},
		"the row has 4 cells, not three": {Code: "ragged_row", Message: "the row has 4 cells, not three"},
	} {
		if got := problem.Error(); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}
