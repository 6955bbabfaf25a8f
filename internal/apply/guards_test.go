package apply_test

import (
	"fmt"
	"testing"

	"github.com/shopspring/decimal"

	"bcetl/internal/emulator"
	"bcetl/internal/job"
)

func bound(text string) job.Bound {
	b, err := job.ParseBound(text)
	if err != nil {
		panic(err)
	}
	return b
}

func TestGuards(t *testing.T) {
	half := job.Bound{IsPercent: true, Percent: decimal.NewFromInt(50), Text: "50%"}
	tests := []struct {
		name    string
		mode    string
		guard   string
		bound   job.Bound
		rows    []string
		tripped bool
	}{
		{"half is not more than half", "update", "price", half, []string{`{"sku":"A","price":15}`, `{"sku":"B","price":50}`}, false},
		{"more than half up", "update", "price", half, []string{`{"sku":"A","price":15.01}`}, true},
		{"more than half down", "update", "price", half, []string{`{"sku":"A","price":4.99}`}, true},
		{"from zero", "update", "price", half, []string{`{"sku":"FREE","price":100}`}, false},
		{"a sale that ends", "update", "price", half, []string{`{"sku":"B","sale_price":0}`}, false},
		{"a sale that falls", "update", "price", half, []string{`{"sku":"B","sale_price":1}`}, true},
		{"price as a number", "update", "price", bound("1"), []string{`{"sku":"B","price":101,"sale_price":81}`}, false},
		{"price as a number, passed", "update", "price", bound("1"), []string{`{"sku":"A","price":11}`, `{"sku":"B","price":101}`}, true},
		{"stock to nothing", "update", "stock", half, []string{`{"sku":"A","inventory_level":0}`}, true},
		{"stock by half", "update", "stock", half, []string{`{"sku":"A","inventory_level":5}`}, false},
		{"stock as a number", "update", "stock", bound("0"), []string{`{"sku":"A","inventory_level":9}`}, true},
		{"zero price", "update", "zero_price", bound("0"), []string{`{"sku":"A","price":0}`}, true},
		{"zero price that was zero", "update", "zero_price", bound("0"), []string{`{"sku":"FREE","price":0}`}, false},
		{"new at zero", "upsert", "zero_price", bound("0"), []string{`{"sku":"N","name":"N","type":"physical","weight":1,"price":0}`}, true},
		{"rows", "update", "rows", bound("50%"), []string{`{"sku":"A","price":11}`, `{"sku":"B","price":100}`}, false},
		{"rows, passed", "update", "rows", bound("40%"), []string{`{"sku":"A","price":11}`, `{"sku":"B","price":100}`}, true},
		{"create", "upsert", "create", bound("0"), []string{`{"sku":"N","name":"N","type":"physical","weight":1,"price":1}`}, true},
		{"delete", "delete", "delete", bound("0"), []string{`{"sku":"A"}`}, true},
		{"delete, allowed", "delete", "delete", bound("1"), []string{`{"sku":"A"}`}, false},
		{"delete of nothing", "delete", "delete", bound("0"), []string{`{"sku":"Z"}`}, false},
		{"new names", "update", "new_names", bound("1"), []string{`{"sku":"A","brand_id":` + ref("brand", "x", create) + `}`, `{"sku":"B","brand_id":` + ref("brand", "y", create) + `}`}, true},
		{"new names of rejected rows", "update", "new_names", bound("0"), []string{`{"sku":"Z","brand_id":` + ref("brand", "x", create) + `}`}, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			store := guarded()
			b := onProducts(t, store, test.mode, "sku")
			b.guards = map[string]job.Bound{test.guard: test.bound}
			b.must(b.apply(test.rows...))
			got := ""
			for _, guard := range b.plan.Guards {
				got += guard.Name + ": " + guard.Message
			}
			if (got != "") != test.tripped {
				t.Errorf("guards: %q", got)
			}
			if test.tripped && len(store.Writes()) != 0 {
				t.Errorf("a guard was passed and yet: %s", wrote(store))
			}
		})
	}
}

func guarded() *emulator.Store {
	store := strictStore()
	store.InsertProduct(product("A", "A", "inventory_tracking", "product", "inventory_level", 10))
	store.InsertProduct(product("B", "B", "price", "100", "sale_price", "80"))
	store.InsertProduct(product("Free", "FREE", "price", "0"))
	store.ResetLog()
	return store
}

func TestGuardOfTooFewRows(t *testing.T) {
	store := guarded()
	b := onProducts(t, store, "update", "sku")
	b.minRows = 2
	b.must(b.apply(`{"sku":"A","price":11}`))
	if got := fmt.Sprint(b.plan.Guards); got != "[{min_rows the input has 1 row, limits.min_rows is 2}]" {
		t.Error(got)
	}
}

// TestVariantThatInheritsAgain: null is no price, so no guard of prices is passed.
func TestVariantThatInheritsAgain(t *testing.T) {
	store := strictStore()
	store.InsertProduct(withVariants("Shirt", "SH"))
	b := onVariants(t, store)
	b.guards = map[string]job.Bound{"price": bound("50%"), "zero_price": bound("0")}
	b.must(b.apply(`{"sku":"SH-a","price":null}`))
	b.wants("updated")
}
