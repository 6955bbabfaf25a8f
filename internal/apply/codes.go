package apply

import (
	"context"
	"fmt"
	"io"
	"strings"

	"bcetl/internal/bigcommerce"
	"bcetl/internal/bigcommerce/catalogue"
	"bcetl/internal/ledger"
	"bcetl/internal/record"
	"bcetl/pipeline"
)

func codeHandling() *handling {
	return &handling{
		object:     &catalogue.PromotionCodes,
		operations: []catalogue.Operation{catalogue.PromotionCodes.Create, catalogue.PromotionCodes.Delete},
		lookUp:     lookUpCodes, absent: absentCode,
		element: ownedElement, send: sendBelow, created: createdCodes, stored: storedCodes,
		keys: &keyList{field: "code", each: eachCode},
	}
}

// knownOwner is an owner that rows name, as it was found.
type knownOwner struct {
	named   record.Value
	id      int64
	problem *record.Problem // why rows that name it are rejected
	items   int64
}

// lookUpCodes finds the codes that promotions have already: promotion by promotion, each code by itself or all of them as a list,
// whichever takes fewer requests. A promotion may have a hundred thousand codes, so they are read and compared a page at a time.
func lookUpCodes(ctx context.Context, p *Planner) error {
	o, err := p.owners(ctx)
	if err != nil {
		return err
	}
	promotions, err := p.countOwners(ctx)
	if err != nil {
		return err
	}
	p.known = map[string]*knownOwner{}
	for _, promotion := range promotions {
		p.known[ownerText(promotion.named)] = promotion
		if promotion.id, promotion.problem, err = o.find(ctx, promotion.named); err != nil {
			return err
		}
		if promotion.problem == nil {
			if err := p.codesOf(ctx, o, promotion); err != nil {
				return fmt.Errorf("look up codes of promotion %d: %w", promotion.id, err)
			}
		}
	}
	p.looks.Requests += o.requests.Load()
	return nil
}

// countOwners lists the owners that rows name, with how many items each has.
func (p *Planner) countOwners(ctx context.Context) (list []*knownOwner, err error) {
	const page = 500
	for after := ""; ; {
		var items []record.Item
		if items, after, err = p.Run.LiveByKey(ctx, p.Step, after, page); err != nil || len(items) == 0 {
			return list, err
		}
		for i := range items {
			named := items[i].Doc.Get(p.Target.Object.OfField)
			if n := len(list); n == 0 || ownerText(list[n-1].named) != ownerText(named) {
				list = append(list, &knownOwner{named: named})
			}
			list[len(list)-1].items++
		}
	}
}

// codesOf looks up the codes of one promotion.
func (p *Planner) codesOf(ctx context.Context, o *owners, promotion *knownOwner) error {
	byCode := p.Target.keyField() != p.Target.Object.IDField
	if byCode && promotion.items == 1 {
		return p.eachCode(ctx, o, promotion)
	}
	o.requests.Add(1)
	total, err := p.Client.CountCodes(ctx, promotion.id)
	if isGone(err) {
		promotion.problem = noPromotion(promotion.id)
		return nil
	}
	if err != nil {
		return err
	}
	pages := codePages(total)
	switch {
	case total == 0:
		return nil
	case byCode && promotion.items <= pages:
		return p.eachCode(ctx, o, promotion)
	}
	o.requests.Add(pages)
	return p.listCodes(ctx, promotion)
}

// codePages is how many requests listing so many codes takes.
func codePages(total int64) int64 {
	limit := int64(catalogue.PromotionCodes.MaxLimit)
	return (total + limit - 1) / limit
}

func noPromotion(id int64) *record.Problem {
	return &record.Problem{Code: "not_found", Field: catalogue.PromotionCodes.OfField, Message: fmt.Sprintf("the store has no promotion %d", id)}
}

// eachCode asks for the codes of a promotion's items one by one.
func (p *Planner) eachCode(ctx context.Context, o *owners, promotion *knownOwner) error {
	const page = 10
	after := ownerText(promotion.named) + ownerEnd
	o.requests.Add(promotion.items)
	return p.run(ctx, "look up records", pipeline.Stages[[]record.Item, []ledger.Verdict]{
		Read: func(ctx context.Context) (items []record.Item, err error) {
			if items, after, err = p.Run.LiveByKey(ctx, p.Step, after, page); err != nil {
				return nil, err
			}
			for i := range items {
				if ownerText(items[i].Doc.Get(p.Target.Object.OfField)) != ownerText(promotion.named) {
					items = items[:i]
					break
				}
			}
			if len(items) == 0 {
				return nil, io.EOF
			}
			return items, nil
		},
		Work: func(ctx context.Context, items []record.Item) ([]ledger.Verdict, error) {
			var read []bigcommerce.Record
			for i := range items {
				records, err := p.Client.PromotionCode(ctx, promotion.id, strings.TrimSpace(items[i].Key))
				if isGone(err) {
					return rejectAll(items, noPromotion(promotion.id)), nil
				}
				if err != nil {
					return nil, err
				}
				read = append(read, records...)
			}
			return p.codeVerdicts(promotion, items, read)
		},
		Settle: p.judge,
	})
}

func rejectAll(items []record.Item, problem *record.Problem) []ledger.Verdict {
	verdicts := make([]ledger.Verdict, len(items))
	for i := range items {
		verdicts[i] = rejected(&items[i], problem)
	}
	return verdicts
}

// listCodes reads all codes of a promotion and finds the items of each page.
func (p *Planner) listCodes(ctx context.Context, promotion *knownOwner) error {
	walker := p.Client.Walk(ctx, &catalogue.PromotionCodes, bigcommerce.WalkOptions{
		Filter: map[string][]string{catalogue.PromotionCodes.OfField: {fmt.Sprint(promotion.id)}},
	})
	defer walker.Close()
	return pipeline.Run(ctx, pipeline.Config{Concurrency: 2, Stop: p.Stop}, pipeline.Stages[[]bigcommerce.Record, []ledger.Verdict]{
		Read: walker.Next,
		Work: func(ctx context.Context, records []bigcommerce.Record) ([]ledger.Verdict, error) {
			folds := make([]string, len(records))
			for i := range records {
				folds[i] = ownerText(promotion.named) + ownerEnd + p.Target.FoldKey(records[i].Doc.Get(p.Target.keyField()).String())
			}
			items, err := p.Run.ByFold(ctx, p.Step, folds)
			if err != nil {
				return nil, err
			}
			return p.codeVerdicts(promotion, items, records)
		},
		Settle: p.judge,
	})
}

// codeVerdicts decides about the items whose codes were read. A code that is there is never changed: an upsert leaves it as it is.
func (p *Planner) codeVerdicts(promotion *knownOwner, items []record.Item, records []bigcommerce.Record) ([]ledger.Verdict, error) {
	key, _ := p.Target.Object.KeyNamed(p.Target.keyField())
	index := p.indexByKey(p.Target.Object, key, records)
	var verdicts []ledger.Verdict
	for i := range items {
		f := index[p.Target.FoldKey(items[i].Key)]
		if f == nil {
			continue
		}
		id, err := f.record.Get(p.Target.Object.IDField).Int()
		if err != nil {
			return nil, fmt.Errorf("look up %q: the store's code has no id: %w", items[i].Key, err)
		}
		if p.Target.Mode == "upsert" {
			verdicts = append(verdicts, ledger.Verdict{Settled: record.Settled{Seq: items[i].Seq, Outcome: record.Unchanged, StoreID: id}})
			continue
		}
		verdict, err := p.verdict(&items[i], f)
		if err != nil {
			return nil, err
		}
		if len(verdict.Ops) > 0 {
			p.countBelow(verdict.Ops[0].Kind, promotion.id)
		}
		verdicts = append(verdicts, verdict)
	}
	return verdicts, nil
}

// absentCode creates a code that its promotion does not have.
func absentCode(p *Planner, item *record.Item) ledger.Verdict {
	if item.Key == "" {
		return keyless(p, item)
	}
	promotion := p.known[ownerText(item.Doc.Get(p.Target.Object.OfField))]
	if promotion.problem != nil {
		return rejected(item, promotion.problem)
	}
	return p.usuallyAbsent(below(item, p.Target.Object.OfField, promotion.id))
}

// below gives the item with the id of its owner in place of what the row says of it.
func below(item *record.Item, field string, owner int64) *record.Item {
	own := *item
	own.Doc = record.NewObject(item.Doc.Len() + 1)
	for _, f := range item.Doc.Fields() {
		own.Doc.Set(f.Name, f.Value)
	}
	own.Doc.Set(field, record.IntValue(owner))
	return &own
}
