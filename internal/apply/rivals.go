package apply

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"bcetl/internal/bigcommerce"
	"bcetl/internal/bigcommerce/catalogue"
	"bcetl/internal/ledger"
	"bcetl/internal/record"
)

// claims are the values that a record must be the only one to have, of the fields that the sheet maps: those that are sent, those that the
// record keeps, and those that it gives up; stored is nil of a new one. The key is left out, for rows of one key are rejected before anything
// is looked up.
func (t *Target) claims(object *catalogue.Object, sent, stored *record.Object) []ledger.Claim {
	var claims []ledger.Claim
	for _, field := range t.unique(object) {
		var had string // none is "", of which there may be many
		if stored != nil {
			had = foldUnique(object, field, stored.Get(field.Path).String())
		}
		gets := had
		if value := sent.Get(field.Path); !value.IsMissing() {
			gets = foldUnique(object, field, value.String())
		}
		if gets != "" {
			claims = append(claims, ledger.Claim{Field: field.Path, Fold: gets, Keeps: gets == had})
		}
		if had != "" && had != gets {
			claims = append(claims, ledger.Claim{Field: field.Path, Fold: had, Leaves: true})
		}
	}
	return claims
}

// foldUnique gives the form under which equal values of a unique field are equal.
func foldUnique(object *catalogue.Object, field *catalogue.Field, text string) string {
	text = strings.TrimSpace(text)
	if key, ok := object.KeyNamed(field.Path); ok && key.FoldCase {
		return strings.ToLower(text)
	}
	return text
}

// unique lists the mapped fields, but for the key, of which a store takes each value once.
func (t *Target) unique(object *catalogue.Object) []*catalogue.Field {
	var fields []*catalogue.Field
	for i := range object.Fields {
		field := &object.Fields[i]
		if field.Unique && field.Path != t.keyField() && slices.Contains(t.Fields, field.Path) {
			fields = append(fields, field)
		}
	}
	return fields
}

// noteKept notes what the records of a listing have that no row is to change: those of no row, and of rejected ones. rows are the outcomes
// of rows by their folded keys; it is of no use where some rows were judged before the listing.
func (p *Planner) noteKept(ctx context.Context, s *search, records []bigcommerce.Record, rows map[string]record.Outcome) error {
	if p.Target.Mode == "delete" || len(p.Target.unique(s.object)) == 0 {
		return nil
	}
	var kept []ledger.Kept
	for i := range records {
		outcome, named := rows[p.Target.FoldKey(records[i].Doc.Get(s.key.Field).String())]
		if named && outcome != record.Rejected {
			continue
		}
		for _, claim := range p.Target.claims(s.object, record.NewObject(0), records[i].Doc) {
			kept = append(kept, ledger.Kept{ID: records[i].ID, Claim: claim})
		}
	}
	return p.Run.NoteKept(ctx, kept)
}

// rejectRivals rejects rows that would give a record a name, or what else a store keeps unique, that another record has or would get: the
// store would refuse them. The value is for the record that has it, or else for the first row that asks for it. Records that are in no row are
// known where all were listed to look the rows up, or where the values were asked for. Two records that exchange their names are no rivals.
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

// rejectRival rejects a row where another has what it asks for. The record of a withdrawn row keeps what it has, so that rows that were to get
// that are rejected too, and what their records have is kept in turn; those before the rival were passed already.
func (p *Planner) rejectRival(ctx context.Context, rival *ledger.Rival) error {
	kept, err := p.withdrawRival(ctx, rival)
	for err == nil && len(kept) > 0 {
		next, ok, failed := p.Run.NextRival(ctx, &kept[0])
		if failed != nil {
			return failed
		}
		if !ok {
			kept = kept[1:]
			continue
		}
		kept[0].Seq = next.Seq
		var more []ledger.Rival
		more, err = p.withdrawRival(ctx, &next)
		kept = append(kept, more...)
	}
	return err
}

// withdrawRival rejects a row where another has what it asks for, and gives what its record then keeps and others ask for.
func (p *Planner) withdrawRival(ctx context.Context, rival *ledger.Rival) ([]ledger.Rival, error) {
	owner, ok, err := p.Run.First(ctx, rival)
	if err != nil || !ok {
		return nil, err
	}
	items, err := p.Run.Planned(ctx, p.Step, rival.Seq-1, 1)
	if err != nil || len(items) == 0 || items[0].Seq != rival.Seq || len(items[0].Ops) == 0 {
		return nil, err // it was rejected for another field
	}
	singular := p.Target.Object.Singular
	whose := fmt.Sprintf("goes to row %d", owner.Line)
	switch {
	case owner.ID != 0:
		whose = fmt.Sprintf("is that of %s %d in the store", singular, owner.ID)
	case owner.Rejected:
		whose = fmt.Sprintf("stays with the %s of row %d, which is rejected", singular, owner.Line)
	}
	planned := &items[0]
	item := record.Item{Seq: planned.Seq, Key: planned.Key, Rows: planned.Rows}
	for i := range planned.Ops {
		p.takeBack(&item, planned.Changed, &planned.Ops[i])
	}
	verdict := rejected(&item, &record.Problem{
		Code: "taken", Field: rival.Field,
		Message: fmt.Sprintf("the %s %q %s: a store takes it for one %s only", rival.Field, sentFirst(planned.Ops, rival.Field), whose, singular),
	})
	return p.Run.Withdraw(ctx, p.Step, verdict)
}

// sentFirst gives the value of a field in the first op that sends it.
func sentFirst(ops []record.Op, field string) string {
	for i := range ops {
		if value := ops[i].Body.Get(field); !value.IsMissing() {
			return value.String()
		}
	}
	return ""
}

// takeBack counts an op no longer.
func (p *Planner) takeBack(item *record.Item, changed []string, op *record.Op) {
	p.needed.remove(op.Needs)
	p.tally.back = true
	defer func() { p.tally.back = false }()
	p.tellOp(item, changed, op)
}

// tellOp tells the guards of an op that creates or updates.
func (p *Planner) tellOp(item *record.Item, changed []string, op *record.Op) {
	object := p.Target.Object
	if op.Kind == object.Create.Kind {
		p.tally.create(item, object, op.Body)
		return
	}
	p.tally.update(item, object, &Change{Body: op.Body, Before: op.Before, Changed: changed}, &p.Guards)
}

// judgeGuards gives the guards that would be passed. Where rejected rivals have left gaps among the examples of one, those are filled from what
// is still planned.
func (p *Planner) judgeGuards(ctx context.Context, records, rows int64) ([]GuardTripped, error) {
	tripped := p.tally.judge(&p.Guards, records, rows)
	if len(tripped) == 0 || !p.tally.gaps() {
		return tripped, nil
	}
	p.tally.again = true
	defer func() { p.tally.again = false }()
	const page = 500
	for after := int64(0); p.tally.gaps(); {
		items, err := p.Run.Planned(ctx, p.Step, after, page)
		if err != nil {
			return nil, err
		}
		if len(items) == 0 {
			break
		}
		for i := range items {
			item := record.Item{Seq: items[i].Seq, Key: items[i].Key, Rows: items[i].Rows}
			for k := range items[i].Ops {
				p.tellOp(&item, items[i].Changed, &items[i].Ops[k])
			}
		}
		after = items[len(items)-1].Seq
	}
	return p.tally.judge(&p.Guards, records, rows), nil
}
