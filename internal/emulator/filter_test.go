package emulator

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// shelfShop is a store of six differing products; the clock stands at 09:26:53.
func shelfShop(t testing.TB) *Store {
	t.Helper()
	now := testTime
	s := New(Options{Strict: true, Clock: func() time.Time { return now }})
	for _, name := range []string{"Tea", "Books"} {
		r := categoryFields.new()
		categoryFields.set(r, "tree_id", "1")
		categoryFields.set(r, "name", quote(name))
		s.st.addCategory(r)
	}
	s.st.addBrand("Kōryū")
	for i, extra := range []map[string]any{
		{"name": "Zest", "sku": "b-1", "categories": []int{1}, "upc": "0012", "condition": "Used"},
		{"name": "apple", "sku": "A-1", "categories": []int{1, 2}, "brand_id": 1, "is_featured": true},
		{"name": "Mango, dried", "sku": "c,1", "categories": []int{2}, "availability": "disabled", "is_visible": false},
		{"name": "Ölberg", "sku": "", "type": "digital", "inventory_tracking": "product", "inventory_level": 3, "inventory_warning_level": 5},
		{"name": "Fig", "sku": "d-1", "inventory_tracking": "product", "inventory_level": 0, "mpn": "M1", "description": "<p>sweet apple pie</p>"},
		{"name": "Rye", "sku": "e-1", "inventory_tracking": "product", "inventory_level": 10, "is_free_shipping": true, "date_last_imported": "2026-01-02T03:04:05+00:00"},
	} {
		body := map[string]any{"type": "physical", "weight": i, "price": fmt.Sprintf("%d.5", 10-i)}
		for k, v := range extra {
			body[k] = v
		}
		now = testTime.AddDate(0, 0, i-6)
		s.InsertProduct(body)
	}
	now = testTime
	return s
}

func TestProductFilters(t *testing.T) {
	s := shelfShop(t)
	for query, want := range map[string][]int{
		"":                                   {1, 2, 3, 4, 5, 6},
		"id=3":                               {3},
		"id:in=6,2,99":                       {2, 6},
		"id:not_in=1,2,3":                    {4, 5, 6},
		"id:min=5":                           {5, 6},
		"id:max=2":                           {1, 2},
		"id:greater=2&id:less=5":             {3, 4},
		"id:greater=5&id:less=3":             {},
		"id:in=1,2,3&id:min=2":               {2, 3},
		"name=APPLE":                         {2},
		"name=app":                           {},
		"sku=a-1":                            {2},
		"sku:in=a-1,B-1":                     {1, 2},
		"sku:in=c,1":                         {}, // a comma always parts values
		"sku=c,1":                            {3},
		"sku=a-1&id=1":                       {},
		"upc=0012":                           {1},
		"mpn=m1":                             {5},
		"price=9.5":                          {2},
		"price=9.50":                         {2},
		"weight=0":                           {1},
		"condition=used":                     {1},
		"type=digital":                       {4},
		"availability=disabled":              {3},
		"brand_id=1":                         {2},
		"is_visible=false":                   {3},
		"is_visible=true&is_featured=1":      {2},
		"is_free_shipping=1":                 {6},
		"categories=1":                       {1}, // products in several categories are not returned
		"categories:in=1":                    {1, 2},
		"categories:in=1,2":                  {1, 2, 3},
		"inventory_level=10":                 {6},
		"inventory_level:in=3,10":            {4, 6},
		"inventory_level:not_in=0":           {4, 6},
		"inventory_level:min=3":              {4, 6},
		"inventory_level:greater=3":          {6},
		"inventory_level:less=3":             {1, 2, 3, 5},
		"inventory_level:max=3&type=digital": {4},
		"inventory_low=1":                    {4, 5},
		"out_of_stock=1":                     {5},
		"total_sold=0&id:max=1":              {1},
		"keyword=APPLE":                      {2, 5},
		"keyword=kōryū&keyword_context=shopper":               {2},
		"channel_id:in=1&id:max=2":                            {1, 2},
		"channel_id:in=2":                                     {},
		"date_last_imported:min=2026-01-01T00:00:00Z":         {6},
		"date_last_imported=2026-01-02":                       {6},
		"date_last_imported:not=2026-01-02":                   {1, 2, 3, 4, 5},
		"date_modified=2026-03-12":                            {5},
		"date_modified:min=2026-03-12T09:26:53%2B00:00":       {5, 6},
		"date_modified:min=2026-03-12T09:26:54%2B00:00":       {6},
		"date_modified:max=2026-03-12T09:26:53Z&id:min=4":     {4, 5},
		"date_modified:min=2026-03-12":                        {5, 6}, // the clock's time of day is added
		"date_modified:max=2026-03-11&sort=id&direction=desc": {4, 3, 2, 1},
		"sort=name":                           {2, 5, 3, 6, 1, 4},
		"sort=name&direction=desc":            {4, 1, 6, 3, 5, 2},
		"sort=sku":                            {4, 2, 1, 3, 5, 6},
		"sort=price":                          {6, 5, 4, 3, 2, 1},
		"sort=inventory_level&direction=desc": {6, 4, 5, 3, 2, 1},
		"sort=is_visible":                     {3, 1, 2, 4, 5, 6},
		"sort=date_modified&direction=desc&limit=2":  {6, 5},
		"sort=id&direction=desc&limit=1&id:max=5":    {5},
		"sort=id&direction=asc&id:greater=2&limit=2": {3, 4},
	} {
		a := send(t, s, "GET", "/v3/catalog/products?"+query, "")
		if a.status != http.StatusOK {
			t.Errorf("%s: %d %s", query, a.status, a.text)
			continue
		}
		if diff := cmp.Diff(want, a.ids()); diff != "" {
			t.Errorf("%s: %s", query, diff)
		}
	}
	for _, query := range []string{
		"id=x", "id:in=1,,2", "price=abc", "is_visible=maybe", "date_modified:min=soon", "sort=colour", "direction=up", "limit=x", "page=x",
	} {
		if a := send(t, s, "GET", "/v3/catalog/products?"+query, ""); a.status != http.StatusUnprocessableEntity {
			t.Errorf("%s: %d", query, a.status)
		}
	}
}

// TestDateTrap shows why bounds need a time: the same day, asked later in the day, loses rows.
func TestDateTrap(t *testing.T) {
	s := shelfShop(t)
	s.opts.Clock = func() time.Time { return testTime.Add(1e9) }
	if got := send(t, s, "GET", "/v3/catalog/products?date_modified:min=2026-03-12", "").ids(); !slices.Equal(got, []int{6}) {
		t.Errorf("a second later: %v", got)
	}
}

func TestIncludeCap(t *testing.T) {
	s := shop(t, 30)
	for query, want := range map[string]string{
		"limit=250&include=options":                "10",
		"limit=250&include=images,modifiers":       "10",
		"limit=7&include=options":                  "7",
		"limit=250&include=variants,images":        "250",
		"limit=251":                                "250",
		"include=primary_image,bulk_pricing_rules": "50",
		"limit=0": "50",
	} {
		if a := send(t, s, "GET", "/v3/catalog/products?"+query, ""); a.str("meta", "pagination", "per_page") != want {
			t.Errorf("%s: per_page %s, want %s", query, a.str("meta", "pagination", "per_page"), want)
		}
	}
	for reading, want := range map[OverLimit]int{Refuse413: 413, Refuse422: 422} {
		s.opts.OverLimit = reading
		if a := send(t, s, "GET", "/v3/catalog/products?limit=251", ""); a.status != want {
			t.Errorf("reading %d: %d", reading, a.status)
		}
	}
}

func TestFieldSelection(t *testing.T) {
	s := shop(t, 1)
	for query, want := range map[string][]string{
		"include_fields=name,sku":                     {"id", "name", "sku"},
		"include_fields=name,sku&exclude_fields=name": {"id", "sku"},
		"include_fields=id":                           {"id"},
		"include_fields=sku&include=images":           {"id", "images", "sku"},
		"exclude_fields=id&include_fields=price":      {"id", "price"},
	} {
		a := send(t, s, "GET", "/v3/catalog/products?"+query, "")
		o, _ := a.at("data", 0).(map[string]any)
		var got []string
		for name := range o {
			got = append(got, name)
		}
		slices.Sort(got)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", query, diff)
		}
	}
	if a := send(t, s, "GET", "/v3/catalog/products/1?exclude_fields=description", ""); a.at("data", "description") != nil || a.str("data", "name") != "Product 1" {
		t.Error(a.text)
	}
}

func TestDeleteByFilter(t *testing.T) {
	s := shelfShop(t)
	if a := send(t, s, "DELETE", "/v3/catalog/products?id:in=2,3,99", ""); a.status != http.StatusNoContent {
		t.Fatal(a.text)
	}
	if a := send(t, s, "DELETE", "/v3/catalog/products?type=digital", ""); a.status != http.StatusNoContent {
		t.Fatal(a.text)
	}
	if diff := cmp.Diff([]int{1, 5, 6}, s.ProductIDs()); diff != "" {
		t.Error(diff)
	}
	s.InsertProduct(map[string]any{"name": "Apple", "sku": "A-1", "type": "physical", "weight": 1, "price": 1}) // name and SKU are free again
	many := shop(t, 300)
	send(t, many, "DELETE", "/v3/catalog/products?is_visible=true", "")
	if n := many.Products(); n != 50 {
		t.Errorf("%d products are left of 300, want 50", n)
	}
}

// TestWalkByKey: however pages are cut and products come and go, a walk by id sees every product
// that was there throughout, once.
func TestWalkByKey(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		s := New(Options{Clock: fixedClock})
		n := rapid.IntRange(0, 60).Draw(rt, "products")
		for i := range n {
			s.InsertProduct(map[string]any{"name": fmt.Sprint(i), "type": "physical", "weight": 1, "price": 1})
		}
		stable := map[int]bool{}
		for _, id := range s.ProductIDs() {
			stable[id] = true
		}
		inserted := 0
		s.Between(func(s *Store) {
			inserted++
			if id := rapid.IntRange(1, n+5).Draw(rt, "delete"); s.DeleteProduct(id) {
				delete(stable, id)
			}
			s.InsertProduct(map[string]any{"name": fmt.Sprintf("new %d", inserted), "type": "physical", "weight": 1, "price": 1})
		})
		seen := map[int]int{}
		for last, page := 0, 0; page < 200; page++ {
			q := url.Values{"sort": {"id"}, "direction": {"asc"}, "id:greater": {fmt.Sprint(last)}, "id:max": {fmt.Sprint(n)}}
			q.Set("limit", fmt.Sprint(rapid.IntRange(1, 20).Draw(rt, "limit")))
			ids := send(t, s, "GET", "/v3/catalog/products?"+q.Encode(), "").ids()
			if len(ids) == 0 {
				break
			}
			for _, id := range ids {
				seen[id]++
			}
			last = ids[len(ids)-1]
		}
		for id := range stable {
			if seen[id] != 1 {
				rt.Fatalf("product %d seen %d times", id, seen[id])
			}
		}
	})
}
