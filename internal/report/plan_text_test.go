package report

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/rivo/uniseg"
	"pgregory.net/rapid"

	"bcetl/internal/record"
)

func planText(p *Plan, changes []PlanChange, style PlanStyle) string {
	var out strings.Builder
	t := NewPlanText(&out, style)
	t.Begin(p)
	for i := range p.Steps {
		t.Step(&p.Steps[i])
		for _, c := range changes {
			_ = t.Change(c)
		}
		_ = t.End(&p.Steps[i])
	}
	return out.String()
}

func TestPlanText(t *testing.T) {
	for _, c := range []struct {
		name  string
		style PlanStyle
	}{
		{"plan-60.txt", PlanStyle{Width: 60}},
		{"plan-120.txt", PlanStyle{Width: 120, All: true}},
		{"plan-colour.txt", PlanStyle{Width: 100, Color: true}},
		{"plan-most.txt", PlanStyle{Width: 80, Most: 1, All: true}},
	} {
		golden(t, c.name, planText(pricesPlan(), planChanges(), c.style))
	}
}

func TestPlanTextOfNothing(t *testing.T) {
	golden(t, "plan-empty.txt", planText(&Plan{Job: "quiet", Store: "abcd1234", Steps: []PlanStep{
		{Name: "stock", Mode: "update", Object: "variants", Match: "sku", Rows: 1, Records: 1, Unchanged: 1, LookUps: 1},
	}}, nil, PlanStyle{}))
}

// Whatever a sheet or a store holds, no line is wider than asked for, no escape code but our own colours is written, and colour
// changes no word.
func TestPlanTextKeepsItsWidth(t *testing.T) {
	text := rapid.OneOf(rapid.String(), rapid.StringOf(rapid.SampledFrom([]rune("ab ,.<>茶é\u0301\u200d👩\u202e\x1b\n\r\t"))))
	value := rapid.Custom(func(t *rapid.T) record.Value {
		switch rapid.IntRange(0, 5).Draw(t, "kind") {
		case 0:
			return record.Value{}
		case 1:
			return record.NullValue()
		case 2:
			return record.NumberValue(rapid.StringMatching(`-?[1-9][0-9]{0,30}(\.[0-9]{1,20})?`).Draw(t, "number"))
		case 3:
			return textsValue(rapid.SliceOfN(text, 0, 30).Draw(t, "list")...)
		default:
			return record.TextValue(text.Draw(t, "text"))
		}
	})
	rapid.Check(t, func(t *rapid.T) {
		c := PlanChange{Key: text.Draw(t, "key"), Action: rapid.SampledFrom([]string{"create", "update", "delete", "reject"}).Draw(t, "action"), StoreID: 7}
		for range rapid.IntRange(0, 4).Draw(t, "fields") {
			c.Fields = append(c.Fields, PlanField{Field: text.Draw(t, "field"), Before: value.Draw(t, "before"), After: value.Draw(t, "after")})
		}
		p := pricesPlan()
		p.Steps[0].Columns[0].From, p.Steps[0].Effects[0], p.Steps[0].Guards[0].Message = text.Draw(t, "from"), text.Draw(t, "effect"), text.Draw(t, "guard")
		width := rapid.IntRange(40, 130).Draw(t, "width")
		plain := planText(p, []PlanChange{c}, PlanStyle{Width: width})
		colored := planText(p, []PlanChange{c}, PlanStyle{Width: width, Color: true})
		if strings.ContainsFunc(plain, func(r rune) bool { return r != '\n' && hiddenRune(r) && r != ' ' }) {
			t.Fatalf("a hidden character: %q", plain)
		}
		if bare := escapes.ReplaceAllString(colored, ""); bare != plain {
			t.Fatalf("colour changes the words:\n%s\n%s", plain, bare)
		}
		for line := range strings.Lines(plain) {
			if n := uniseg.StringWidth(strings.TrimSuffix(line, "\n")); n > width {
				t.Fatalf("%d columns in a line of %d: %q", n, width, line)
			}
		}
	})
}

func TestPlanTextStopsAtAFailedWriter(t *testing.T) {
	broken := errors.New("broken pipe")
	text := NewPlanText(failingWriter{broken}, PlanStyle{})
	p := pricesPlan()
	text.Begin(p)
	text.Step(&p.Steps[0])
	if err := text.Change(planChanges()[0]); !errors.Is(err, broken) {
		t.Errorf("Change: %v", err)
	}
	if err := text.End(&p.Steps[0]); !errors.Is(err, broken) {
		t.Errorf("End: %v", err)
	}
}

type failingWriter struct{ err error }

func (w failingWriter) Write([]byte) (int, error) { return 0, w.err }

func TestShown(t *testing.T) {
	for _, c := range []struct {
		value record.Value
		want  string
	}{
		{record.Value{}, "(unset)"},
		{record.NullValue(), "(none)"},
		{record.TextValue(""), `""`},
		{record.TextValue("(none)"), `"(none)"`},
		{record.TextValue(" x"), `" x"`},
		{record.TextValue("a\u00a0b\ufeff"), `a\u00a0b\ufeff`},
		{record.TextValue("a\nb\r\n\x00\xff\U000e0001"), `a⏎b\r⏎\x00\xff\U000e0001`},
		{numberValue("0"), "0"},
		{numberValue("12.50"), "12.50"},
		{record.BoolValue(true), "true"},
		{record.ListValue(nil), "(empty list)"},
		{textsValue("a", "", "c"), `a, "", c`},
		{record.RefValue(record.Ref{Kind: "category", Key: "Shop/Tea"}), "category Shop/Tea"},
	} {
		if got := shown(c.value); got != c.want {
			t.Errorf("%s %q is shown as %s, want %s", c.value.Kind(), c.value.String(), got, c.want)
		}
	}
}

func TestPriceMove(t *testing.T) {
	for _, c := range []struct{ field, before, after, want string }{
		{"price", "10", "12.50", "+25%"},
		{"sale_price", "3", "2", "-33.3%"},
		{"price", "0", "5", ""},
		{"price", "5", "5.00", ""},
		{"inventory_level", "5", "6", ""},
	} {
		if got := priceMove(PlanField{c.field, numberValue(c.before), numberValue(c.after)}); got != c.want {
			t.Errorf("%s %s to %s: %q, want %q", c.field, c.before, c.after, got, c.want)
		}
	}
}

// Both sides of a difference are in it, whole.
func TestDifference(t *testing.T) {
	piece := rapid.SliceOfN(rapid.SampledFrom([]string{"a", "b", "c", " "}), 0, 40)
	rapid.Check(t, func(t *rapid.T) {
		a, b := piece.Draw(t, "a"), piece.Draw(t, "b")
		checkDifference(t, a, b)
	})
	var a, b []string
	for i := range 3 * mostEdits {
		a, b = append(a, "same", fmt.Sprint("a", i)), append(b, "same", fmt.Sprint("b", i))
	}
	checkDifference(t, a, b)
}

func checkDifference(t interface{ Fatalf(string, ...any) }, a, b []string) {
	raw := difference(a, b)
	for _, edits := range [][]edit{raw, joinEdits(raw)} {
		var before, after strings.Builder
		for _, e := range edits {
			if e.kind != '+' {
				before.WriteString(e.text)
			}
			if e.kind != '-' {
				after.WriteString(e.text)
			}
		}
		if before.String() != strings.Join(a, "") || after.String() != strings.Join(b, "") {
			t.Fatalf("%q to %q gives %v", a, b, edits)
		}
	}
}

func TestWordsOf(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.String().Draw(t, "text")
		if got := strings.Join(wordsOf(text), ""); got != text {
			t.Fatalf("%q comes apart as %q", text, got)
		}
	})
	if got := strings.Join(wordsOf(`<b>Tee</b> für 12`), "|"); got != "<b>|Tee|</b>| |für| |12" {
		t.Error(got)
	}
}
