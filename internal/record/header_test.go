package record

import (
	"errors"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestFoldName(t *testing.T) {
	for name, want := range map[string]string{
		"SKU": "sku", "  Net \t price\n(EUR) ": "net price (eur)", "\ufeffSKU": "sku", "\u00a0Größe\u00a0": "größe", "": "", " \t": "", "\ufeff": "",
		"00123": "00123", "ÄRTIKEL": "ärtikel", "a\ufeffb": "a\ufeffb",
	} {
		if got := FoldName(name); got != want {
			t.Errorf("%q folds to %q, not %q", name, got, want)
		}
	}
}

func TestHeaderFind(t *testing.T) {
	h := NewHeader([]string{"\ufeffSKU", "Net  Price", "", "Price", " price ", "  ", "PRICE"})
	for _, test := range []struct {
		name  string
		place int
		err   string
	}{
		{"sku", 0, ""},
		{" NET price", 1, ""},
		{"Price", 0, "3 columns are named \"Price\" (D, E, G); name them apart with `headers: {G: ...}`"},
		{"Pric", 0, `no column is named "Pric"`},
		{"", 0, `no column is named ""`},
		{" ", 0, `no column is named " "`},
	} {
		place, err := h.Find(test.name)
		if said := message(err); place != test.place || said != test.err {
			t.Errorf("%q: place %d, error %q", test.name, place, said)
		}
	}
	var unknown *UnknownColumnError
	if _, err := h.Find("x"); !errors.As(err, &unknown) || unknown.Name != "x" {
		t.Errorf("unknown column: %v", err)
	}
	var ambiguous *AmbiguousColumnError
	if _, err := h.Find("price"); !errors.As(err, &ambiguous) || !cmp.Equal(ambiguous.Places, []int{3, 4, 6}) {
		t.Errorf("ambiguous column: %v", err)
	}
	if h.Len() != 7 || h.Names()[4] != " price " {
		t.Errorf("names %q", h.Names())
	}
}

func message(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

func TestColumnLetters(t *testing.T) {
	for place, letters := range map[int]string{
		0: "A", 25: "Z", 26: "AA", 51: "AZ", 52: "BA", 701: "ZZ", 702: "AAA", 16383: "XFD", 18277: "ZZZ",
	} {
		if got := ColumnLetter(place); got != letters {
			t.Errorf("column %d is %s, not %s", place, got, letters)
		}
		if got, ok := ColumnPlace(letters); !ok || got != place {
			t.Errorf("column %s is %d, not %d", letters, got, place)
		}
	}
	if got := ColumnLetter(-1); got != "" {
		t.Errorf("column -1 is %q", got)
	}
	if place, ok := ColumnPlace("aB"); !ok || place != 27 {
		t.Errorf("column aB is %d, %v", place, ok)
	}
	for _, letters := range []string{"", "AAAA", "1", "A1", " A", "@", "[", "`", "{", "Ä", "ſ", "ı", "\x01", "\xc1"} {
		if place, ok := ColumnPlace(letters); ok {
			t.Errorf("%q is taken for column %d", letters, place)
		}
	}
}

func TestColumnLettersAreReversible(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		place := rapid.IntRange(0, 18277).Draw(t, "place")
		if got, ok := ColumnPlace(ColumnLetter(place)); !ok || got != place {
			t.Fatalf("%d became %s became %d", place, ColumnLetter(place), got)
		}
		far := ColumnLetter(rapid.IntRange(18278, math.MaxInt32).Draw(t, "far"))
		if _, ok := ColumnPlace(far); ok || len(far) < 4 {
			t.Fatalf("column %s", far)
		}
	})
}

// Whatever the names: a column is found by its own name exactly if no other column has that name, however it is written.
func TestHeaderFindsWhatIsThere(t *testing.T) {
	name := rapid.Custom(func(t *rapid.T) string {
		return rapid.StringOfN(rapid.SampledFrom([]rune{'a', 'A', 'b', 'ß', ' ', '\t', '\u00a0', '\ufeff'}), 0, 4, -1).Draw(t, "name")
	})
	rapid.Check(t, func(t *rapid.T) {
		names := rapid.SliceOfN(name, 0, 6).Draw(t, "names")
		h := NewHeader(names)
		for i, own := range names {
			same := 0
			for _, other := range names {
				if FoldName(other) == FoldName(own) {
					same++
				}
			}
			place, err := h.Find(own)
			if found := err == nil; found != (same == 1 && FoldName(own) != "") {
				t.Fatalf("%q in %q: %v", own, names, err)
			}
			if err == nil && place != i {
				t.Fatalf("%q in %q is found at %d", own, names, place)
			}
		}
	})
}
