package apply

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"bcetl/internal/bigcommerce"
	"bcetl/internal/bigcommerce/catalogue"
	"bcetl/internal/ledger"
	"bcetl/internal/record"
	"bcetl/pipeline"
)

// A batch of codes is a declaration: this promotion has so many codes of that form. What is missing is generated, after the codes that
// are there were counted; so an op may be carried out twice, and a lost answer is settled by counting again.

func codeBatchHandling() *handling {
	return &handling{
		object: &catalogue.CodeBatches, operations: []catalogue.Operation{catalogue.CodeBatches.Create},
		inTurn: true, lookUp: lookUpBatches, absent: keyless,
		element: ownedElement, send: generateBatch, created: createdBatches,
	}
}

const codeCount = "count"

// lookUpBatches judges all rows, promotion by promotion: its codes are read once and counted for each row.
func lookUpBatches(ctx context.Context, p *Planner) error {
	o, err := p.owners(ctx)
	if err != nil {
		return err
	}
	p.looks.Strategy = ListAll
	err = p.eachOwner(ctx, "count codes", func(ctx context.Context, items []record.Item) ([]ledger.Verdict, error) {
		id, problem, err := o.find(ctx, items[0].Doc.Get(p.Target.Object.OfField))
		if err != nil {
			return nil, err
		}
		if problem == nil {
			if problem, err = p.takesCodes(ctx, o, id); err != nil {
				return nil, err
			}
		}
		if problem != nil {
			return rejectAll(items, problem), nil
		}
		return p.batchVerdicts(ctx, o, id, items)
	})
	p.looks.Requests += o.requests.Load()
	return err
}

// takesCodes tells why codes cannot be generated for a promotion.
func (p *Planner) takesCodes(ctx context.Context, o *owners, id int64) (*record.Problem, error) {
	o.requests.Add(1)
	promotion, there, err := p.Client.Promotion(ctx, id)
	switch {
	case err != nil:
		return nil, err
	case !there:
		return noPromotion(id), nil
	}
	if kind := promotion.Doc.Get("coupon_type").String(); kind != catalogue.CouponTypeBulk {
		what := "is of coupon_type " + kind
		if kind == "" {
			what = "needs no code"
		}
		return &record.Problem{
			Code: "no_bulk_codes", Field: p.Target.Object.OfField,
			Message: fmt.Sprintf("promotion %d (%s) %s; codes are generated for promotions of coupon_type BULK only", id, promotion.Doc.Get("name"), what),
		}, nil
	}
	return nil, nil
}

func (p *Planner) batchVerdicts(ctx context.Context, o *owners, promotion int64, items []record.Item) ([]ledger.Verdict, error) {
	forms := make([]codeForm, len(items))
	verdicts := make([]ledger.Verdict, len(items))
	var live []int
	for i := range items {
		forms[i] = formOf(items[i].Doc)
		problem := forms[i].problem()
		for j := range i {
			if problem == nil && forms[i].overlaps(forms[j]) {
				problem = &record.Problem{
					Code: "codes_overlap", Column: p.Target.KeyColumn, Field: "prefix",
					Message: fmt.Sprintf("codes of the prefix %q could also be those of the prefix %q in row %s; give them a delimiter", items[i].Key, items[j].Key, itemPlace(&items[j])),
				}
			}
		}
		if problem != nil {
			verdicts[i] = rejected(&items[i], problem)
			continue
		}
		live = append(live, i)
	}
	if len(live) == 0 {
		return verdicts, nil
	}
	counts, pages, err := countForms(ctx, p.Client, promotion, forms)
	if err != nil {
		return nil, err
	}
	o.requests.Add(pages)
	for _, i := range live {
		verdicts[i] = p.batchVerdict(below(&items[i], p.Target.Object.OfField, promotion), counts[i], pages)
	}
	return verdicts, nil
}

// batchVerdict plans the codes that are missing.
func (p *Planner) batchVerdict(item *record.Item, there, pages int64) ledger.Verdict {
	wanted, err := item.Doc.Get(codeCount).Int()
	switch {
	case err != nil:
		return p.usuallyAbsent(item) // which names all that is missing
	case there > 0 && p.Target.Mode == "create":
		return rejected(item, &record.Problem{
			Code: "exists", Column: p.Target.KeyColumn, Field: p.Target.keyField(),
			Message: fmt.Sprintf("the promotion has %d codes of the prefix %q already; use mode: upsert", there, item.Key),
		})
	case there >= wanted:
		id, _ := item.Doc.Get(p.Target.Object.OfField).Int()
		return ledger.Verdict{Settled: record.Settled{Seq: item.Seq, Outcome: record.Unchanged, StoreID: id}}
	}
	verdict := p.usuallyAbsent(item)
	for i := range verdict.Ops {
		verdict.Ops[i].Before = record.NewObject(1)
		verdict.Ops[i].Before.Set(codeCount, record.IntValue(there))
		p.countRequests(verdict.Ops[i].Kind, pages+(wanted-there+catalogue.MaxCodes-1)/catalogue.MaxCodes)
	}
	if there > 0 && len(verdict.Ops) > 0 {
		verdict.Outcome, verdict.Changed = record.Updated, []string{codeCount}
	}
	return verdict
}

// countForms counts the codes of each form that a promotion has, and tells how many pages that took.
func countForms(ctx context.Context, client *bigcommerce.Client, promotion int64, forms []codeForm) (counts []int64, pages int64, err error) {
	walker := client.Walk(ctx, &catalogue.PromotionCodes, bigcommerce.WalkOptions{
		Filter: map[string][]string{catalogue.PromotionCodes.OfField: {fmt.Sprint(promotion)}}, Paths: parsePaths([]string{"code"}),
	})
	defer walker.Close()
	counts = make([]int64, len(forms))
	for {
		records, err := walker.Next(ctx)
		if errors.Is(err, io.EOF) {
			return counts, pages, nil
		}
		if err != nil {
			return nil, 0, fmt.Errorf("count codes of promotion %d: %w", promotion, err)
		}
		pages++
		for i := range records {
			code := records[i].Doc.Get("code").String()
			for j := range forms {
				if forms[j].fits(code) {
					counts[j]++
				}
			}
		}
	}
}

// generateBatch counts the codes of an op's form and generates the missing ones, as many at a time as a request takes. Of a request
// whose answer was lost the codes are counted again: that tells how many are still missing.
func generateBatch(ctx context.Context, e *Executor, _ opKind, ops []record.Op, elements []json.RawMessage) (*bigcommerce.WriteResult, error) {
	op, lost := &ops[0], 0
	promotion, form := opOwner(op, catalogue.CodeBatches.OfField), formOf(op.Body)
	for {
		there, err := e.countCodes(ctx, op)
		if err != nil {
			return nil, err
		}
		wanted, err := op.Body.Get(codeCount).Int()
		if err != nil {
			return nil, fmt.Errorf("generate codes of %q: %w", op.Key, err)
		}
		err = e.generate(ctx, promotion, form, elements[0], wanted-there)
		switch {
		case err == nil:
			return &bigcommerce.WriteResult{Elements: []bigcommerce.Written{{Settled: true, ID: promotion}}}, nil
		case bigcommerce.IsUnsettled(err) && !bigcommerce.IsRunLevel(err) && lost < maxCreates:
			lost++
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

// createdBatches finds the batches that are complete: what an op would make is there when there are as many codes as it declares.
func createdBatches(ctx context.Context, e *Executor, _ opKind, ops []record.Op) (map[int64]bigcommerce.Record, error) {
	found := map[int64]bigcommerce.Record{}
	for i := range ops {
		there, err := e.countCodes(ctx, &ops[i])
		if err != nil {
			return nil, err
		}
		if wanted, err := ops[i].Body.Get(codeCount).Int(); err == nil && there >= wanted {
			found[ops[i].ID] = bigcommerce.Record{ID: opOwner(&ops[i], catalogue.CodeBatches.OfField), Doc: ops[i].Body}
		}
	}
	return found, nil
}

// countCodes counts the codes of an op's form; a promotion that is gone has none.
func (e *Executor) countCodes(ctx context.Context, op *record.Op) (int64, error) {
	counts, _, err := countForms(ctx, e.Client, opOwner(op, catalogue.CodeBatches.OfField), []codeForm{formOf(op.Body)})
	if isGone(err) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	return counts[0], nil
}
