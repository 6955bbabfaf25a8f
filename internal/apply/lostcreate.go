package apply

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"bcetl/internal/bigcommerce"
	"bcetl/internal/ledger"
	"bcetl/internal/record"
)

// maxCreates is how often a create is sent again when its answer is lost and the store does not have the record.
const maxCreates = 3

// lagOfLost is how long a store is given to finish a create whose answer was lost, where it would take a second one as well as the first.
const lagOfLost = 5 * time.Second

// settleCreate finds out what became of creates whose answer was lost: the store is asked for each natural key. What it has was
// created; what it has not is sent again, a few times; what cannot be found out is in doubt.
func (e *Executor) settleCreate(ctx context.Context, kind opKind, ops []record.Op, elements []json.RawMessage, lost error) error {
	for i := range ops {
		result, err := e.settleOne(ctx, kind, &ops[i], elements[i], lost)
		if err != nil {
			return errors.Join(err, e.done(ctx, kind, doubtful(ops[i:], bigcommerce.ProblemOf(lost))))
		}
		if err := e.done(ctx, kind, []ledger.OpResult{result}); err != nil {
			return err
		}
	}
	return nil
}

func (e *Executor) settleOne(ctx context.Context, kind opKind, op *record.Op, element json.RawMessage, lost error) (ledger.OpResult, error) {
	for sent := 0; ; sent++ {
		found, there, err := e.lookUpCreated(ctx, kind, op)
		if err == nil && !there && kind.lagging {
			if err = e.Client.Wait(ctx, lagOfLost); err == nil {
				found, there, err = e.lookUpCreated(ctx, kind, op)
			}
		}
		if err != nil {
			return ledger.OpResult{}, fmt.Errorf("look up %q after a lost answer: %w", op.Key, err)
		}
		if there {
			return found, nil
		}
		if sent == maxCreates {
			return ledger.OpResult{}, lost
		}
		result, err := e.write(ctx, kind, []record.Op{*op}, []json.RawMessage{element})
		switch {
		case err == nil && result.Elements[0].Settled:
			blamePartial([]record.Op{*op}, []json.RawMessage{element}, result)
			written := &result.Elements[0]
			return ledger.OpResult{ID: op.ID, State: record.OpDone, StoreID: written.ID, Problem: written.Problem}, nil
		case err == nil:
			lost = errUnnamed
		case bigcommerce.IsRowLevel(err):
			// A duplicate may be the record itself, if the attempt whose answer was lost took effect only now.
			found, there, findErr := e.lookUpCreated(ctx, kind, op)
			if findErr != nil {
				return ledger.OpResult{}, fmt.Errorf("look up %q after it was refused: %w", op.Key, findErr)
			}
			if there {
				return found, nil
			}
			return ledger.OpResult{ID: op.ID, State: record.OpFailed, Problem: bigcommerce.ProblemOf(err)}, nil
		case bigcommerce.IsUnsettled(err):
			lost = err
		default:
			return ledger.OpResult{}, err
		}
	}
}
