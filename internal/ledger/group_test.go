package ledger_test

import (
	"context"
	"errors"
	"sync"
	"testing"

	"bcetl/internal/ledger"
	"bcetl/internal/record"
)

// TestConcurrentIntentsAndOutcomes: shared commits lose nothing and mix nothing up.
func TestConcurrentIntentsAndOutcomes(t *testing.T) {
	_, run := begin(t)
	const workers, each = 8, 40
	ops := make([]record.Op, workers*each)
	for i := range ops {
		ops[i] = record.Op{ID: run.NewOpID(), Item: int64(i + 1), Kind: "products.update", Target: int64(i + 1), Body: record.NewObject(0)}
	}
	if err := run.AddOps(t.Context(), 1, ops); err != nil {
		t.Fatal(err)
	}
	var group sync.WaitGroup
	for w := range workers {
		group.Go(func() {
			for i := range each {
				id := ops[w*each+i].ID
				if err := run.Sent(t.Context(), []int64{id}); err != nil {
					t.Error(err)
				}
				result := ledger.OpResult{ID: id, State: record.OpDone, StoreID: id}
				if i%4 == 0 {
					result = ledger.OpResult{ID: id, State: record.OpFailed, Problem: &record.Problem{Code: "invalid", Message: "no"}}
				}
				if err := run.Done(t.Context(), []ledger.OpResult{result}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	group.Wait()
	left, err := run.OpKinds(t.Context(), 1)
	if err != nil || len(left) != 0 {
		t.Errorf("planned still: %v %v", left, err)
	}
	for i := range ops {
		id, err := run.CreatedBy(t.Context(), ops[i].ID)
		if want := ops[i].ID; err != nil || (i%each%4 != 0) != (id == want) {
			t.Fatalf("op %d: %d %v", ops[i].ID, id, err)
		}
	}
}

// TestCancelledRun: nothing more is sent, but what came of what was sent is written down.
func TestCancelledRun(t *testing.T) {
	_, run := begin(t)
	op := record.Op{ID: run.NewOpID(), Kind: "products.update", Target: 1, Body: record.NewObject(0)}
	if err := run.AddOps(t.Context(), 1, []record.Op{op}); err != nil {
		t.Fatal(err)
	}
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	if err := run.Sent(cancelled, []int64{op.ID}); !errors.Is(err, context.Canceled) {
		t.Errorf("an intent of a cancelled run: %v", err)
	}
	if err := run.Done(cancelled, []ledger.OpResult{{ID: op.ID, State: record.OpDone, StoreID: 9}}); err != nil {
		t.Error(err)
	}
	if id, err := run.CreatedBy(t.Context(), op.ID); id != 9 || err != nil {
		t.Error(id, err)
	}
}
