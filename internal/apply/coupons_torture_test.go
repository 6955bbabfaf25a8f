package apply_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"bcetl/internal/emulator"
	"bcetl/internal/record"
)

// TestCouponsAreTrueWhateverHappens: as with shipments, while others make coupons with the same codes and names, edit and delete them.
func TestCouponsAreTrueWhateverHappens(t *testing.T) {
	for seed := range tortureSeeds() {
		rng := rand.New(rand.NewPCG(seed, 9))
		store := strictStore()
		fill(store, 2)
		issue(store, 12)
		everyFault(store, seed, 0.1)
		gone := map[string]bool{}
		store.Between(func(s *emulator.Store) {
			switch n := 1 + rng.IntN(12); rng.IntN(12) {
			case 0:
				s.DeleteCoupon(n)
				gone[fmt.Sprintf("CODE-%05d", n)] = true
			case 1:
				_, _ = s.AddCoupon(map[string]any{"code": fmt.Sprintf("new-%d", n), "name": fmt.Sprintf("Theirs %d", n), "type": "free_shipping", "amount": "1"}) // its code may be taken
			case 2:
				_, _ = s.AddCoupon(map[string]any{"code": fmt.Sprintf("THEIRS-%d", n), "name": fmt.Sprintf("Coupon NEW-%d", n), "type": "free_shipping", "amount": "1"})
			}
		})
		b := onCoupons(t, store, "upsert", "code")
		b.concurrency = 4
		var rows []string
		for i := 1; i <= 12; i++ {
			rows = append(rows, coupon(fmt.Sprintf("NEW-%d", i), ""), fmt.Sprintf(`{"code":"CODE-%05d","amount":12}`, i))
		}
		err := b.apply(rows...)
		store.Between(nil)
		amounts := map[string]string{}
		ids := map[string]int64{}
		for _, id := range store.CouponIDs() {
			c, _ := store.Coupon(id)
			code := strings.ToUpper(fmt.Sprint(c["code"]))
			amounts[code], ids[code] = fmt.Sprint(c["amount"]), int64(id)
		}
		for i := range b.outcomes {
			o := &b.outcomes[i]
			isNew := strings.HasPrefix(o.Key, "NEW-")
			switch {
			case o.Outcome == record.Created && (amounts[o.Key] != "5.0000" || ids[o.Key] != o.StoreID):
				t.Errorf("seed %d: %s was created as %d, the store has %d with the amount %s", seed, o.Key, o.StoreID, ids[o.Key], amounts[o.Key])
			case o.Outcome == record.Updated && !isNew && amounts[o.Key] != "12.0000" && !gone[o.Key]:
				t.Errorf("seed %d: %s was updated, and its amount is %s", seed, o.Key, amounts[o.Key])
			case o.Outcome == record.Rejected && (isNew && amounts[o.Key] == "5.0000" || !isNew && amounts[o.Key] == "12.0000"):
				t.Errorf("seed %d: %s was rejected, and was written: %s", seed, o.Key, b.problem(i+1))
			case (o.Outcome == record.InDoubt || o.Outcome == record.NotAttempted) && err == nil && !isNew:
				t.Errorf("seed %d: %s is %s", seed, o.Key, o.Outcome)
			}
		}
		b.strict()
	}
}
