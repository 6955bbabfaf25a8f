package apply

import (
	"context"
	"fmt"
	"strings"

	"bcetl/internal/bigcommerce/catalogue"
	"bcetl/internal/ledger"
	"bcetl/internal/record"
)

// claims are the values that a record must be the only one to have, of the fields that the sheet maps: those that are sent, and those that
// the record keeps, nil of a new one. The key is left out, for rows of one key are rejected before anything is looked up.
func (t *Target) claims(object *catalogue.Object, sent, stored *record.Object) []ledger.Claim {
	var claims []ledger.Claim
	for i := range object.Fields {
		field := &object.Fields[i]
		if !field.Unique || field.Path == t.keyField() {
			continue
		}
		value, keeps := sent.Get(field.Path), false
		if value.IsMissing() && stored != nil {
			value, keeps = stored.Get(field.Path), true
		}
		text := strings.TrimSpace(value.String())
		if text == "" {
			continue // none, of which there may be many
		}
		if key, ok := object.KeyNamed(field.Path); ok && key.FoldCase {
			text = strings.ToLower(text)
		}
		claims = append(claims, ledger.Claim{Field: field.Path, Fold: text, Keeps: keeps})
	}
	return claims
}

// rejectRivals rejects rows that would give a record a name, or what else a store keeps unique, that the record of another row has or would
// get: the store would refuse them. The value is for the record that has it, or else for the first row that asks for it. Two records
// that exchange their names are no rivals.
func (p *Planner) rejectRivals(ctx context.Context) error {
	if err := p.Run.GatherRivals(ctx); err != nil {
		return err
	}
	const page = 500
	var after ledger.Rival
	for {
		rivals, err := p.Run.Rivals(ctx, &after, page)
		if err != nil {
			return err
		}
		for i := range rivals {
			if err := p.rejectRival(ctx, &rivals[i]); err != nil {
				return err
			}
		}
		if len(rivals) < page {
			return nil
		}
		after = rivals[len(rivals)-1]
	}
}

func (p *Planner) rejectRival(ctx context.Context, rival *ledger.Rival) error {
	line, err := p.Run.First(ctx, rival)
	if err != nil || line == 0 {
		return err
	}
	items, err := p.Run.Planned(ctx, p.Step, rival.Seq-1, 1)
	if err != nil || len(items) == 0 || len(items[0].Ops) == 0 {
		return err // it was rejected for another field
	}
	planned := &items[0]
	item := record.Item{Seq: planned.Seq, Key: planned.Key, Rows: planned.Rows}
	var value string
	for i := range planned.Ops {
		op := &planned.Ops[i]
		p.takeBack(&item, planned.Changed, op)
		value = op.Body.Get(rival.Field).String()
	}
	verdict := rejected(&item, &record.Problem{
		Code: "taken", Field: rival.Field,
		Message: fmt.Sprintf("the %s %q goes to row %d: a store takes it for one %s only", rival.Field, value, line, p.Target.Object.Singular),
	})
	return p.Run.Withdraw(ctx, p.Step, verdict)
}

// takeBack counts an op no longer.
func (p *Planner) takeBack(item *record.Item, changed []string, op *record.Op) {
	p.needed.remove(op.Needs)
	p.tally.back = true
	defer func() { p.tally.back = false }()
	object := p.Target.Object
	if op.Kind == object.Create.Kind {
		p.tally.create(item, object, op.Body)
		return
	}
	p.tally.update(item, object, &Change{Body: op.Body, Before: op.Before, Changed: changed}, &p.Guards)
}
