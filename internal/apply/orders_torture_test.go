package apply_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"bcetl/internal/emulator"
	"bcetl/internal/record"
)

// TestOrdersAreTrueWhateverHappens: requests and answers get lost, others change orders between any two requests, and yet no order is made
// twice, every one that is said to be made is there with the id that was said, and none is there that is said not to be.
func TestOrdersAreTrueWhateverHappens(t *testing.T) {
	seeds := uint64(30)
	if testing.Short() {
		seeds = 5
	}
	for seed := range seeds {
		rng := rand.New(rand.NewPCG(seed, 7))
		store := strictStore()
		book(store, 12)
		for _, kind := range []emulator.FaultKind{emulator.ResetAfter, emulator.ResetBefore, emulator.StatusAfter, emulator.StatusBefore, emulator.TruncatedBody, emulator.QuotaSpent} {
			store.AddFault(emulator.Fault{Kind: kind, Probability: 0.12, Seed: seed + uint64(kind), Times: 6})
		}
		store.Between(func(s *emulator.Store) {
			switch id := 1 + rng.IntN(12); rng.IntN(6) {
			case 0:
				s.ArchiveOrder(id)
			case 1:
				_ = s.UpdateOrder(id, map[string]any{"customer_message": "edited"}) // it was there a moment ago
			}
		})
		b := onOrders(t, store, "upsert", "external_order_id")
		b.concurrency = 4
		var rows []string
		for i := 1; i <= 12; i++ {
			rows = append(rows, order(fmt.Sprintf("NEW-%d", i), fmt.Sprintf(`,"staff_notes":"%d"`, seed)), fmt.Sprintf(`{"external_order_id":"EXT-%d","staff_notes":"note"}`, i))
		}
		err := b.apply(rows...)
		store.Between(nil)
		made := map[string][]int{}
		for _, id := range store.OrderIDs() {
			o, _ := store.Order(id)
			external := fmt.Sprint(o["external_order_id"])
			made[external] = append(made[external], id)
		}
		for i := range b.outcomes {
			o := &b.outcomes[i]
			ids := made[o.Key]
			isNew := strings.HasPrefix(o.Key, "NEW-")
			switch {
			case len(ids) > 1:
				t.Errorf("seed %d: %s was made %d times", seed, o.Key, len(ids))
			case o.Outcome == record.Created && (len(ids) != 1 || int64(ids[0]) != o.StoreID):
				t.Errorf("seed %d: %s was created as %d, the store has %v", seed, o.Key, o.StoreID, ids)
			case o.Outcome == record.Updated && !strings.Contains(storedOrder(t, store, int(o.StoreID), "staff_notes"), "note"):
				t.Errorf("seed %d: %s was updated, and is not", seed, o.Key)
			case o.Outcome == record.Rejected && isNew && len(ids) > 0:
				t.Errorf("seed %d: %s was rejected, and was made: %s", seed, o.Key, b.problem(i+1))
			case (o.Outcome == record.InDoubt || o.Outcome == record.NotAttempted) && err == nil:
				t.Errorf("seed %d: %s is %s", seed, o.Key, o.Outcome)
			}
		}
		b.strict()
	}
}
