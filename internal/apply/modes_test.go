package apply_test

import (
	"fmt"
	"testing"

	"bcetl/internal/apply"
)

func TestOnlyWhatDiffersIsSent(t *testing.T) {
	store := strictStore()
	fill(store, 3)
	b := onProducts(t, store, "update", "sku").ok(
		`{"sku":"sku-00001","price":12.5,"name":"Product 1"}`,
		`{"sku":"SKU-00002","price":10.0000,"name":"Product 2"}`,
		`{"sku":"SKU-00003","price":10,"name":"PRODUCT 3","description":"<p>a &amp; b</p>"}`)
	b.wants("updated, unchanged, updated")
	b.wantsWrites(`PUT /products [{"id":1,"price":12.5},{"id":3,"name":"PRODUCT 3","description":"<p>a &amp; b</p>"}]`)
	if got := fmt.Sprint(b.outcomes[0].Changed, b.outcomes[2].Changed, b.outcomes[0].StoreID); got != "[price] [description name] 1" {
		t.Error(got)
	}
}

// TestModes goes through mode and key: what is there, what is not, and what has no key.
func TestModes(t *testing.T) {
	const full = `"type":"physical","weight":1,"price":11`
	tests := []struct {
		mode, match  string
		rows         []string
		says, writes string
	}{
		{
			"create", "sku",
			[]string{`{"sku":"sku-00001","name":"X",` + full + `}`, `{"sku":"NEW","name":"New",` + full + `}`, `{"name":"No key",` + full + `}`},
			"rejected exists, created, created",
			`POST /products {"sku":"NEW","name":"New","type":"physical","weight":1,"price":11}` + "\n" +
				`POST /products {"name":"No key","type":"physical","weight":1,"price":11}`,
		},
		{
			"create", "name",
			[]string{`{"name":"PRODUCT 1",` + full + `}`, `{"name":"New",` + full + `}`},
			"rejected exists, created", `POST /products {"name":"New","type":"physical","weight":1,"price":11}`,
		},
		{
			"create", "id",
			[]string{`{"id":1,"name":"X",` + full + `}`, `{"id":77,"name":"Y",` + full + `}`, `{"name":"Z",` + full + `}`},
			"rejected exists, rejected not_found, created", `POST /products {"name":"Z","type":"physical","weight":1,"price":11}`,
		},
		{
			"update", "sku",
			[]string{`{"sku":"SKU-00001","price":11}`, `{"sku":"NEW","price":11}`},
			"updated, rejected not_found", `PUT /products [{"id":1,"price":11}]`,
		},
		{
			"update", "name",
			[]string{`{"name":"product 1","price":11}`, `{"name":"New","price":11}`},
			"updated, rejected not_found", `PUT /products [{"id":1,"price":11}]`,
		},
		{
			"update", "id",
			[]string{`{"id":1,"price":11}`, `{"id":9,"price":11}`, `{"key":"002","price":11}`, `{"key":"0","price":1}`, `{"key":"-3","price":1}`, `{"key":"99999999999999999999","price":1}`},
			"updated, rejected not_found, updated, rejected not_found, rejected not_found, rejected not_found",
			`PUT /products [{"id":1,"price":11},{"id":2,"price":11}]`,
		},
		{
			"upsert", "sku",
			[]string{`{"sku":"SKU-00001","name":"Product 1",` + full + `}`, `{"sku":"NEW","name":"New",` + full + `}`, `{"sku":"NEW2","price":1}`},
			"updated, created, rejected missing_required",
			`POST /products {"sku":"NEW","name":"New","type":"physical","weight":1,"price":11}` + "\n" + `PUT /products [{"id":1,"price":11}]`,
		},
		{
			"upsert", "name",
			[]string{`{"name":"product 1",` + full + `}`, `{"name":"New",` + full + `}`},
			"updated, created",
			`POST /products {"name":"New","type":"physical","weight":1,"price":11}` + "\n" + `PUT /products [{"id":1,"price":11}]`,
		},
		{
			"upsert", "id",
			[]string{`{"id":1,` + full + `}`, `{"id":9,"name":"New",` + full + `}`},
			"updated, rejected not_found", `PUT /products [{"id":1,"price":11}]`,
		},
		{
			"delete", "sku",
			[]string{`{"sku":"SKU-00001"}`, `{"sku":"sku-00002"}`, `{"sku":"NEW"}`},
			"deleted, deleted, rejected not_found", `DELETE /products?id:in=1,2`,
		},
		{"delete", "name", []string{`{"name":"product 1"}`}, "deleted", `DELETE /products?id:in=1`},
		{"delete", "id", []string{`{"id":2}`, `{"id":12}`}, "deleted, rejected not_found", `DELETE /products?id:in=2`},
	}
	for _, test := range tests {
		t.Run(test.mode+" by "+test.match, func(t *testing.T) {
			store := strictStore()
			fill(store, 2)
			b := onProducts(t, store, test.mode, test.match).ok(test.rows...)
			b.wants(test.says)
			b.wantsWrites(test.writes)
			before := store.Products()
			again := onProducts(t, store, test.mode, test.match)
			store.ResetLog()
			again.ok(test.rows...)
			if test.mode != "create" && test.mode != "delete" || test.match == "sku" && test.mode == "delete" {
				again.wantsWrites("")
			}
			if test.mode != "create" && store.Products() != before {
				t.Errorf("a second run left %d products instead of %d", store.Products(), before)
			}
		})
	}
}

func TestDuplicateKeysAreRejectedBeforeAnyWrite(t *testing.T) {
	store := strictStore()
	fill(store, 2)
	b := onProducts(t, store, "update", "sku").ok(
		`{"sku":"SKU-00001","price":1}`, `{"sku":"SKU-00002","price":2}`, `{"sku":"sku-00001 ","price":3}`)
	b.wants("rejected duplicate_key, updated, rejected duplicate_key")
	b.wantsProblem(1, "2, 4")
	b.wantsProblem(3, "2, 4")
	b.wantsWrites(`PUT /products [{"id":2,"price":2}]`)
	store.ResetLog()
	onProducts(t, store, "update", "id").ok(`{"key":"7","price":1}`, `{"key":"007","price":1}`).wants("rejected duplicate_key, rejected duplicate_key")
	if n := len(store.Log()); n != 0 {
		t.Errorf("%d requests for keys that stand twice", n)
	}
}

func TestSKUsOfVariants(t *testing.T) {
	store := strictStore()
	store.InsertProduct(withVariants("Shirt", "SH"))
	store.InsertProduct(product("Mug", "MUG"))
	store.ResetLog()

	b := onProducts(t, store, "upsert", "sku").ok(`{"sku":"sh-A","price":6}`, `{"sku":"MUG","price":6}`)
	b.wants("rejected variant_sku, updated")
	b.wantsProblem(1, `"sh-A" is the SKU of a variant`)
	b.wantsProblem(1, "any_sku")

	store.ResetLog()
	b = onProducts(t, store, "update", apply.AnySKU).ok(
		`{"sku":"sh-a","price":6.5}`, `{"sku":"mug","price":7}`, `{"sku":"SH","price":8}`, `{"sku":"SH-b","price":9}`, `{"sku":"none","price":9}`)
	b.wants("updated, updated, updated, updated, rejected not_found")
	b.wantsWrites(
		`PUT /products [{"id":2,"price":7},{"id":1,"price":8}]`,
		`PUT /variants [{"id":2,"price":6.5},{"id":3,"price":9}]`)

	store.ResetLog()
	b = onVariants(t, store).ok(
		`{"sku":"sh-a","price":null,"inventory_level":9}`, `{"sku":"MUG","price":7.25}`, `{"sku":"SH","price":1}`, `{"sku":"SH-B","price":9.0000}`, `{"sku":"none","price":1}`)
	b.wants("updated, updated, rejected product_sku, unchanged, rejected not_found")
	b.wantsWrites(`PUT /variants [{"id":4,"price":7.25},{"id":2,"price":null,"inventory_level":9}]`)
	if got := stored(t, store, 2, "price"); got != "7.25" {
		t.Errorf("the simple product's price is %s", got)
	}
	store.ResetLog()
	onVariants(t, store).ok(`{"sku":"sh-a","price":null,"inventory_level":9}`, `{"sku":"MUG","price":7.25}`).wantsWrites("")
}

func TestOnlyWhen(t *testing.T) {
	store := strictStore()
	store.InsertProduct(product("Old", "OLD", "page_title", "Kept", "condition", "Used"))
	store.InsertProduct(product("Bare", "BARE"))
	store.ResetLog()
	b := onProducts(t, store, "upsert", "sku")
	b.target.Only = map[string]string{"condition": "create", "page_title": "unset", "mpn": "update", "related_products": "unset", "brand_id": "create"}
	unknownBrand := `{"$ref":{"kind":"brand","key":"Nobody"}}`
	row := func(sku, name, brand string) string {
		return `{"sku":"` + sku + `","name":"` + name + `","type":"physical","weight":1,"price":10,"condition":"New","page_title":"T","mpn":"M","related_products":[1],"brand_id":` + brand + `}`
	}
	b.ok(row("OLD", "Old", unknownBrand), row("BARE", "Bare", "0"), row("NEW", "New", "0"), row("NEW2", "New 2", unknownBrand))
	b.wants("updated, updated, created, rejected unknown_brand")
	b.wantsWrites(
		`POST /products {"sku":"NEW","name":"New","type":"physical","weight":1,"price":10,"condition":"New","page_title":"T","related_products":[1],"brand_id":0}`,
		`PUT /products [{"id":1,"mpn":"M","related_products":[1]},{"id":2,"page_title":"T","mpn":"M","related_products":[1]}]`)
}

func TestCustomURL(t *testing.T) {
	store := strictStore()
	store.InsertProduct(product("One", "ONE"))
	store.InsertProduct(product("Two", "TWO", "custom_url", map[string]any{"url": "/taken/"}))
	store.ResetLog()
	b := onProducts(t, store, "upsert", "sku")
	b.ok(
		`{"sku":"ONE","custom_url":{"is_customized":true,"create_redirect":true}}`,
		`{"sku":"TWO","custom_url":{"url":"/taken/","create_redirect":true}}`)
	b.wants("updated, unchanged")
	b.wantsWrites(`PUT /products [{"id":1,"custom_url":{"is_customized":true,"create_redirect":true,"url":"/one/"}}]`)

	store.ResetLog()
	b = onProducts(t, store, "upsert", "sku")
	b.target.Only["custom_url.is_customized"] = "create"
	b.ok(
		`{"sku":"ONE","price":11,"custom_url":{"url":"/taken/","is_customized":false}}`,
		`{"sku":"NEW","name":"New","type":"physical","weight":0,"price":1,"custom_url":{"url":"/taken/","create_redirect":true}}`,
		`{"sku":"NEW2","name":"New 2","type":"digital","price":1,"custom_url":{"url":"/new/","is_customized":true}}`)
	b.wants("partial partly_saved, rejected duplicate, created")
	b.wantsProblem(1, "url")
	b.wantsWrites(
		`POST /products {"sku":"NEW","name":"New","type":"physical","weight":0,"price":1,"custom_url":{"url":"/taken/"}}`,
		`POST /products {"sku":"NEW2","name":"New 2","type":"digital","price":1,"custom_url":{"url":"/new/","is_customized":true},"weight":0}`,
		`PUT /products [{"id":1,"price":11,"custom_url":{"url":"/taken/"}}]`)
}

func TestLists(t *testing.T) {
	tests := []struct{ field, policy, stored, row, sent string }{
		{"categories", "", "[1,2]", "[2,3]", "[1,2,3]"},
		{"categories", "", "[1,2]", "[2,1,1]", ""},
		{"categories", "add", "[1,2]", "[3,3]", "[1,2,3]"},
		{"categories", "add", "[1,2]", "[]", "[]"}, // cleared
		{"categories", "replace", "[1,2]", "[2,1]", ""},
		{"categories", "replace", "[1,2]", "[2,2]", "[2]"},
		{"categories", "replace", "[1,2]", "[]", "[]"},
		{"categories", "remove", "[1,2]", "[2,3]", "[1]"},
		{"categories", "remove", "[1,2]", "[3]", ""},
		{"categories", "remove", "[1,2]", "[]", ""},
		{"meta_keywords", "add", `["a","b"]`, `["b","c"]`, `["a","b","c"]`},
		{"meta_keywords", "replace", `["a","b"]`, `["b","a"]`, `["b","a"]`},
		{"meta_keywords", "remove", `["a","b"]`, `["a"]`, `["b"]`},
		{"related_products", "add", "[-1]", "[5]", "[5]"},
		{"related_products", "add", "[-1]", "[-1]", ""},
		{"related_products", "add", "[5]", "[-1]", ""},
		{"related_products", "add", "[5]", "[-1,6]", "[5,6]"},
		{"related_products", "replace", "[5]", "[-1]", "[-1]"},
		{"related_products", "replace", "[-1]", "[-1]", ""},
		{"related_products", "remove", "[-1]", "[5]", ""},
		{"related_products", "add", "[-1]", "[]", "[]"},
	}
	for _, test := range tests {
		t.Run(test.field+" "+test.policy+" "+test.stored+" "+test.row, func(t *testing.T) {
			store := shelved(3)
			store.InsertProduct(product("One", "ONE", test.field, decoded(t, test.stored)))
			store.ResetLog()
			b := onProducts(t, store, "update", "sku")
			b.target.Lists[test.field] = test.policy
			b.ok(`{"sku":"ONE","` + test.field + `":` + test.row + `}`)
			if test.sent == "" {
				b.wants("unchanged")
				b.wantsWrites("")
				return
			}
			b.wants("updated")
			b.wantsWrites(`PUT /products [{"id":1,"` + test.field + `":` + test.sent + `}]`)
			store.ResetLog()
			again := onProducts(t, store, "update", "sku")
			again.target.Lists[test.field] = test.policy
			again.ok(`{"sku":"ONE","` + test.field + `":` + test.row + `}`).wantsWrites("")
		})
	}
}

func TestListsOfNewRecords(t *testing.T) {
	store := shelved(3)
	b := onProducts(t, store, "upsert", "sku")
	b.target.Lists["categories"] = "remove"
	b.ok(`{"sku":"N","name":"N","type":"physical","weight":1,"price":1,"categories":[1],"related_products":[-1],"meta_keywords":["a","a"],"preorder_release_date":null}`)
	b.wantsWrites(`POST /products {"sku":"N","name":"N","type":"physical","weight":1,"price":1,"meta_keywords":["a"]}`)
}
