package apply

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"

	"bcetl/internal/bigcommerce"
	"bcetl/internal/bigcommerce/catalogue"
	"bcetl/internal/ledger"
	"bcetl/internal/record"
)

// A batch of codes is a declaration: this promotion has so many codes of that form. What is missing is generated, after the codes that
// are there were counted; so an op may be carried out twice, and a lost answer is settled by counting again.

func codeBatchHandling() *handling {
	return &handling{
		object: &catalogue.CodeBatches, operations: []catalogue.Operation{catalogue.CodeBatches.Create},
		inTurn: true, lookUp: lookUpBatches, absent: keyless,
		element: ownedElement, send: generateBatch, created: createdBatches, createdAtOnce: 100, lagging: true,
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
		problem := cmp.Or(judgeKeyForms(p.Target.Object, items[i].Doc), forms[i].problem())
		for j := range i {
			if problem == nil && forms[i].overlaps(forms[j]) {
				problem = &record.Problem{
					Code: "codes_overlap", Field: "prefix",
					Message: fmt.Sprintf("codes of the prefix %q could also be those of the prefix %q in row %s; give them a delimiter", items[i].Key, items[j].Key, itemPlace(&items[j])),
				}
			}
		}
		if problem != nil {
			if problem.Field == "prefix" {
				problem.Column = p.Target.KeyColumn
			}
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
		p.countRequests(verdict.Ops[i].Kind, pages, (wanted-there+catalogue.MaxCodes-1)/catalogue.MaxCodes)
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
