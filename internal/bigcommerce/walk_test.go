package bigcommerce_test

import (
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"net/url"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"bcetl/internal/bigcommerce"
	"bcetl/internal/bigcommerce/catalogue"
	"bcetl/internal/emulator"
)

var walkSeeds = flag.Uint64("walk.seeds", 60, "how many seeds the walks are tried with")

// TestWalkIsCompleteUnderChange reads a store of changing products eight pages at a time. What is there, and matches, from the
// first request to the last must come exactly once, in the order of ids.
func TestWalkIsCompleteUnderChange(t *testing.T) {
	for _, kind := range []string{"all", "visible", "bounded", "variants"} {
		t.Run(kind, func(t *testing.T) {
			for seed := range *walkSeeds {
				synctest.Test(t, func(t *testing.T) { walkOnce(t, kind, seed) })
				if t.Failed() {
					t.Fatalf("seed %d", seed)
				}
			}
		})
	}
}

func walkOnce(t *testing.T, kind string, seed uint64) {
	rng := rand.New(rand.NewPCG(seed, 3))
	store := emulator.New(emulator.Options{Strict: true})
	before := 1 + rng.IntN(160)
	switch {
	case seed%20 == 19: // pages of 250
		before += 1500
	case seed%10 == 4: // so many pages of 10 that a filtered walk is cut into ranges
		before += 600
	}
	fill(store, before)
	for range rng.IntN(before/4 + 1) { // ids with gaps
		ids := store.ProductIDs()
		store.DeleteProduct(ids[rng.IntN(len(ids))])
	}
	touched := map[int]bool{}
	next := before
	changes := rng.IntN(4)
	store.Between(func(s *emulator.Store) {
		for range changes {
			ids := s.ProductIDs()
			switch what := rng.IntN(6); {
			case what < 2 || len(ids) == 0:
				s.InsertProduct(product(next))
				next++
			case what < 4:
				id := ids[rng.IntN(len(ids))]
				touched[id] = true
				s.DeleteProduct(id)
			default:
				id := ids[rng.IntN(len(ids))]
				if kind == "visible" {
					touched[id] = true
				}
				if err := s.UpdateProduct(id, map[string]any{"is_visible": rng.IntN(2) == 0, "price": "3"}); err != nil {
					t.Error(err)
				}
			}
		}
	})
	options := bigcommerce.WalkOptions{Paths: paths(t, "sku", "is_visible"), Concurrency: 8, SpoolDir: t.TempDir()}
	if seed%3 == 1 {
		options.Concurrency = 3
	}
	if before < 1000 {
		options.Paths = append(options.Paths, paths(t, "options[].id")...) // pages of 10
	}
	var matches func(map[string]any) bool // nil: all
	object := &catalogue.Products
	switch kind {
	case "visible":
		options.Filter = url.Values{"is_visible": {"true"}}
		matches = func(p map[string]any) bool { return p["is_visible"] == true }
	case "bounded":
		low, high := rng.IntN(before), rng.IntN(before*2)
		options.Filter = url.Values{"id:min": {fmt.Sprint(low)}, "id:less": {fmt.Sprint(high)}}
		matches = func(p map[string]any) bool { return number(p["id"]) >= low && number(p["id"]) < high }
	case "variants":
		object = &catalogue.Variants
		options.Paths = paths(t, "sku", "product.options[].id", "product.sku")
	}
	want := map[int64]bool{}
	for _, id := range store.ProductIDs() {
		if matches != nil {
			if p, _ := store.Product(id); !matches(p) {
				continue
			}
		}
		want[int64(id)] = true
	}

	client := newClient(t, wandering(nowAndThen(t, store, seed), seed, 200*time.Millisecond), nil)
	got, err := readAll(t.Context(), client.Walk(t.Context(), object, options))
	if err != nil {
		t.Fatalf("%s: %v", kind, err)
	}
	var ids []int64
	for _, r := range got {
		id := r.ID
		if kind == "variants" {
			if id, err = r.Doc.At("product", "id").Int(); err != nil {
				t.Fatalf("variant %d came without its product", r.ID)
			}
		}
		ids = append(ids, id)
		delete(want, id)
	}
	for id := range want {
		if !touched[int(id)] {
			t.Errorf("%s: product %d was there all the time and did not come", kind, id)
		}
	}
	if !slices.IsSorted(ids) || len(slices.Compact(slices.Clone(ids))) != len(ids) {
		t.Errorf("%s: not each once in order: %v", kind, ids)
	}
	if broken := store.Violations(); len(broken) > 0 {
		t.Errorf("the store refuses such requests: %q", broken)
	}
}

func number(v any) int {
	var n int
	_, _ = fmt.Sscan(fmt.Sprint(v), &n)
	return n
}

// TestWalkRequests pins how many requests a walk of a quiet store takes, and what it asks for.
func TestWalkRequests(t *testing.T) {
	tests := []struct {
		name     string
		products int
		options  bigcommerce.WalkOptions
		fields   []string
		requests int
		query    string // of the first request
	}{
		{"empty", 0, bigcommerce.WalkOptions{}, []string{"name"}, 1, "direction=asc&include_fields=name&limit=250&page=1&sort=id"},
		{"one page", 250, bigcommerce.WalkOptions{}, []string{"id"}, 1, "direction=asc&include_fields=sku&limit=250&page=1&sort=id"},
		{"pages and ceiling", 1100, bigcommerce.WalkOptions{}, []string{"custom_url.url", "variants[].sku"}, 6, "direction=asc&include=variants&include_fields=custom_url&limit=250&page=1&sort=id"},
		{"unnameable field", 10, bigcommerce.WalkOptions{}, []string{"sort_order", "name"}, 1, "direction=asc&limit=250&page=1&sort=id"},
		{"everything", 10, bigcommerce.WalkOptions{}, nil, 1, "direction=asc&limit=250&page=1&sort=id"},
		{"small pages", 25, bigcommerce.WalkOptions{}, []string{"options[].display_name"}, 4, "direction=asc&include=options&include_fields=sku&limit=10&page=1&sort=id"},
		{"limit within a page", 1100, bigcommerce.WalkOptions{Limit: 7}, []string{"sku"}, 1, "direction=asc&include_fields=sku&limit=7&page=1&sort=id"},
		{"limit of two pages", 1100, bigcommerce.WalkOptions{Limit: 300}, []string{"sku"}, 3, "direction=asc&include_fields=sku&limit=250&page=1&sort=id"},
		{"key walk", 1100, bigcommerce.WalkOptions{Filter: url.Values{"price": {"9.5"}}}, []string{"sku"}, 6, "direction=asc&include_fields=sku&limit=250&page=1&price=9.5&sort=id"},
		{"ranges", 2500, bigcommerce.WalkOptions{Filter: url.Values{"price": {"9.5"}}, Concurrency: 2}, []string{"sku"}, 12, "direction=asc&include_fields=sku&limit=250&page=1&price=9.5&sort=id"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			store := emulator.New(emulator.Options{Strict: true})
			fill(store, test.products)
			client := newClient(t, judged(t, store), nil)
			if test.fields != nil {
				test.options.Paths = paths(t, test.fields...)
			}
			walk := client.Walk(t.Context(), &catalogue.Products, test.options)
			got, err := readAll(t.Context(), walk)
			if err != nil {
				t.Fatal(err)
			}
			want := test.products
			if test.options.Limit > 0 {
				want = min(want, int(test.options.Limit))
			}
			if len(got) != want || walk.Total() != int64(test.products) {
				t.Errorf("%d records of %d, want %d", len(got), walk.Total(), want)
			}
			log := store.Log()
			if len(log) != test.requests {
				t.Errorf("%d requests, want %d: %v", len(log), test.requests, log)
			}
			if query := strings.ReplaceAll(log[0].Query, "%2C", ","); query != test.query {
				t.Errorf("asked %s, want %s", query, test.query)
			}
		})
	}
}

// TestWalkRefusesWhatLosesRecords: answers on which a walk cannot rely end it with an error, never with a shorter list.
func TestWalkRefusesWhatLosesRecords(t *testing.T) {
	page := func(total int, ids ...int) string {
		var data []string
		for _, id := range ids {
			data = append(data, fmt.Sprintf(`{"id":%d}`, id))
		}
		return fmt.Sprintf(`{"data":[%s],"meta":{"pagination":{"total":%d,"per_page":2,"count":%d}}}`, strings.Join(data, ","), total, len(ids))
	}
	tests := []struct {
		name    string
		answers []string
		want    string
	}{
		{"cut short", []string{`{"data":[{"id":1},{"id"`}, "not complete JSON"},
		{"not sorted", []string{page(2, 2, 1)}, "not sorted by id"},
		{"no id", []string{`{"data":[{"name":"x"}],"meta":{"pagination":{"total":1}}}`}, "no id"},
		{"no total", []string{`{"data":[{"id":1}],"meta":{}}`}, "how many"},
		{"no list", []string{`{"data":{"id":1}}`}, "no list"},
		{"promises without records", []string{page(5)}, "gives none"},
		{"ignores the filter", []string{page(4, 1, 2), page(4, 4), page(4, 1, 2)}, "ignores the filter"},
		{"filter finds nothing", []string{page(4, 1, 2), page(4, 4), page(0), page(1, 4)}, "do not find 4"},
		{"bad number", []string{`{"data":[{"id":1,"price":01.2.3}],"meta":{"pagination":{"total":1}}}`}, "not a number"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			client := newClient(t, scripted(test.answers...), func(c *bigcommerce.Config) { c.Concurrency = 1 })
			_, err := readAll(t.Context(), client.Walk(t.Context(), &catalogue.Products, bigcommerce.WalkOptions{}))
			if err == nil || !strings.Contains(err.Error(), test.want) || !bigcommerce.IsRunLevel(err) {
				t.Errorf("got %v, want an error that says %q", err, test.want)
			}
		})
	}
}

// TestWalkStopsWithItsContext: a walk that is cancelled in its middle gives the cause, and not an end.
func TestWalkStopsWithItsContext(t *testing.T) {
	store := emulator.New(emulator.Options{})
	fill(store, 900)
	client := newClient(t, judged(t, store), nil)
	ctx, cancel := context.WithCancelCause(t.Context())
	walk := client.Walk(ctx, &catalogue.Products, bigcommerce.WalkOptions{})
	if _, err := walk.Next(ctx); err != nil {
		t.Fatal(err)
	}
	cancel(fmt.Errorf("the disk is full"))
	if _, err := readAll(ctx, walk); err == nil || !strings.Contains(err.Error(), "the disk is full") {
		t.Errorf("got %v", err)
	}
}

// TestWalkVariants reads variants with fields of their products, whole and by the filters of their own list.
func TestWalkVariants(t *testing.T) {
	store := emulator.New(emulator.Options{Strict: true})
	for i := range 3 {
		body := product(i)
		body["variants"] = []any{
			map[string]any{"sku": fmt.Sprintf("V-%d-S", i), "upc": "1234", "option_values": []any{map[string]any{"option_display_name": "Size", "label": "S"}}},
			map[string]any{"sku": fmt.Sprintf("V-%d-M", i), "option_values": []any{map[string]any{"option_display_name": "Size", "label": "M"}}},
		}
		store.InsertProduct(body)
	}
	client := newClient(t, judged(t, store), nil)
	tests := []struct {
		filter url.Values
		want   string
	}{
		{nil, "V-0-S/Product 0 V-0-M/Product 0 V-1-S/Product 1 V-1-M/Product 1 V-2-S/Product 2 V-2-M/Product 2"},
		{url.Values{"sku": {"v-1-m"}}, "V-1-M/Product 1"},
		{url.Values{"upc": {"1234"}}, "V-0-S/Product 0 V-1-S/Product 1 V-2-S/Product 2"},
		{url.Values{"sku": {"none"}}, ""},
		{url.Values{"product_id:in": {"2"}}, "V-1-S/Product 1 V-1-M/Product 1"},
	}
	for _, test := range tests {
		got, err := readAll(t.Context(), client.Walk(t.Context(), &catalogue.Variants, bigcommerce.WalkOptions{
			Filter: test.filter, Paths: paths(t, "sku", "product.name"),
		}))
		if err != nil {
			t.Fatal(err)
		}
		var texts []string
		for _, r := range got {
			texts = append(texts, r.Doc.Get("sku").String()+"/"+r.Doc.At("product", "name").String())
		}
		if joined := strings.Join(texts, " "); joined != test.want {
			t.Errorf("%v: got %s, want %s", test.filter, joined, test.want)
		}
	}
}
