package bigcommerce_test

import (
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

// TestOrdersAreCompleteUnderChange reads a store in which orders arrive, change their status and are archived between any two
// requests. What is there, and matches, from the first request to the last must come exactly once; what matches never must not come.
func TestOrdersAreCompleteUnderChange(t *testing.T) {
	for _, kind := range []string{"all", "statuses", "apart", "apart with archived", "archived", "transactions"} {
		t.Run(kind, func(t *testing.T) {
			seeds := *walkSeeds / 6
			if strings.HasPrefix(kind, "apart") {
				seeds = *walkSeeds / 20
			}
			for seed := range seeds {
				synctest.Test(t, func(t *testing.T) { walkOrdersOnce(t, kind, seed) })
				if t.Failed() {
					t.Fatalf("seed %d", seed)
				}
			}
		})
	}
}

func walkOrdersOnce(t *testing.T, kind string, seed uint64) {
	rng := rand.New(rand.NewPCG(seed, 11))
	store := emulator.New(emulator.Options{Strict: true})
	statuses := []int{1, 2, 9, 11}
	before := 1 + rng.IntN(160)
	object, fields := &catalogue.Orders, []string{"id", "status_id", "products[].sku"}
	options := bigcommerce.WalkOptions{Concurrency: 4, Paths: nil}
	wanted := func(map[string]any) bool { return true }
	archived := false
	switch kind {
	case "statuses":
		options.Filter = url.Values{"status_id": {"2,11"}}
		wanted = func(o map[string]any) bool { return number(o["status_id"]) == 2 || number(o["status_id"]) == 11 }
	case "apart", "apart with archived":
		before = 1300 + rng.IntN(300)
		statuses = []int{10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 2, 11}
		options.Filter = url.Values{"status_id": {"2,11"}}
		wanted = func(o map[string]any) bool { return number(o["status_id"]) == 2 || number(o["status_id"]) == 11 }
		archived = kind != "apart"
	case "archived":
		archived = true
	case "transactions":
		object, fields = &catalogue.Transactions, []string{"amount", "order.status_id"}
	}
	if archived {
		options.Also = []string{"archived"}
	}
	made := 0
	add := func(s *emulator.Store) {
		made++
		s.InsertOrder(order(1+made%2, map[string]any{
			"status_id":    statuses[rng.IntN(len(statuses))],
			"transactions": []any{map[string]any{"event": "purchase", "amount": "1", "gateway": "custom", "date_created": "2024-01-01T00:00:00+00:00"}},
		}))
	}
	for range before {
		add(store)
	}
	for range before / 10 {
		store.ArchiveOrder(store.OrderIDs()[rng.IntN(before)])
	}
	matches := func(s *emulator.Store, id int) bool {
		o, _ := s.Order(id)
		return wanted(o) && (archived || o["is_deleted"] == false)
	}
	always, ever := map[int]bool{}, map[int]bool{}
	for _, id := range store.OrderIDs() {
		always[id] = matches(store, id)
		ever[id] = always[id]
	}
	changes := 1 + rng.IntN(5)
	store.Between(func(s *emulator.Store) {
		for range changes {
			all := s.OrderIDs()
			id := all[rng.IntN(len(all))]
			switch what := rng.IntN(6); {
			case what == 0:
				add(s)
				id = s.OrderIDs()[len(all)]
			case what == 1:
				s.ArchiveOrder(id)
			default: // mostly from one wanted status to another, which is what lists of their own can miss
				to := statuses[rng.IntN(len(statuses))]
				if strings.HasPrefix(kind, "apart") && rng.IntN(3) > 0 {
					for _, other := range all[rng.IntN(len(all)):] {
						if o, _ := s.Order(other); wanted(o) {
							id, to = other, 13-number(o["status_id"])
							break
						}
					}
				}
				if err := s.UpdateOrder(id, map[string]any{"status_id": to}); err != nil {
					t.Error(err)
				}
			}
			now := matches(s, id)
			always[id] = always[id] && now
			ever[id] = ever[id] || now
		}
	})
	options.Paths = paths(t, fields...)
	client := newClient(t, wandering(nowAndThen(t, store, seed), seed, 200*time.Millisecond), nil)
	time.Sleep(time.Hour) // the orders were made before
	walk := client.Walk(t.Context(), object, options)
	got, err := readAll(t.Context(), walk)
	if err != nil {
		t.Fatal(err)
	}
	seen := map[int]int{}
	var inOrder []int
	for _, r := range got {
		id := int(r.ID)
		if kind == "transactions" {
			id = number(r.Doc.At("order", "id").String())
		} else if lines := len(r.Doc.Get("products").List()); lines == 0 {
			t.Errorf("order %d came without its lines", id)
		}
		seen[id]++
		inOrder = append(inOrder, id)
	}
	for id, keeps := range always {
		switch {
		case keeps && seen[id] != 1:
			t.Errorf("order %d matched all the time and came %d times", id, seen[id])
		case seen[id] > 1:
			t.Errorf("order %d came %d times", id, seen[id])
		case !ever[id] && seen[id] > 0:
			t.Errorf("order %d never matched and came", id)
		}
	}
	if !strings.HasPrefix(kind, "apart") && !archived && !slices.IsSorted(inOrder) {
		t.Errorf("not in the order of ids: %v", inOrder)
	}
	if strings.HasPrefix(kind, "apart") && !slices.ContainsFunc(store.Log(), func(e emulator.Entry) bool { return strings.Contains(e.Query, "status_id=2") }) {
		t.Error("the statuses were not read apart")
	}
	if broken := store.Violations(); len(broken) > 0 {
		t.Errorf("the store refuses such requests: %q", broken)
	}
}

// TestRefundsAreCompleteUnderChange reads refunds while orders with refunds arrive: those that were there come once, each with its
// order.
func TestRefundsAreCompleteUnderChange(t *testing.T) {
	for seed := range max(2, *walkSeeds/6) {
		synctest.Test(t, func(t *testing.T) {
			rng := rand.New(rand.NewPCG(seed, 5))
			store := emulator.New(emulator.Options{Strict: true})
			add := func(s *emulator.Store) {
				refunds := make([]any, 1+rng.IntN(5))
				for i := range refunds {
					refunds[i] = map[string]any{"total_amount": "1", "created": made, "payments": paid}
				}
				s.InsertOrder(order(1, map[string]any{"refunds": refunds}))
			}
			for range 100 + rng.IntN(200) {
				add(store)
			}
			read := func() []bigcommerce.Record {
				client := newClient(t, wandering(nowAndThen(t, store, seed), seed, 100*time.Millisecond), nil)
				got, err := readAll(t.Context(), client.Walk(t.Context(), &catalogue.Refunds, bigcommerce.WalkOptions{Paths: paths(t, "total_amount", "order.status_id")}))
				if err != nil {
					t.Fatal(err)
				}
				return got
			}
			want := map[int64]bool{}
			for _, r := range read() {
				want[r.ID] = true
			}
			store.Between(func(s *emulator.Store) { add(s) })
			seen := map[int64]bool{}
			for _, r := range read() {
				if seen[r.ID] {
					t.Errorf("refund %d came twice", r.ID)
				}
				seen[r.ID] = true
				delete(want, r.ID)
				if id := r.Doc.At("order", "status_id").String(); id != "11" {
					t.Errorf("refund %d came without its order", r.ID)
				}
			}
			if len(want) > 0 {
				t.Errorf("%d refunds did not come", len(want))
			}
		})
	}
}
