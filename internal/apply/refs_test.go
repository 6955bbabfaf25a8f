package apply_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"bcetl/internal/apply"
	"bcetl/internal/emulator"
	"bcetl/internal/record"
)

func ref(kind, key string, more ...string) string {
	text, err := json.Marshal(key)
	if err != nil {
		panic(err)
	}
	return fmt.Sprintf(`{"$ref":{"kind":"%s","key":%s%s}}`, kind, text, strings.Join(more, ""))
}

const (
	create   = `,"create":true`
	elseZero = `,"else":0`
)

// furnished is a store with the brands Acme and Ünder & Söhne, and the categories Shop (1), Shop/Tea (2) and A\/B (3).
func furnished() *emulator.Store {
	store := strictStore()
	for _, name := range []string{"Acme", "Ünder & Söhne"} {
		send(store, "POST", "/v3/catalog/brands", `{"name":"`+name+`"}`)
	}
	for _, category := range []string{`{"name":"Shop","parent_id":0,"tree_id":1}`, `{"name":"Tea","parent_id":1}`, `{"name":"A/B","parent_id":0,"tree_id":1}`} {
		send(store, "POST", "/v3/catalog/trees/categories", "["+category+"]")
	}
	store.InsertProduct(product("One", "ONE", "brand_id", 1))
	store.InsertProduct(product("Two", "TWO"))
	store.ResetLog()
	return store
}

func TestNamesAreResolved(t *testing.T) {
	store := furnished()
	b := onProducts(t, store, "update", "sku")
	b.ok(
		`{"sku":"ONE","brand_id":`+ref("brand", "ACME ")+`,"categories":[`+ref("category", "shop/ tea")+`,`+ref("category", `a\/b`)+`]}`,
		`{"sku":"TWO","brand_id":`+ref("brand", "ünder & söhne")+`}`)
	b.wants("updated, updated")
	b.wantsWrites(`PUT /products [{"id":1,"categories":[2,3]},{"id":2,"brand_id":2}]`)
	if b.plan.LookUps.NameRequests != 3 {
		t.Errorf("%d requests for names, want one for brands, one for trees, one for categories", b.plan.LookUps.NameRequests)
	}
}

func TestUnknownNamesRejectTheirRows(t *testing.T) {
	store := furnished()
	b := onProducts(t, store, "update", "sku").ok(
		`{"sku":"ONE","price":3,"brand_id":`+ref("brand", "Acmee")+`}`,
		`{"sku":"TWO","categories":[`+ref("category", "Shop/Te")+`]}`)
	b.wants("rejected unknown_brand, rejected unknown_category")
	b.wantsProblem(1, `the store has no brand "Acmee"; the nearest is "Acme"`)
	b.wantsProblem(2, `the nearest is "Shop/Tea"`)
	b.wantsWrites("")

	b = onProducts(t, store, "update", "sku").ok(
		`{"sku":"ONE","brand_id":`+ref("brand", "Zzz", elseZero)+`,"categories":[`+ref("category", "Nope", elseZero)+`,`+ref("category", "Shop")+`]}`,
		`{"sku":"TWO","brand_id":`+ref("brand", "Qqqqqqqq")+`}`)
	b.wants("updated, rejected unknown_brand")
	b.wantsProblem(2, "create_missing")
	b.wantsWrites(`PUT /products [{"id":1,"brand_id":0,"categories":[1]}]`)
}

func TestMissingNamesAreCreatedOnce(t *testing.T) {
	store := furnished()
	b := onProducts(t, store, "upsert", "sku").ok(
		`{"sku":"ONE","brand_id":`+ref("brand", "Newbrand", create)+`,"categories":[`+ref("category", `shop/Coffee/Dark\/Black`, create)+`]}`,
		`{"sku":"TWO","brand_id":`+ref("brand", "NEWBRAND", create)+`,"categories":[`+ref("category", `Shop/coffee`, create)+`,`+ref("category", `Deep/Deeper`, create)+`]}`,
		`{"sku":"NEW","name":"New","type":"physical","weight":1,"price":1,"categories":[`+ref("category", `DEEP`, create)+`]}`)
	b.wants("updated, updated, created")
	b.wantsWrites(
		`POST /trees/categories [{"name":"DEEP","tree_id":1,"parent_id":0}]`,
		`POST /trees/categories [{"name":"Deeper","tree_id":1,"parent_id":4},{"name":"coffee","tree_id":1,"parent_id":1}]`,
		`POST /trees/categories [{"name":"Dark/Black","tree_id":1,"parent_id":6}]`,
		`POST /brands {"name":"Newbrand"}`,
		`POST /products {"sku":"NEW","name":"New","type":"physical","weight":1,"price":1,"categories":[4]}`,
		`PUT /products [{"id":1,"brand_id":3,"categories":[7]},{"id":2,"brand_id":3,"categories":[6,5]}]`)
	if diff := cmp.Diff(map[string]int64{"categories.create": 3, "brands.create": 1, "products.create": 1, "products.update": 1}, b.plan.Requests); diff != "" {
		t.Error(diff)
	}
	if b.plan.NewNames != 5 {
		t.Errorf("%d new names, want 5", b.plan.NewNames)
	}
}

// TestNamesOfRejectedRowsAreNotCreated: a brand is no use without the product that it is for.
func TestNamesOfRejectedRowsAreNotCreated(t *testing.T) {
	store := furnished()
	b := onProducts(t, store, "update", "sku")
	b.target.Lists["categories"] = "remove"
	b.target.Only["gift"] = ""
	b.ok(
		`{"sku":"GONE","brand_id":`+ref("brand", "Unwanted", create)+`}`,
		`{"sku":"ONE","categories":[`+ref("category", "Not there", create)+`]}`,
		`{"sku":"TWO","brand_id":`+ref("brand", " ", create)+`}`)
	b.wants("rejected not_found, rejected unknown_category, rejected unknown_brand")
	b.wantsWrites("")
	if b.plan.NewNames != 0 || len(b.plan.Requests) != 0 {
		t.Errorf("planned %d new names and %v", b.plan.NewNames, b.plan.Requests)
	}
}

func TestBrandName(t *testing.T) {
	store := furnished()
	b := onProducts(t, store, "update", "sku").ok(`{"sku":"ONE","brand_name":"acme"}`, `{"sku":"TWO","brand_name":"Fresh"}`)
	b.wants("unchanged, updated")
	b.wantsWrites(`POST /brands {"name":"Fresh"}`, `PUT /products [{"id":2,"brand_id":3}]`)
	if b.plan.NewNames != 1 {
		t.Errorf("%d new names", b.plan.NewNames)
	}
	store.ResetLog()
	onProducts(t, store, "update", "sku").ok(`{"sku":"ONE","brand_name":""}`, `{"sku":"TWO","brand_name":"FRESH"}`).wantsWrites(`PUT /products [{"id":1,"brand_id":0}]`)
}

// TestNameThatIsRefused rejects the rows that needed it, with the store's reason, and no others.
func TestNameThatIsRefused(t *testing.T) {
	store := furnished()
	store.AddFault(emulator.Fault{Kind: emulator.StatusBefore, Status: 422, Method: "POST", Path: "/v3/catalog/brands", Nth: 1, Reason: "No more brands"})
	b := onProducts(t, store, "update", "sku")
	b.maxRejects = 1
	b.ok(
		`{"sku":"ONE","price":3,"brand_id":`+ref("brand", "A new one", create)+`}`,
		`{"sku":"TWO","brand_id":`+ref("brand", "B new one", create)+`}`)
	b.wants("rejected needs_failed, updated")
	b.wantsProblem(1, `the brand "A new one" could not be created: the store answered 422: No more brands`)
	if got := stored(t, store, 1, "price"); got != "10" && got != "10.00" {
		t.Errorf("a rejected row changed the price to %s", got)
	}
}

// TestNamesThatNoStoreTakes are rejected before anything is sent.
func TestNamesThatNoStoreTakes(t *testing.T) {
	store := furnished()
	b := onProducts(t, store, "update", "sku").ok(
		`{"sku":"ONE","categories":[`+ref("category", "Shop/"+strings.Repeat("ü", 51)+"/Below", create)+`]}`,
		`{"sku":"TWO","categories":[`+ref("category", "1/2/3/4/5/6/7/8/9", create)+`]}`)
	b.wants("rejected invalid, rejected invalid")
	b.wantsProblem(1, "may have 50 characters and has 51")
	b.wantsProblem(2, "8 levels deep")
	b.wantsWrites("")
	onProducts(t, store, "update", "sku").ok(
		`{"sku":"ONE","categories":[` + ref("category", strings.Repeat("ü", 50)+"/2/3/4/5/6/7/8", create) + `]}`).wants("updated")
}

func TestManyNewCategoriesFillTheirBatches(t *testing.T) {
	store := furnished()
	var rows []string
	for i := range 60 {
		sku := fmt.Sprintf("S%02d", i)
		rows = append(rows, `{"sku":"`+sku+`","name":"`+sku+`","type":"physical","weight":1,"price":1,"categories":[`+
			ref("category", fmt.Sprintf("New %d/Below %d", i, i), create)+`]}`)
	}
	b := onProducts(t, store, "upsert", "sku").ok(rows...)
	posts := strings.Count(wrote(store), "POST /trees/categories")
	if int64(posts) != b.plan.Requests["categories.create"] || posts != 3 {
		t.Errorf("%d requests for 120 categories, planned %d, want 3", posts, b.plan.Requests["categories.create"])
	}
	if store.Products() != 62 || strings.Contains(b.said(), "rejected") {
		t.Error(b.said())
	}
}

func TestPaths(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		parts := rapid.SliceOfN(rapid.StringMatching(`[a-z/\\ ]{1,6}`), 1, 5).Draw(t, "parts")
		if diff := cmp.Diff(parts, apply.SplitPath(apply.JoinPath(parts))); diff != "" {
			t.Error(diff)
		}
	})
	refs := apply.CollectRefs(func() *record.Object {
		o := record.NewObject(1)
		o.Set("brand_id", record.RefValue(record.Ref{Kind: "brand", Key: " Acme", Create: true}))
		return o
	}())
	if len(refs) != 1 || refs[0].Fold != "acme" || !refs[0].Create {
		t.Errorf("%+v", refs)
	}
}
