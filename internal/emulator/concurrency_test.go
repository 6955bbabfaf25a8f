package emulator

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"sync"
	"testing"
)

// TestConcurrentUse reads, writes, creates, deletes, saves and counts at once, with a hook between
// requests; in the end the indexes still agree with the products.
func TestConcurrentUse(t *testing.T) {
	s := New(Options{Clock: fixedClock, Quota: Quota{Requests: 1 << 30}})
	s.Seed(Demo{Products: 60, Orders: 60, Seed: 2})
	const rounds = 10
	var hooks int
	s.Between(func(s *Store) { hooks++; _ = s.Products() })
	s.AddFault(Fault{Kind: StatusAfter, Probability: 0.1, Seed: 1})
	var wg sync.WaitGroup
	for worker := range 4 {
		wg.Go(func() {
			for i := range rounds {
				for _, c := range [][3]string{
					{"GET", "/v3/catalog/products?limit=250&include=variants,images&sort=name", ""},
					{"GET", "/v3/catalog/products?is_visible=true&limit=250", ""},
					{"PUT", "/v3/catalog/products", fmt.Sprintf(`[{"id":%d,"price":%d.5},{"id":%d,"is_visible":false}]`, i+1, worker, 60-i)},
					{"POST", "/v3/catalog/products", fmt.Sprintf(`{"name":"w%d-%d","sku":"W%d-%d","type":"physical","weight":1,"price":1,"brand_name":"B%d"}`, worker, i, worker, i, i%3)},
					{"POST", fmt.Sprintf("/v3/catalog/products/%d/custom-fields", i+1), fmt.Sprintf(`{"name":"w%d","value":"%d"}`, worker, i)},
					{"PUT", "/v3/catalog/products/channel-assignments", fmt.Sprintf(`[{"product_id":%d,"channel_id":1}]`, i+1)},
					{"DELETE", fmt.Sprintf("/v3/catalog/products?name=w%d-%d", worker, i/2), ""},
					{"GET", "/v3/catalog/summary", ""},
					{"GET", "/v2/orders?limit=20&include=fees&sort=date_modified:desc", ""},
					{"PUT", fmt.Sprintf("/v2/orders/%d", 101+i), fmt.Sprintf(`{"staff_notes":"w%d"}`, worker)},
					{"DELETE", fmt.Sprintf("/v2/orders/%d", 120+i), ""},
					{"POST", "/v2/coupons", fmt.Sprintf(`{"name":"w%d-%d","code":"w%d-%d","type":"free_shipping","amount":"0","applies_to":{"entity":"categories","ids":[0]}}`, worker, i, worker, i)},
					{"GET", "/v3/orders/payment_actions/refunds", ""},
				} {
					send(t, s, c[0], c[1], c[2])
				}
				if err := s.Snapshot(io.Discard); err != nil {
					t.Error(err)
				}
				_, _ = s.Log(), s.Violations()
			}
		})
	}
	wg.Wait()
	if want := 4 * rounds * 13; hooks != want {
		t.Errorf("the hook ran %d times, want %d", hooks, want)
	}
	checkIndexes(t, s)
	if n := len(send(t, s, "GET", "/v2/orders?is_deleted=true&max_id=129&min_id=120&limit=250", "").idsV2()); n != 10 {
		t.Errorf("%d of 10 orders are archived", n)
	}
	if n := len(s.CouponIDs()); n != 25+4*rounds {
		t.Errorf("%d coupons", n)
	}
}

// checkIndexes compares every index with the products.
func checkIndexes(t *testing.T, s *Store) {
	t.Helper()
	st := &s.st
	skus, names, urls, variants := 0, 0, 0, 0
	if !slices.IsSortedFunc(st.products, func(a, b *product) int { return a.id - b.id }) {
		t.Error("products are not in the order of their ids")
	}
	for _, p := range st.products {
		k := p.keys()
		names++
		urls++
		if st.names[k.name] != p.id || st.urls[k.url] != p.id {
			t.Errorf("product %d is not found by its name or url", p.id)
		}
		for sku, owner := range k.skus {
			skus++
			if st.skus[sku] != owner {
				t.Errorf("product %d is not found by the sku %s", p.id, sku)
			}
		}
		for _, id := range k.variants {
			variants++
			if st.variants[id] != p.id {
				t.Errorf("product %d is not found by the variant %d", p.id, id)
			}
		}
	}
	if len(st.names) != names || len(st.urls) != urls || len(st.skus) != skus || len(st.variants) != variants {
		t.Errorf("indexes hold %d names, %d urls, %d skus, %d variants; products have %d, %d, %d, %d",
			len(st.names), len(st.urls), len(st.skus), len(st.variants), names, urls, skus, variants)
	}
}

// TestBetween changes the store between the pages of a list.
func TestBetween(t *testing.T) {
	s := shop(t, 4)
	s.Between(func(s *Store) { s.DeleteProduct(1) })
	if got := send(t, s, "GET", "/v3/catalog/products", "").ids(); !slices.Equal(got, []int{2, 3, 4}) {
		t.Errorf("ids %v", got)
	}
	s.Between(nil)
	if err := s.UpdateProduct(2, map[string]any{"price": "7"}); err != nil {
		t.Fatal(err)
	}
	if err := s.UpdateProduct(2, map[string]any{"name": "Product 3"}); err == nil {
		t.Error("a direct update broke uniqueness")
	}
	if err := s.UpdateProduct(99, nil); !errors.Is(err, ErrMissing) {
		t.Errorf("unknown product: %v", err)
	}
	if _, err := s.AddProduct(map[string]any{"name": "x"}); err == nil {
		t.Error("an incomplete product was added")
	}
	if p, ok := s.Product(2); !ok || fmt.Sprint(p["price"]) != "7" {
		t.Errorf("%v", p["price"])
	}
	if s.DeleteProduct(99) {
		t.Error("deleted what is not there")
	}
}
