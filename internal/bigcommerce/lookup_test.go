package bigcommerce_test

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"bcetl/internal/bigcommerce"
	"bcetl/internal/bigcommerce/catalogue"
	"bcetl/internal/emulator"
)

// TestFind looks records up in each way that the catalogue names.
func TestFind(t *testing.T) {
	store := emulator.New(emulator.Options{Strict: true})
	fill(store, 400)
	body := product(999)
	body["sku"] = "A,B"
	store.InsertProduct(body)
	client := newClient(t, judged(t, store), nil)
	key := func(object *catalogue.Object, name string) *catalogue.Key {
		k, ok := object.KeyNamed(name)
		if !ok {
			t.Fatalf("%s have no key %s", object.Name, name)
		}
		return k
	}
	skus := make([]string, 250)
	for i := range skus {
		skus[i] = fmt.Sprintf("sku-%05d", i*2)
	}
	tests := []struct {
		name   string
		find   func() ([]bigcommerce.Record, error)
		want   int
		asked  int
		paths  string
		fields int
	}{
		{"many SKUs", func() ([]bigcommerce.Record, error) {
			return client.FindBulk(t.Context(), &catalogue.Products, key(&catalogue.Products, "sku"), skus, paths(t, "sku", "price", "custom_url.url"))
		}, 200, 1, "", 4},
		{"many ids with options", func() ([]bigcommerce.Record, error) {
			return client.FindBulk(t.Context(), &catalogue.Products, key(&catalogue.Products, "id"), []string{"1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "5000"}, paths(t, "options"))
		}, 12, 2, "", 2},
		{"a name", func() ([]bigcommerce.Record, error) {
			return client.FindOne(t.Context(), &catalogue.Products, key(&catalogue.Products, "name"), "Product 7", paths(t, "sku"))
		}, 1, 1, "", 2},
		{"a SKU with a comma", func() ([]bigcommerce.Record, error) {
			return client.FindOne(t.Context(), &catalogue.Products, key(&catalogue.Products, "sku"), "A,B", paths(t, "sku"))
		}, 1, 1, "", 2},
		{"no such SKU", func() ([]bigcommerce.Record, error) {
			return client.FindOne(t.Context(), &catalogue.Products, key(&catalogue.Products, "sku"), "none", paths(t, "sku"))
		}, 0, 1, "", 0},
		{"a variant", func() ([]bigcommerce.Record, error) { return client.FindVariantSKU(t.Context(), "SKU-00003") }, 1, 1, "", 0},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			store.ResetLog()
			got, err := test.find()
			if err != nil || len(got) != test.want {
				t.Fatalf("%d found, want %d: %v", len(got), test.want, err)
			}
			if asked := len(store.Log()); asked != test.asked {
				t.Errorf("%d requests, want %d", asked, test.asked)
			}
			if test.fields > 0 && got[0].Doc.Len() != test.fields {
				t.Errorf("pulled %s, want %d fields", got[0].Doc.AppendJSON(nil), test.fields)
			}
		})
	}
	for filter, want := range map[string]int64{"": 401, "is_visible=false": 135, "id:min=400": 2, "id:less=1": 0, "id:in=3,4,9999": 2} {
		values, err := url.ParseQuery(filter)
		if err != nil {
			t.Fatal(err)
		}
		store.ResetLog()
		if got, err := client.Count(t.Context(), &catalogue.Products, values); err != nil || got != want || len(store.Log()) > 1 {
			t.Errorf("%q: %d match, want %d (%v, %d requests)", filter, got, want, err, len(store.Log()))
		}
	}
}

// TestFilterNamesAreChecked: a misspelt filter would list the whole store, so it is never sent.
func TestFilterNamesAreChecked(t *testing.T) {
	store := emulator.New(emulator.Options{})
	client := newClient(t, judged(t, store), nil)
	for _, filter := range []url.Values{
		{"colour": {"red"}}, {"sku": {"a", "b"}}, {"id:min": {"x"}}, {"limit": {"1"}}, {"sort": {"name"}}, {"sku": {}},
	} {
		if _, err := readAll(t.Context(), client.Walk(t.Context(), &catalogue.Products, bigcommerce.WalkOptions{Filter: filter})); err == nil {
			t.Errorf("%v is taken", filter)
		}
		if _, err := client.Count(t.Context(), &catalogue.Products, filter); err == nil {
			t.Errorf("%v is counted", filter)
		}
	}
	if log := store.Log(); len(log) > 0 {
		t.Errorf("asked %v", log)
	}
}

// TestPlainLists reads brands, categories and trees, which have no sort, whole and in order of ids.
func TestPlainLists(t *testing.T) {
	store := emulator.New(emulator.Options{Strict: true})
	client := newClient(t, judged(t, store), nil)
	for i := range 260 {
		if _, err := client.CreateBrand(t.Context(), []byte(fmt.Sprintf(`{"name":"Brand %d"}`, i))); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := client.CreateCategories(t.Context(), raw(`{"name":"Tea","tree_id":1,"parent_id":0}`)); err != nil {
		t.Fatal(err)
	}
	store.ResetLog()
	brands, err := client.ListBrands(t.Context(), paths(t, "name"))
	if err != nil || len(brands) != 260 || len(store.Log()) != 2 {
		t.Errorf("%d brands in %d requests: %v", len(brands), len(store.Log()), err)
	}
	if !slices.IsSortedFunc(brands, func(a, b bigcommerce.Record) int { return int(a.ID - b.ID) }) || brands[0].Doc.Get("name").String() != "Brand 0" {
		t.Errorf("not in order, or without names: %s", brands[0].Doc.AppendJSON(nil))
	}
	categories, err := client.ListCategories(t.Context(), 1, nil)
	if err != nil || len(categories) != 1 || categories[0].Doc.Get("name").String() != "Tea" || categories[0].ID == 0 {
		t.Errorf("categories: %+v, %v", categories, err)
	}
	if trees, err := client.ListTrees(t.Context()); err != nil || len(trees) != 1 {
		t.Errorf("trees: %+v, %v", trees, err)
	}
	walked, err := readAll(t.Context(), client.Walk(t.Context(), &catalogue.Brands, bigcommerce.WalkOptions{Limit: 3}))
	if err != nil || len(walked) != 3 {
		t.Errorf("walked %d brands: %v", len(walked), err)
	}
	info, err := client.StoreInfo(t.Context())
	if err != nil || info.ID == "" || info.Currency != "USD" || info.WeightUnits != "KGS" {
		t.Errorf("store: %+v, %v", info, err)
	}
	if zone, ok := info.Timezone.Location(); !ok || zone.String() != "UTC" {
		t.Errorf("time zone %v of %+v", zone, info.Timezone)
	}
	if now, err := client.StoreTime(t.Context()); err != nil || now.IsZero() {
		t.Errorf("time: %v, %v", now, err)
	}
}

// TestPlainListThatChanges: a list without a sort is read anew when its pages do not fit together, and given up when it never
// holds still.
func TestPlainListThatChanges(t *testing.T) {
	page := func(total int, ids ...string) string {
		return fmt.Sprintf(`{"data":[{"id":%s}],"meta":{"pagination":{"total":%d}}}`, strings.Join(ids, `},{"id":`), total)
	}
	for name, test := range map[string]struct {
		answers []string
		want    int
	}{
		"total moves":    {[]string{page(3, "1", "2"), page(4, "3"), page(4, "1", "2"), page(4, "3", "4")}, 4},
		"one twice":      {[]string{page(3, "1", "2"), page(3, "2"), page(3, "1", "2"), page(3, "3")}, 3},
		"never steady":   {[]string{page(3, "1", "1")}, -1},
		"never enough":   {[]string{page(3, "1"), `{"data":[],"meta":{"pagination":{"total":3}}}`}, -1},
		"steady at once": {[]string{page(1, "8")}, 1},
	} {
		client := newClient(t, scripted(test.answers...), nil)
		got, err := client.ListBrands(t.Context(), nil)
		if test.want < 0 {
			if err == nil || !strings.Contains(err.Error(), "changed while it was read") {
				t.Errorf("%s: %v", name, err)
			}
			continue
		}
		if err != nil || len(got) != test.want {
			t.Errorf("%s: %d records, %v", name, len(got), err)
		}
	}
}

// TestBulkBatches: each value is in one batch, each batch fits a request that FindBulk or FindOne takes, and no batch could have
// been joined with the next.
func TestBulkBatches(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 700).Draw(t, "how many")
		values := rapid.SliceOfN(rapid.OneOf(
			rapid.StringMatching(`[A-Z0-9-]{1,12}`), rapid.StringMatching(`[A-Z,:]{1,4}`), rapid.StringMatching(`:{50,200}`), rapid.StringN(1, 255, -1),
		), n, n).Draw(t, "values")
		key := &catalogue.Key{Field: "sku", BulkName: "sku:in", MaxBulk: rapid.IntRange(1, 250).Draw(t, "most")}
		batches := bigcommerce.BulkBatches(key, values)
		var joined []string
		open := -1
		size := func(batch []string) int {
			return len(strings.NewReplacer("%2C", ",", "%3A", ":").Replace(url.QueryEscape(strings.Join(batch, ","))))
		}
		for _, batch := range batches {
			joined = append(joined, batch...)
			if len(batch) == 1 && (strings.Contains(batch[0], ",") || strings.TrimSpace(batch[0]) != batch[0]) {
				continue
			}
			for _, value := range batch {
				if strings.Contains(value, ",") {
					t.Fatalf("%q stands in a list", value)
				}
			}
			if len(batch) > key.MaxBulk || (len(batch) > 1 && size(batch) > bigcommerce.MaxQueryBytes) {
				t.Fatalf("%d values of %d bytes do not fit", len(batch), size(batch))
			}
			if open >= 0 && open+len(batch) <= key.MaxBulk && size(joined) <= bigcommerce.MaxQueryBytes/2 {
				t.Fatalf("batches of %d and %d could have been one", open, len(batch))
			}
			open = len(batch)
		}
		slices.Sort(joined)
		slices.Sort(values)
		if !slices.Equal(joined, values) {
			t.Fatal("not each value once")
		}
	})
}
