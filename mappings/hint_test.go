package mappings

import (
	"strings"
	"testing"

	"bcetl/internal/record"
)

// TestHintsAreRight maps a text that is refused, writes what the message proposes into the job, and maps it again.
func TestHintsAreRight(t *testing.T) {
	for _, test := range []struct{ field, text, hint, want string }{
		{"price", "1,234.50", `"1,234.56"`, `{"price":1234.50}`},
		{"price", "1,234", `"1,234.56" or "1.234,56"`, `{"price":1234}`},
		{"price", "1.234,50", `"1.234,56"`, `{"price":1234.50}`},
		{"price", "12,5", `"1.234,56"`, `{"price":12.5}`},
		{"price", "1.234.567", `"1.234,56"`, `{"price":1234567}`},
		{"price", "1 234,50", `"1 234,56"`, `{"price":1234.50}`},
		{"price", "1\u00a0234.50", `"1 234.56"`, `{"price":1234.50}`},
		{"price", "1'234.50", `"1'234.56"`, `{"price":1234.50}`},
		{"price", "€ 12", `"1,234.56"`, `{"price":12}`},
		{"price", "12,50 EUR", `"1.234,56"`, `{"price":12.50}`},
		{"price", "12.5 kg", `"1,234.56 kg"`, `{"price":12.5}`},
		{"stock", "12 Stk", `"1,234.56 Stk"`, `{"stock":12}`},
		{"price", "1.200 EUR", `"1,234.56" or "1.234,56"`, `{"price":1.200}`},
		{"released", "31/03/2026", `"%d/%m/%Y"`, `{"released":"2026-03-31T00:00:00+00:00"}`},
		{"released", "3/31/2026", `"%m/%d/%Y"`, `{"released":"2026-03-31T00:00:00+00:00"}`},
		{"released", "31.3.26", `"%d.%m.%y"`, `{"released":"2026-03-31T00:00:00+00:00"}`},
		{"released", "31.03.2026 14:30", `"%d.%m.%Y %H:%M"`, `{"released":"2026-03-31T14:30:00+00:00"}`},
		{"released", "31 March 2026", `"%d %B %Y"`, `{"released":"2026-03-31T00:00:00+00:00"}`},
		{"released", "Mar 31, 2026", `"%b %d, %Y"`, `{"released":"2026-03-31T00:00:00+00:00"}`},
		{"released", "20260331", `"%Y%m%d"`, `{"released":"2026-03-31T00:00:00+00:00"}`},
		{"released", "1/2/2026", `"%d/%m/%Y" or "%m/%d/%Y"`, `{"released":"2026-02-01T00:00:00+00:00"}`},

		{"price", "on request", "", ""},
		{"price", "-", "", ""},
		{"price", "5%", "", ""},
		{"price", "3/4", "", ""},
		{"price", "1,23,4", "", ""},
		{"price", "from 12 a piece", "", ""},
		{"released", "soon", "", ""},
		{"released", "31.31.2026", "", ""},
		{"released", "week 12", "", ""},
	} {
		t.Run(test.text, func(t *testing.T) {
			cells := []record.Row{rowOf([]string{"A"}, test.text)}
			_, _, _, problem := compileImport(t, test.field+": A", []string{"A"}, Scope{}).Map(cells)
			if problem == nil {
				t.Fatal("the text was taken")
			}
			_, hint, found := strings.Cut(problem.Message, "layout: ")
			if hint != test.hint || found != (test.hint != "") {
				t.Fatalf("the hint is %s, not %s: %s", hint, test.hint, problem.Message)
			}
			if !found {
				if strings.Contains(problem.Message, "layout") {
					t.Errorf("a layout that does not help: %s", problem.Message)
				}
				return
			}
			first, _, _ := strings.Cut(hint, " or ")
			doc, _, _, problem := compileImport(t, test.field+": { from: A, layout: "+first+" }", []string{"A"}, Scope{}).Map(cells)
			if got := outcome(doc, problem); got != test.want {
				t.Errorf("with the hint's layout: got %s, want %s", got, test.want)
			}
		})
	}
}
