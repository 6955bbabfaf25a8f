package apply_test

import (
	"fmt"
	"testing"

	"bcetl/internal/record"
)

// TestCodesAreTrueWhateverHappens: whatever gets lost, a promotion has as many codes of a batch as its row declares, and never more.
func TestCodesAreTrueWhateverHappens(t *testing.T) {
	for seed := range tortureSeeds() {
		store := strictStore()
		id := promote(store, "Spring", "BULK", 5)
		everyFault(store, seed, 0.1)
		b := onBatches(t, store, "upsert")
		var rows []string
		wanted := map[string]int{"A": 300, "B": 20, "C": 251, "D": 1}
		for prefix, n := range wanted {
			rows = append(rows, fmt.Sprintf(`{"promotion_id":%d,"prefix":%q,"delimiter":"-","count":%d}`, id, prefix, n))
		}
		err := b.apply(rows...)
		for i := range b.outcomes {
			o := &b.outcomes[i]
			switch n := beginning(store, id, o.Key+"-"); {
			case n > wanted[o.Key]:
				t.Errorf("seed %d: %d codes of %s, %d are declared", seed, n, o.Key, wanted[o.Key])
			case o.Outcome == record.Created && n != wanted[o.Key]:
				t.Errorf("seed %d: %s was created, and has %d codes of %d", seed, o.Key, n, wanted[o.Key])
			case o.Outcome != record.Created && err == nil:
				t.Errorf("seed %d: %s is %s: %s", seed, o.Key, o.Outcome, b.problem(i+1))
			}
		}
		b.strict()
	}
}
