package cli

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"bcetl/internal/emulator"
)

// addOnce notes a record, and finds fault when one of the name is there already.
func addOnce(t *testing.T, contents map[string]string, name string, v any) {
	t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	if _, twice := contents[name]; twice {
		t.Errorf("twice in the store: %s", name)
	}
	contents[name] += string(text)
}

// sheetOf writes rows as CSV.
func sheetOf(rows [][]string) string {
	var out strings.Builder
	if err := csv.NewWriter(&out).WriteAll(rows); err != nil {
		panic(err) // a strings.Builder takes everything
	}
	return out.String()
}

// products gives the store's products by SKU, without what differs from run to run: ids and times.
func (v *victim) products() map[string]string {
	brands, paths := v.brandNames(), v.categoryPaths()
	products := map[string]string{}
	for _, id := range v.store.ProductIDs() {
		product, _ := v.store.Product(id)
		fields := map[string]any{}
		for _, name := range []string{"name", "price", "type", "weight", "sku", "description", "meta_keywords"} {
			fields[name] = product[name]
		}
		fields["variants"] = variantPrices(product)
		fields["brand"] = brands[fmt.Sprint(product["brand_id"])]
		ids, _ := product["categories"].([]any)
		categories := make([]string, len(ids))
		for i, id := range ids {
			categories[i] = paths[fmt.Sprint(id)]
		}
		slices.Sort(categories)
		fields["categories"] = categories
		text, err := json.Marshal(fields)
		if err != nil {
			panic(err) // decoded JSON encodes
		}
		key := fmt.Sprint(product["sku"])
		if _, twice := products[key]; twice {
			key += fmt.Sprintf(" twice, id %d", id)
		}
		products[key] = string(text)
	}
	return products
}

// names lists the store's brands and the paths of its categories, and finds fault with one that is there twice in whatever case.
func (v *victim) names(t *testing.T) []string {
	t.Helper()
	var names []string
	for _, name := range v.brandNames() {
		names = append(names, "brand "+name)
	}
	for _, path := range v.categoryPaths() {
		names = append(names, "category "+path)
	}
	slices.Sort(names)
	seen := map[string]bool{}
	for _, name := range names {
		if seen[strings.ToLower(name)] {
			t.Errorf("twice in the store: %s", name)
		}
		seen[strings.ToLower(name)] = true
	}
	return names
}

// brandNames gives the store's brands by id.
func (v *victim) brandNames() map[string]string {
	names := map[string]string{}
	for _, brand := range v.list("brands") {
		names[fmt.Sprint(brand["id"])] = fmt.Sprint(brand["name"])
	}
	return names
}

// categoryPaths gives the paths of the store's categories by id.
func (v *victim) categoryPaths() map[string]string {
	byID := map[string]map[string]any{}
	for _, category := range v.list("trees/categories") {
		byID[fmt.Sprint(category["category_id"])] = category
	}
	paths := map[string]string{}
	for id, category := range byID {
		path := fmt.Sprint(category["name"])
		for above := byID[fmt.Sprint(category["parent_id"])]; above != nil; above = byID[fmt.Sprint(above["parent_id"])] {
			path = fmt.Sprint(above["name"]) + "/" + path
		}
		paths[id] = path
	}
	return paths
}

// send makes a request past the run, as somebody else would. No fault may be on.
func (v *victim) send(t *testing.T, method, path, body string) {
	t.Helper()
	request := httptest.NewRequest(method, "/stores/torture"+path, strings.NewReader(body))
	request.Header.Set("X-Auth-Token", tortureToken)
	request.Header.Set("Accept", "application/json")
	request.Header.Set("Content-Type", "application/json")
	answer := httptest.NewRecorder()
	v.store.ServeHTTP(answer, request)
	if answer.Code >= http.StatusBadRequest {
		t.Fatalf("%s %s: %d %s", method, path, answer.Code, answer.Body)
	}
}

// list gives what the store answers of a part of its catalogue. No fault may be on.
func (v *victim) list(part string) (records []map[string]any) {
	request := httptest.NewRequest(http.MethodGet, "/stores/torture/v3/catalog/"+part+"?limit=250", nil)
	request.Header.Set("X-Auth-Token", tortureToken)
	request.Header.Set("Accept", "application/json")
	answer := httptest.NewRecorder()
	v.store.ServeHTTP(answer, request)
	var body struct {
		Data []map[string]any
		Meta struct {
			Pagination struct{ Total int }
		}
	}
	if err := json.Unmarshal(answer.Body.Bytes(), &body); err != nil || answer.Code != http.StatusOK || body.Meta.Pagination.Total != len(body.Data) {
		panic(fmt.Sprintf("list %s: %d %s", part, answer.Code, answer.Body)) // a fault is on, or there are more than fit on a page
	}
	return body.Data
}

// variantSKUs lists the SKUs of the store's variants, those of products without options among them.
func variantSKUs(store *emulator.Store) []string {
	var skus []string
	for _, id := range store.ProductIDs() {
		product, _ := store.Product(id)
		for sku := range variantPrices(product) {
			skus = append(skus, sku)
		}
	}
	slices.Sort(skus)
	return skus
}

// variantPrices gives the prices of a product's variants by SKU.
func variantPrices(product map[string]any) map[string]string {
	prices := map[string]string{}
	variants, _ := product["variants"].([]any)
	for _, v := range variants {
		variant, _ := v.(map[string]any)
		prices[fmt.Sprint(variant["sku"])] = fmt.Sprint(variant["price"])
	}
	return prices
}
