package apply_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"bcetl/internal/bigcommerce/catalogue"
	"bcetl/internal/emulator"
	"bcetl/internal/record"
)

// TestTheScriptOfEveryFieldNamesThemAll: a field that is added to the catalogue must be carried both ways round as well.
func TestTheScriptOfEveryFieldNamesThemAll(t *testing.T) {
	script, err := os.ReadFile(filepath.Join("..", "cli", "testdata", "script", "import_every_field.txtar"))
	if err != nil {
		t.Fatal(err)
	}
	for _, object := range []*catalogue.Object{&catalogue.Products, &catalogue.Variants} {
		for _, job := range []string{"out", "in"} {
			_, text, _ := strings.Cut(string(script), "-- "+object.Name+"-"+job+".yaml --")
			text, _, _ = strings.Cut(text, "\n-- ")
			for _, field := range object.Fields {
				if field.Writable && !field.WriteOnly && !strings.Contains(text, "\n  "+field.Path+": ") {
					t.Errorf("%s-%s.yaml lacks %s", object.Name, job, field.Path)
				}
			}
		}
	}
}

// samples gives a value of each kind of field that differs from what a store has of a new record.
func sample(field *catalogue.Field) string {
	switch field.Path {
	case "custom_url.url":
		return `"/elsewhere/"`
	case "upc", "gtin":
		return `"012345678905"`
	case "image_url":
		return `"https://images.example.com/a.jpg"`
	case "availability":
		return `"disabled"` // what price_hidden_label and is_price_hidden ask for
	case "brand_id", "categories", "related_products":
		return map[string]string{"brand_id": "1", "categories": "[1]", "related_products": "[2]"}[field.Path]
	case "type":
		return `"digital"`
	case "inventory_tracking":
		return `"product"`
	}
	switch field.Type {
	case catalogue.Int:
		return "7"
	case catalogue.Decimal:
		return "7.25"
	case catalogue.Bool:
		return "true"
	case catalogue.Date:
		return `"2026-05-06T07:08:09Z"`
	case catalogue.IntList:
		return "[7]"
	case catalogue.TextList:
		return `["x","y"]`
	}
	if len(field.Enum) > 0 {
		return `"` + field.Enum[len(field.Enum)-1] + `"`
	}
	return `"x <b>y</b> \"z\""`
}

// TestEveryFieldIsWrittenKeptAndCleared sets each field, writes it again without a request, and clears it where the catalogue says how.
func TestEveryFieldIsWrittenKeptAndCleared(t *testing.T) {
	for _, object := range []*catalogue.Object{&catalogue.Products, &catalogue.Variants} {
		for i := range object.Fields {
			field := &object.Fields[i]
			if !field.Writable || field.WriteOnly || strings.Contains(field.Path, "[]") {
				continue
			}
			t.Run(object.Name+" "+field.Path, func(t *testing.T) {
				store, key := fieldStore(object, field)
				b := func() *bench {
					b := onProducts(t, store, "update", "sku")
					if object == &catalogue.Variants {
						b = onVariants(t, store)
					}
					if field.Path == "sku" {
						b = onProducts(t, store, "update", "id")
					}
					b.target.Lists[field.Path] = "replace"
					return b
				}
				if field.Path == "sku" && object == &catalogue.Variants {
					t.Skip("variants are matched by their SKU")
				}
				store.ResetLog()
				b().ok(rowOf(key, field.Path, sample(field))).wants("updated")
				store.ResetLog()
				b().ok(rowOf(key, field.Path, sample(field))).wants("unchanged")
				if field.Clear == catalogue.NoClear {
					return
				}
				b().ok(rowOf(key, field.Path, string(field.Clear))).wants("updated")
				store.ResetLog()
				again := b().ok(rowOf(key, field.Path, string(field.Clear)))
				again.wants("unchanged")
				again.wantsWrites("")
			})
		}
	}
}

// fieldStore is a store with two products, in a state in which it takes the field.
func fieldStore(object *catalogue.Object, field *catalogue.Field) (store *emulator.Store, key string) {
	store = shelved(1)
	send(store, "POST", "/v3/catalog/brands", `{"name":"Acme"}`)
	first := withVariants("Shirt", "SH")
	key = `"sku":"SH-a"`
	if object == &catalogue.Products {
		first = product("Shirt", "SH", "is_visible", false, "open_graph_use_meta_description", false, "open_graph_use_product_name", false, "open_graph_use_image", false)
		key = `"sku":"SH"`
		if strings.HasPrefix(field.Path, "is_price_hidden") || field.Path == "price_hidden_label" {
			first["availability"] = "disabled"
		}
		if field.Path == "inventory_level" {
			first["inventory_tracking"] = "product"
		}
		if field.Path == "custom_url.is_customized" {
			first["custom_url"] = map[string]any{"url": "/here/", "is_customized": false}
		}
	}
	store.InsertProduct(first)
	store.InsertProduct(product("Mug", "MUG"))
	if field.Path == "sku" {
		key = `"id":"1"`
	}
	return store, key
}

// rowOf is a row of the key and one field, which may lie in an object.
func rowOf(key, path, value string) string {
	if outer, inner, nested := strings.Cut(path, "."); nested {
		return fmt.Sprintf(`{%s,"%s":{"%s":%s}}`, key, outer, inner, value)
	}
	return fmt.Sprintf(`{%s,"%s":%s}`, key, path, value)
}

// TestEqualValues: what the store would keep as it has it is no change.
func TestEqualValues(t *testing.T) {
	store := strictStore()
	store.InsertProduct(product("Tea", "TEA", "price", "10.9999", "cost_price", "0", "description", "<p>A&nbsp;b</p>\r\n", "preorder_release_date", "2026-03-01T12:00:00+00:00",
		"availability", "preorder", "condition", "New", "page_title", "T"))
	same := []string{
		`"price":10.9999`, `"price":10.99990`, `"price":10.99994`, `"price":"10.9999"`, `"cost_price":0`, `"cost_price":0.00004`, `"weight":1.0000`,
		`"description":"<p>A&nbsp;b</p>\r\n"`, `"preorder_release_date":"2026-03-01T13:00:00+01:00"`, `"preorder_release_date":"2026-03-01T12:00:00Z"`,
		`"condition":"New"`, `"page_title":"T"`, `"is_visible":true`, `"name":"Tea"`,
	}
	for _, fields := range same {
		store.ResetLog()
		onProducts(t, store, "update", "sku").ok(`{"sku":"tea",` + fields + `}`).wantsWrites("")
	}
	other := []string{
		`"price":10.99995`, `"cost_price":0.00005`, `"description":"<p>A b</p>\r\n"`, `"description":"<p>A&nbsp;b</p>\n"`,
		`"preorder_release_date":"2026-03-01T12:00:00+01:00"`, `"preorder_release_date":null`, `"page_title":"t"`, `"page_title":"T "`, `"name":"TEA"`,
	}
	for _, fields := range other {
		b := onProducts(t, store, "update", "sku")
		b.planOnly = true
		b.ok(`{"sku":"tea",` + fields + `}`)
		if b.plan.Updated != 1 {
			t.Errorf("%s is taken for equal", fields)
		}
	}
}

func TestStockOfUntrackedProducts(t *testing.T) {
	store := strictStore()
	store.InsertProduct(product("Mug", "MUG"))
	store.InsertProduct(withVariants("Shirt", "SH"))
	store.InsertProduct(product("Jug", "JUG", "inventory_tracking", "product", "inventory_level", 2))
	store.ResetLog()
	b := onProducts(t, store, "update", "sku").ok(
		`{"sku":"MUG","inventory_level":5,"price":11}`, `{"sku":"SH","inventory_level":5}`, `{"sku":"JUG","inventory_level":5}`)
	b.wants("partial stock_untracked, rejected stock_untracked, updated")
	b.wantsProblem(1, "inventory_tracking is none")
	b.wantsProblem(2, "bigcommerce: variants")
	b.wantsWrites(`PUT /products [{"id":1,"price":11},{"id":3,"inventory_level":5}]`)

	store.ResetLog()
	b = onProducts(t, store, "update", "sku").ok(
		`{"sku":"MUG","inventory_level":6,"inventory_tracking":"product"}`, `{"sku":"SH","inventory_level":5,"inventory_tracking":"variant"}`,
		`{"sku":"JUG","inventory_level":0,"inventory_tracking":"none"}`)
	b.wants("updated, unchanged, updated")
	b.wantsWrites(`PUT /products [{"id":1,"inventory_level":6,"inventory_tracking":"product"},{"id":3,"inventory_tracking":"none"}]`)

	store.ResetLog()
	b = onVariants(t, store).ok(`{"sku":"JUG","inventory_level":9}`, `{"sku":"MUG","inventory_level":7}`, `{"sku":"SH-b","inventory_level":8}`)
	b.wants("rejected stock_untracked, updated, updated")
}

// TestMoneyNeverPassesThroughAFloat: digits that no float has reach the wire as they are.
func TestMoneyNeverPassesThroughAFloat(t *testing.T) {
	store := strictStore()
	fill(store, 1)
	b := onProducts(t, store, "update", "sku")
	b.ok(`{"sku":"SKU-00001","price":9007199254740993.1234,"cost_price":0.1}`)
	b.wantsWrites(`PUT /products [{"id":1,"price":9007199254740993.1234,"cost_price":0.1}]`)
	store.ResetLog()
	b = onProducts(t, store, "update", "sku")
	b.ok(`{"sku":"SKU-00001","price":9007199254740993.1235}`).wants("updated")
	if got := record.NumberValue(stored(t, store, 1, "price")).String(); got != "9007199254740993.1235" {
		t.Error(got)
	}
}
