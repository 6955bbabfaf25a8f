package job

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestNearest(t *testing.T) {
	fields := []string{"sku", "name", "price", "sale_price", "retail_price", "brand_id", "is_visible", "weight"}
	for _, test := range []struct {
		word string
		n    int
		want []string
	}{
		{"pirce", 3, []string{"price"}},
		{"Price", 1, []string{"price"}},
		{"sale price", 1, []string{"sale_price"}},
		{"SalePrice", 1, []string{"sale_price"}},
		{"price", 3, []string{"price", "sale_price", "retail_price"}},
		{"wieght", 3, []string{"weight"}},
		{"visible", 3, []string{"is_visible"}},
		{"zzz", 3, nil},
		{"", 3, nil},
		{"sku", 0, nil},
		{strings.Repeat("price", 10_000), 3, nil},
	} {
		if diff := cmp.Diff(test.want, Nearest(test.word, fields, test.n)); diff != "" {
			t.Errorf("Nearest(%.20q, %d) (-want +got):\n%s", test.word, test.n, diff)
		}
	}
}

func TestAlternatives(t *testing.T) {
	for _, test := range []struct {
		word       string
		candidates []string
		want       string
	}{
		{"pirce", []string{"price", "sku"}, "; did you mean price?"},
		{"xyzzy", []string{"price", "sku", "name"}, "; expected price, sku or name"},
		{"xyzzy", nil, ""},
		{"xyzzy", strings.Split(strings.Repeat("abcdefgh ", 20), " "), ""},
	} {
		if got := Alternatives(test.word, test.candidates); got != test.want {
			t.Errorf("Alternatives(%q) = %q, want %q", test.word, got, test.want)
		}
	}
}
