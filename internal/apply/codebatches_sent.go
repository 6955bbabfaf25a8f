package apply

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"bcetl/internal/bigcommerce"
	"bcetl/internal/bigcommerce/catalogue"
	"bcetl/internal/record"
	"bcetl/pipeline"
)

// generateBatch counts the codes of an op's form and generates the missing ones, as many at a time as a request takes. Of a request
// whose answer was lost the codes are counted again, when the store has had the time to finish it: that tells how many are still missing.
func generateBatch(ctx context.Context, e *Executor, _ opKind, ops []record.Op, elements []json.RawMessage) (*bigcommerce.WriteResult, error) {
	op, lost := &ops[0], 0
	promotion, form := opOwner(op, catalogue.CodeBatches.OfField), formOf(op.Body)
	for {
		there, err := e.countCodes(ctx, promotion, ops[:1])
		if err != nil {
			return nil, err
		}
		wanted, err := op.Body.Get(codeCount).Int()
		if err != nil {
			return nil, fmt.Errorf("generate codes of %q: %w", op.Key, err)
		}
		err = e.generate(ctx, promotion, form, elements[0], wanted-there[0])
		switch {
		case err == nil:
			return &bigcommerce.WriteResult{Elements: []bigcommerce.Written{{Settled: true, ID: promotion}}}, nil
		case bigcommerce.IsUnsettled(err) && !bigcommerce.IsRunLevel(err) && lost < maxCreates:
			lost++
			if err := e.Client.Wait(ctx, lagOfLost); err != nil {
				return nil, errors.Join(bigcommerce.ErrUnsettled, err)
			}
		default:
			return nil, err
		}
	}
}

// generate generates so many codes.
func (e *Executor) generate(ctx context.Context, promotion int64, form codeForm, element json.RawMessage, missing int64) error {
	for missing > 0 {
		if e.stopped() {
			return pipeline.ErrStopped
		}
		batch := min(missing, catalogue.MaxCodes)
		body, err := recipe(element, batch)
		if err != nil {
			return err
		}
		made, err := e.Client.GenerateCodes(ctx, promotion, body)
		if err != nil {
			return err
		}
		for _, code := range made {
			if !form.fits(code) { // they would not be counted, and generated again by every run
				return &bigcommerce.ProtocolError{Message: fmt.Sprintf("codes were generated that are not of the form that was asked for, such as %q for the prefix %q", code, form.prefix)}
			}
		}
		if int64(len(made)) != batch {
			return fmt.Errorf("%w: %d codes were asked for and the answer holds %d", bigcommerce.ErrUnsettled, batch, len(made))
		}
		missing -= batch
	}
	return nil
}

// recipe is what a request for codes says: the batch's fields, with how many are wanted now in place of how many there are to be.
func recipe(element json.RawMessage, batch int64) (json.RawMessage, error) {
	v, err := record.ParseJSON(element)
	if err != nil {
		return nil, fmt.Errorf("generate codes: %w", err)
	}
	body := record.NewObject(v.Object().Len())
	body.Set("batch_size", record.IntValue(batch))
	for _, f := range v.Object().Fields() {
		if f.Name != codeCount {
			body.Set(f.Name, f.Value)
		}
	}
	return body.AppendJSON(nil), nil
}

// createdBatches finds the batches of a promotion that are complete: what an op would make is there when there are as many codes as it
// declares.
func createdBatches(ctx context.Context, e *Executor, _ opKind, ops []record.Op) (map[int64]bigcommerce.Record, error) {
	promotion := opOwner(&ops[0], catalogue.CodeBatches.OfField)
	there, err := e.countCodes(ctx, promotion, ops)
	if err != nil {
		return nil, err
	}
	found := map[int64]bigcommerce.Record{}
	for i := range ops {
		if wanted, err := ops[i].Body.Get(codeCount).Int(); err == nil && there[i] >= wanted {
			found[ops[i].ID] = bigcommerce.Record{ID: promotion, Doc: ops[i].Body}
		}
	}
	return found, nil
}

// countCodes counts the codes of each op's form; a promotion that is gone has none.
func (e *Executor) countCodes(ctx context.Context, promotion int64, ops []record.Op) ([]int64, error) {
	forms := make([]codeForm, len(ops))
	for i := range ops {
		forms[i] = formOf(ops[i].Body)
	}
	counts, _, err := countForms(ctx, e.Client, promotion, forms)
	if isGone(err) {
		return make([]int64, len(ops)), nil
	}
	return counts, err
}
