package apply_test

import (
	"fmt"
	"strings"
	"testing"

	"bcetl/internal/apply"
	"bcetl/internal/job"
)

// TestRivals plans rows that give one name or SKU to several records, and carries out what is left of them: the store refuses nothing.
func TestRivals(t *testing.T) {
	made := func(sku, name string) string {
		return fmt.Sprintf(`{"sku":%q,"name":%q,"type":"physical","weight":1,"price":0}`, sku, name)
	}
	for _, test := range []struct {
		name, match string
		rows        []string
		want        string
		problem     string // of the last rejected row
	}{
		{
			"the first new record of a name has it, in any case of letters", "sku",
			[]string{made("N1", "Cup"), made("N2", "CUP"), made("N3", "cup "), made("N4", "Cup 2")},
			"created, rejected taken, rejected taken, created", `the name "cup " goes to row 2: a store takes it for one product only`,
		},
		{
			"a record that has the name keeps it, wherever it stands", "sku",
			[]string{made("N1", "product 2"), `{"sku":"SKU-00002","name":"Product 2","price":3}`, `{"sku":"SKU-00001","name":"Product 2"}`},
			"rejected taken, updated, rejected taken", `the name "Product 2" goes to row 3`,
		},
		{
			"also where nothing of it changes", "sku",
			[]string{`{"sku":"SKU-00002","name":"Product 2"}`, made("N1", "Product 2")},
			"unchanged, rejected taken", `goes to row 2`,
		},
		{
			"a record that gets the name before a new one", "sku",
			[]string{`{"sku":"SKU-00001","name":"Cup"}`, made("N1", "Cup")},
			"updated, rejected taken", `goes to row 2`,
		},
		{
			"a row that is rejected for something else asks for nothing", "sku",
			[]string{`{"sku":"N1","name":"Cup"}`, made("N2", "Cup")},
			"rejected missing_required, created", "",
		},
		{
			"a rejected row asks for no other value either", "id",
			[]string{
				`{"id":1,"name":"Cup"}`, `{"id":2,"name":"Cup","sku":"S"}`, `{"id":3,"sku":"s"}`,
			},
			"updated, rejected taken, updated", `the name "Cup" goes to row 2`,
		},
		{
			"SKUs where names are the key", "name",
			[]string{made("S-1", "Cup"), made("s-1", "Plate"), made("", "Bowl"), made("", "Jug")},
			"created, rejected taken, created, created", `the sku "s-1" goes to row 2`,
		},
		{
			"a row that was to get the name of one that keeps it after all, and so on", "sku",
			[]string{
				`{"sku":"SKU-00001","name":"PRODUCT 2"}`, `{"sku":"SKU-00004","name":"Cup"}`, `{"sku":"SKU-00002","name":"Product 3"}`,
				`{"sku":"SKU-00003","name":"cup"}`,
			},
			"rejected taken, updated, rejected taken, rejected taken", `the name "cup" goes to row 3`,
		},
		{
			"what a rejected row has stays with it", "sku",
			[]string{`{"sku":"SKU-00003","name":"Product 4"}`, `{"sku":"SKU-00004","price":1}`, `{"sku":"SKU-00002","name":"product 3"}`},
			"rejected taken, updated, rejected taken", `the name "product 3" stays with the product of row 2, which is rejected`,
		},
		{
			"a name in other case of letters is kept, not asked for", "sku",
			[]string{made("N1", "Product 2"), `{"sku":"SKU-00002","name":"PRODUCT 2"}`},
			"rejected taken, updated", `the name "Product 2" goes to row 3`,
		},
		{
			"values that the rows do not say", "sku",
			[]string{`{"sku":"SKU-00001","price":1}`, `{"sku":"SKU-00002","price":1}`},
			"updated, updated", "",
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			store := strictStore()
			fill(store, 4)
			b := onProducts(t, store, "upsert", test.match)
			b.ok(test.rows...)
			b.wants(test.want)
			rejected := strings.LastIndex(test.want, "rejected taken")
			if rejected >= 0 {
				b.wantsProblem(strings.Count(test.want[:rejected], ",")+1, test.problem)
			}
		})
	}
}

// TestRivalsInTheStore: where all records were listed, those that no row changes keep what they have.
func TestRivalsInTheStore(t *testing.T) {
	store := strictStore()
	issue(store, 5)
	named := func(code, name, more string) string {
		return strings.Replace(coupon(code, more), "Coupon "+code, name, 1)
	}
	b := onCoupons(t, store, "upsert", "code").ok(
		`{"code":"CODE-00001","name":"Fresh"}`,
		named("N1", "Coupon 2", ""),
		`{"code":"CODE-00003","name":"Other","amount":150}`, // more than 100 per cent
		named("N2", "Coupon 3", ""), named("N3", "Other", ""),
		`{"code":"CODE-00004","name":"Coupon 5"}`, `{"code":"code-00005","name":"Coupon 4"}`,
	)
	if b.plan.LookUps.Strategy != apply.ListAll {
		t.Fatalf("looked up by %s", b.plan.LookUps.Strategy)
	}
	b.wants("updated, rejected taken, rejected out_of_range, rejected taken, created, rejected duplicate, rejected duplicate")
	b.wantsProblem(2, `the name "Coupon 2" is that of coupon 2 in the store: a store takes it for one coupon only`)
	b.wantsProblem(4, `the name "Coupon 3" is that of coupon 3 in the store`)
}

// TestRivalsBesideListedVariants: a listing for the SKUs that no product has tells nothing of products whose rows were judged before.
func TestRivalsBesideListedVariants(t *testing.T) {
	store := strictStore()
	fill(store, 4)
	rows := []string{`{"sku":"SKU-00001","name":"PRODUCT 1"}`}
	for i := range 5 {
		rows = append(rows, fmt.Sprintf(`{"sku":"N%d","name":"New %d","type":"physical","weight":1,"price":1}`, i, i))
	}
	b := onProducts(t, store, "upsert", "sku").ok(rows...)
	if looks := b.plan.LookUps; looks.Strategy != apply.BulkLookup || looks.VariantStrategy != apply.ListAll {
		t.Fatalf("looked up by %s and %s", looks.Strategy, looks.VariantStrategy)
	}
	b.wants("updated" + strings.Repeat(", created", 5))
}

// TestExchangedNamesAreNoRivals: what a store says of two records that exchange their names is its own affair.
func TestExchangedNamesAreNoRivals(t *testing.T) {
	store := strictStore()
	fill(store, 2)
	b := onProducts(t, store, "update", "sku").ok(`{"sku":"SKU-00001","name":"Product 2"}`, `{"sku":"SKU-00002","name":"Product 1"}`)
	if b.plan.Updated != 2 || strings.Contains(b.said(), "taken") {
		t.Errorf("planned %d updates, and came to %s", b.plan.Updated, b.said())
	}
}

// TestRivalsAreNotCounted: guards, requests and new names know nothing of what was withdrawn.
func TestRivalsAreNotCounted(t *testing.T) {
	store := guarded()
	b := onProducts(t, store, "upsert", "sku")
	b.guards = map[string]job.Bound{"zero_price": bound("1"), "create": bound("1"), "new_names": bound("0"), "price": bound("1"), "rows": bound("2")}
	made := func(sku, more string) string {
		return fmt.Sprintf(`{"sku":%q,"name":"Cup","type":"physical","weight":1,"price":0%s}`, sku, more)
	}
	b.ok(
		made("N1", ""), made("N2", `,"brand_id":`+ref("brand", "x", create)), made("N3", ""),
		`{"sku":"A","name":"Mug","price":11}`, `{"sku":"B","name":"mug","price":90}`,
	)
	b.wants("created, rejected taken, rejected taken, updated, rejected taken")
	if p := b.plan; p.Created != 1 || p.Updated != 1 || p.NewNames != 0 || len(p.Guards) != 0 || fmt.Sprint(p.Requests) != "map[products.create:1 products.update:1]" {
		t.Errorf("planned %+v", p)
	}
	wrote := 0
	for _, e := range store.Writes() {
		if strings.Contains(e.Path, "brands") || strings.Contains(e.Body, "N2") {
			t.Errorf("%s %s %s", e.Method, e.Path, e.Body)
		}
		wrote++
	}
	if wrote != 2 {
		t.Errorf("%d writes", wrote)
	}
}

// TestExamplesAreOfWhatIsPlanned: a guard names the first rows that are still planned, also in place of withdrawn ones.
func TestExamplesAreOfWhatIsPlanned(t *testing.T) {
	store := strictStore()
	fill(store, 4)
	b := onProducts(t, store, "upsert", "sku")
	b.guards = map[string]job.Bound{"zero_price": bound("1")}
	made := func(sku, name string) string {
		return fmt.Sprintf(`{"sku":%q,"name":%q,"type":"physical","weight":1,"price":0}`, sku, name)
	}
	b.ok(
		made("N1", "product 2"), made("N2", "A"), made("N3", "product 2"), `{"sku":"SKU-00002","name":"Product 2"}`,
		made("N5", "product 2"), `{"sku":"SKU-00001","name":"B","price":0}`, made("N7", "C"), made("N8", "D"),
	)
	want := "[{zero_price 4 prices would be 0, max_changes.zero_price is 1 " +
		"(row 3: a new record at 0; row 7: 10 becomes 0; row 8: a new record at 0; and 1 more)}]"
	if got := fmt.Sprint(b.plan.Guards); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// TestCouponsOfOneCode: codes are equal in any case of letters.
func TestCouponsOfOneCode(t *testing.T) {
	store := strictStore()
	b := onCoupons(t, store, "create", "name").ok(
		strings.Replace(coupon("SPRING", ""), `"code":"SPRING"`, `"code":"S"`, 1),
		strings.Replace(coupon("SUMMER", ""), `"code":"SUMMER"`, `"code":"s"`, 1),
	)
	b.wants("created, rejected taken")
	b.wantsProblem(2, `the code "s" goes to row 2: a store takes it for one coupon only`)
}

// TestRivalsThatAreAskedFor: where few coupons are looked up by themselves, the store is asked whose the names are, once for each. The plan reckons
// with that: it asks how many coupons there are as soon as both together may take more than two requests.
func TestRivalsThatAreAskedFor(t *testing.T) {
	named := func(code, name string) string { return strings.Replace(coupon(code, ""), "Coupon "+code, name, 1) }
	for _, test := range []struct {
		match    string
		rows     []string
		want     string
		problem  string // of the first row
		requests int64
	}{
		{
			"code",
			[]string{named("N1", "Coupon 2"), `{"code":"CODE-00001","name":"Coupon 3"}`},
			"rejected taken, rejected taken", `the name "Coupon 2" is that of coupon 2 in the store: a store takes it for one coupon only`, 5,
		},
		{"code", []string{named("N1", "Fresh"), `{"code":"CODE-00001","max_uses":8}`}, "created, updated", "", 4},
		{"code", []string{named("N1", "Fresh"), named("N2", "Fresh")}, "created, rejected taken", "", 4},
		{"name", []string{named("N1", "A"), strings.Replace(named("n1", "B"), "}", `,"max_uses":3}`, 1)}, "created, rejected taken", "", 4},
		{"code", []string{`{"code":"CODE-00001","name":"Other"}`, `{"code":"CODE-00002","name":"Coupon 1"}`}, "updated, updated", "", 5},
		{"name", []string{`{"name":"Coupon 1","code":"code-00004"}`}, "rejected taken", `the code "code-00004" is that of coupon 4`, 2},
		{"id", []string{`{"id":1,"code":"CODE-00004","name":"Coupon 5"}`}, "rejected taken", `the code "CODE-00004" is that of coupon 4`, 4},
	} {
		store := strictStore()
		issue(store, 760)
		b := onCoupons(t, store, "upsert", test.match).ok(test.rows...)
		if looks := b.plan.LookUps; looks.Strategy != apply.SingleLookup || looks.Requests != test.requests {
			t.Errorf("looked up %+v, want %d requests", looks, test.requests)
		}
		b.wants(test.want)
		if test.problem != "" {
			b.wantsProblem(1, test.problem)
		}
		b.wantsAllRequests()
	}
}

// TestQuestionsForRivalsAreReckonedWith: coupons that are looked up one by one, and names that are then asked for, take no more requests than a
// list of all would.
func TestQuestionsForRivalsAreReckonedWith(t *testing.T) {
	for _, test := range []struct {
		rows     int
		strategy apply.Strategy
		requests int64
	}{
		{3, apply.SingleLookup, 7},
		{4, apply.ListAll, 7}, // 1 + 4 + 4 one by one
		{6, apply.ListAll, 7},
	} {
		store := strictStore()
		issue(store, 1200) // five pages, and one to see that there are no more
		var rows []string
		for i := range test.rows {
			rows = append(rows, coupon(fmt.Sprint("NEW-", i), ""))
		}
		b := onCoupons(t, store, "upsert", "code").ok(rows...)
		if looks := b.plan.LookUps; looks.Strategy != test.strategy || looks.Requests != test.requests {
			t.Errorf("%d new coupons: looked up %+v, want %s in %d", test.rows, looks, test.strategy, test.requests)
		}
		b.wantsAllRequests()
	}
}
