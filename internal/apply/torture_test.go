package apply_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"bcetl/internal/emulator"
	"bcetl/internal/record"
)

// TestOutcomesAreTrueWhateverHappens: others change the store between any two requests and answers get lost, and yet every row that is said
// to be written is there, once, with the id that was said; every row that is said to be rejected is not; and no row is left out.
func TestOutcomesAreTrueWhateverHappens(t *testing.T) {
	seeds := uint64(40)
	if testing.Short() {
		seeds = 5
	}
	for seed := range seeds {
		rng := rand.New(rand.NewPCG(seed, 3))
		store := strictStore()
		fill(store, 40)
		for _, kind := range []emulator.FaultKind{emulator.ResetAfter, emulator.ResetBefore, emulator.StatusAfter, emulator.StatusBefore, emulator.TruncatedBody, emulator.QuotaSpent} {
			store.AddFault(emulator.Fault{Kind: kind, Probability: 0.06, Seed: seed + uint64(kind), Times: 5})
		}
		others := 0
		gone := map[int]bool{}
		store.Between(func(s *emulator.Store) {
			switch ids := s.ProductIDs(); rng.IntN(4) {
			case 0: // somebody deletes one of the old products
				if id := ids[rng.IntN(len(ids))]; id <= 40 {
					gone[id] = s.DeleteProduct(id)
				}
			case 1: // somebody creates a product, or takes a name that a row wants
				others++
				name := fmt.Sprintf("Others %d", others)
				if rng.IntN(8) == 0 {
					name = fmt.Sprintf("New %d", 1+rng.IntN(20))
				}
				_, _ = s.AddProduct(product(name, fmt.Sprintf("OTHERS-%d", others))) // a name that is taken is refused
			case 2:
				if id := ids[rng.IntN(len(ids))]; id <= 40 {
					_ = s.UpdateProduct(id, map[string]any{"page_title": "edited"}) // it was there a moment ago
				}
			}
		})
		b := onProducts(t, store, "upsert", "sku")
		b.concurrency = 4
		err := b.apply(append(newRows(20), prices(40, "12")...)...)
		store.Between(nil)
		if err != nil {
			// So many faults in a row are the run's end; then too nothing may be said that is not so.
			t.Logf("seed %d: %v", seed, err)
		}
		for i := range b.outcomes {
			o := &b.outcomes[i]
			id, _, there := store.ProductBySKU(o.Key)
			switch o.Outcome {
			case record.Created:
				if !there || int64(id) != o.StoreID {
					t.Errorf("seed %d: %s was created as %d, the store has %d", seed, o.Key, o.StoreID, id)
				}
			case record.Updated:
				if there && !strings.HasPrefix(stored(t, store, id, "price"), "12") || !there && !gone[int(o.StoreID)] {
					t.Errorf("seed %d: %s was updated, and is not", seed, o.Key)
				}
			case record.Rejected:
				if there && strings.HasPrefix(o.Key, "N") || there && strings.HasPrefix(stored(t, store, id, "price"), "12") {
					t.Errorf("seed %d: %s was rejected, and was written: %s", seed, o.Key, b.problem(i+1))
				}
			case record.InDoubt, record.NotAttempted:
				if err == nil {
					t.Errorf("seed %d: %s is %s", seed, o.Key, o.Outcome)
				}
			default:
				t.Errorf("seed %d: %s is %s", seed, o.Key, o.Outcome)
			}
		}
		b.strict()
	}
}

// everyFault has requests and answers get lost in every way, a few times each.
func everyFault(store *emulator.Store, seed uint64, share float64) {
	for _, kind := range []emulator.FaultKind{emulator.ResetAfter, emulator.ResetBefore, emulator.StatusAfter, emulator.StatusBefore, emulator.TruncatedBody, emulator.QuotaSpent} {
		store.AddFault(emulator.Fault{Kind: kind, Probability: share, Seed: seed + uint64(kind), Times: 6})
	}
}

func tortureSeeds() uint64 {
	if testing.Short() {
		return 5
	}
	return 30
}
