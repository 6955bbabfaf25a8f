package apply

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"bcetl/internal/bigcommerce"
	"bcetl/internal/ledger"
	"bcetl/internal/record"
)

// keyList is how the records that creates would make are found where the store can be asked for one key a request only: for many, a list of
// all keys takes fewer requests, and only what stands in it is asked for.
type keyList struct {
	field string // of an op's body and of a record
	// each gives all records to visit that the store has, below the owner where they have one, if that takes fewer requests than to ask for n
	// keys; else it says that none were listed.
	each func(ctx context.Context, e *Executor, owner, n int64, visit visitor) (listed bool, err error)
}

type visitor func(context.Context, []bigcommerce.Record) error

// soughtFold is a form in which all keys are equal that any object takes for equal: what is found by it is asked for once more.
func soughtFold(key record.Value) string { return strings.ToLower(strings.TrimSpace(key.String())) }

// seek finds out which records of planned creates the store may have, from lists of all keys. Those of the others it has not.
func (e *Executor) seek(ctx context.Context, kind opKind) error {
	if err := e.Run.Seek(ctx); err != nil {
		return err
	}
	if err := e.noteSought(ctx, kind); err != nil {
		return err
	}
	owners, err := e.Run.SoughtOwners(ctx)
	if err != nil {
		return err
	}
	for _, owner := range owners {
		listed, err := kind.keys.each(ctx, e, owner.Owner, owner.N, func(ctx context.Context, records []bigcommerce.Record) error {
			return e.noteCame(ctx, kind, owner.Owner, records)
		})
		if err == nil && !listed {
			err = e.Run.AllCame(ctx, owner.Owner)
		}
		if err != nil {
			return fmt.Errorf("list the keys of %s: %w", kind.Object(), err)
		}
	}
	return nil
}

// noteSought writes down the keys of all planned creates of a kind.
func (e *Executor) noteSought(ctx context.Context, kind opKind) error {
	const atOnce = 500
	reader := &opReader{run: e.Run, step: e.Step, kind: kind.Kind, batch: atOnce}
	for {
		ops, err := reader.next(ctx)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		sought := make([]ledger.Sought, 0, len(ops))
		for i := range ops {
			one := ledger.Sought{Op: ops[i].ID, Fold: soughtFold(ops[i].Body.Get(kind.keys.field))}
			if kind.object.Owned() {
				one.Owner = opOwner(&ops[i], kind.object.OfField)
			}
			if one.Fold != "" {
				sought = append(sought, one)
			}
		}
		if err := e.Run.NoteSought(ctx, sought); err != nil {
			return err
		}
	}
}

// noteCame writes down which keys the store has.
func (e *Executor) noteCame(ctx context.Context, kind opKind, owner int64, records []bigcommerce.Record) error {
	folds := make([]string, 0, len(records))
	for i := range records {
		if fold := soughtFold(records[i].Doc.Get(kind.keys.field)); fold != "" {
			folds = append(folds, fold)
		}
	}
	if len(folds) == 0 {
		return nil
	}
	return e.Run.Came(ctx, owner, folds)
}

// eachCreate gives the planned creates of a kind to work, with the records that the store has of them, by the op's id.
func (e *Executor) eachCreate(
	ctx context.Context, kind opKind, work func(ctx context.Context, ops []record.Op, there map[int64]bigcommerce.Record) ([]ledger.OpResult, error),
) error {
	atOnce := max(1, kind.createdAtOnce)
	if kind.keys != nil {
		if err := e.seek(ctx, kind); err != nil {
			return err
		}
		atOnce = 10 // a query of the journal for each would cost more than the wait for its neighbours
	}
	return e.eachPlanned(ctx, kind, atOnce, func(ctx context.Context, ops []record.Op) ([]ledger.OpResult, error) {
		asked := ops
		if kind.keys != nil {
			come, err := e.Run.HaveCome(ctx, ops[0].ID, ops[len(ops)-1].ID)
			if err != nil {
				return nil, err
			}
			asked = nil
			for i := range ops {
				if come[ops[i].ID] {
					asked = append(asked, ops[i])
				}
			}
		}
		if len(asked) == 0 {
			return nil, nil
		}
		there, err := kind.created(ctx, e, kind, asked)
		if err != nil {
			return nil, err
		}
		return work(ctx, asked, there)
	})
}
