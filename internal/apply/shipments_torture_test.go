package apply_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"testing"

	"bcetl/internal/emulator"
	"bcetl/internal/record"
)

// TestShipmentsAreTrueWhateverHappens: requests and answers get lost, others ship parcels of the same orders between any two requests, and
// yet no order is sent more than it holds, no parcel is made twice, every one that is said to be made is there, and no other.
func TestShipmentsAreTrueWhateverHappens(t *testing.T) {
	for seed := range tortureSeeds() {
		rng := rand.New(rand.NewPCG(seed, 8))
		store := strictStore()
		var rows []string
		for range 8 {
			id, _ := orderOf(t, store, nil, "A", 4, "B", 2)
			for n := range 1 + rng.IntN(3) {
				row := fmt.Sprintf(`{"order_id":%d,"tracking_number":"T%d-%d"`, id, id, n)
				rows = append(rows, row+[]string{`}`, `,"items":[{"sku":"A","quantity":1}]}`, `,"items":[{"sku":"A","quantity":2},{"sku":"B","quantity":1}]}`}[rng.IntN(3)])
			}
		}
		everyFault(store, seed, 0.12)
		others := 0
		store.Between(func(s *emulator.Store) {
			ids := s.OrderIDs()
			id := ids[rng.IntN(len(ids))]
			whole, _ := s.Order(id)
			line := whole["products"].([]any)[rng.IntN(2)].(map[string]any)
			if rng.IntN(8) > 0 {
				return
			}
			_, err := s.InsertShipment(id, map[string]any{
				"order_address_id": whole["shipping_addresses"].([]any)[0].(map[string]any)["id"], "tracking_number": "THEIRS",
				"items": []any{map[string]any{"order_product_id": line["id"], "quantity": json.Number("1")}},
			})
			if err == nil { // else nothing of it is left
				others++
			}
		})
		b := onShipments(t, store, "upsert")
		b.concurrency = 4
		err := b.apply(rows...)
		store.Between(nil)
		made := map[string][]string{}
		for _, id := range store.OrderIDs() {
			whole, _ := store.Order(id)
			parcels, _ := whole["shipments"].([]any)
			for _, parcel := range parcels {
				fields := parcel.(map[string]any)
				tracking := fmt.Sprint(fields["tracking_number"])
				made[tracking] = append(made[tracking], fmt.Sprint(fields["id"]))
			}
			for _, line := range whole["products"].([]any) {
				fields := line.(map[string]any)
				ordered, _ := fields["quantity"].(json.Number).Int64()
				sent, _ := fields["quantity_shipped"].(json.Number).Int64()
				if sent > ordered {
					t.Errorf("seed %d: order %d was sent %d of %d", seed, id, sent, ordered)
				}
			}
		}
		if len(made["THEIRS"]) != others {
			t.Errorf("seed %d: others shipped %d parcels, %d are there", seed, others, len(made["THEIRS"]))
		}
		for i := range b.outcomes {
			o := &b.outcomes[i]
			ids := made[o.Key]
			switch {
			case len(ids) > 1:
				t.Errorf("seed %d: %s was made %d times", seed, o.Key, len(ids))
			case o.Outcome == record.Created && (len(ids) != 1 || ids[0] != fmt.Sprint(o.StoreID)):
				t.Errorf("seed %d: %s was created as %d, the store has %v", seed, o.Key, o.StoreID, ids)
			case o.Outcome == record.Rejected && len(ids) > 0:
				t.Errorf("seed %d: %s was rejected, and was made: %s", seed, o.Key, b.problem(i+1))
			case (o.Outcome == record.InDoubt || o.Outcome == record.NotAttempted) && err == nil:
				t.Errorf("seed %d: %s is %s", seed, o.Key, o.Outcome)
			}
		}
		b.strict()
	}
}
