package apply

import (
	"fmt"
	"slices"

	"bcetl/internal/bigcommerce/catalogue"
	"bcetl/internal/ledger"
	"bcetl/internal/record"
)

// found is what a look-up found for a key.
type found struct {
	object *catalogue.Object
	record *record.Object
	holder *record.Object // the product of a variant, where that was read with it
	others []int64        // ids of further records that have the key
}

// verdict decides about an item whose record was found.
func (p *Planner) verdict(item *record.Item, f *found) (ledger.Verdict, error) {
	t, h := &p.Target, p.handling
	switch {
	case len(f.others) > 0:
		return rejected(item, severalFound(t, item, f)), nil
	case t.Mode == "delete" && h.isGone != nil && h.isGone(f.record):
		id, _ := f.record.Get(f.object.IDField).Int()
		return ledger.Verdict{Settled: record.Settled{Seq: item.Seq, Outcome: record.Unchanged, StoreID: id}}, nil
	}
	if refuse := h.refuse; refuse != nil {
		if problem := refuse(p, item, f); problem != nil {
			return rejected(item, problem), nil
		}
	}
	switch t.Mode {
	case "create":
		return rejected(item, &record.Problem{
			Code: "exists", Column: t.KeyColumn, Field: t.keyField(),
			Message: fmt.Sprintf("%s %q is in the store already; use mode: upsert or update", t.keyField(), item.Key),
		}), nil
	case "delete":
		return p.deletion(item, f), nil
	}
	return p.change(item, f)
}

// severalFound says that a key, which the store does not keep unique, is that of several records: none of them is picked (trap 13).
func severalFound(t *Target, item *record.Item, f *found) *record.Problem {
	ids := f.record.Get(f.object.IDField).String()
	for i, id := range f.others {
		if i == 9 {
			ids += ", …"
			break
		}
		ids += fmt.Sprintf(", %d", id)
	}
	return &record.Problem{
		Code: "ambiguous_key", Column: t.KeyColumn, Field: t.keyField(),
		Message: fmt.Sprintf("the store has %d %s with %s %q (ids %s); match by id", 1+len(f.others), f.object.Name, t.keyField(), item.Key, ids),
	}
}

func rejected(item *record.Item, problem *record.Problem) ledger.Verdict {
	return ledger.Verdict{Settled: record.Settled{Seq: item.Seq, Outcome: record.Rejected, Problem: problem}}
}

// change compares and, where something differs, plans an update.
func (p *Planner) change(item *record.Item, f *found) (ledger.Verdict, error) {
	object, stored := f.object, f.record
	wanted := p.Target.sentOn(item.Doc, "create")
	for _, name := range p.handling.onlyCreated {
		wanted.Delete(name)
	}
	if problem := settleMoments(wanted, stored, p.Target.Only); problem != nil {
		return rejected(item, problem), nil
	}
	doc, problem := p.refs.resolve(wanted)
	if problem != nil {
		return rejected(item, problem), nil
	}
	doc.Delete(object.IDField)
	id, err := stored.Get(object.IDField).Int()
	if err != nil {
		return ledger.Verdict{}, fmt.Errorf("look up %q: the store's record has no id: %w", item.Key, err)
	}
	d := differ{object: object, lists: p.Target.Lists, only: p.Target.Only}
	change := d.compare(doc, stored)
	// The key is what the record was found by; written in other case in the sheet, it is not a change.
	dropFoldedKey(change, p.Target.keyField(), p.Target.FoldKey)
	var left *record.Problem // what was left alone
	if adjust := p.handling.adjust; adjust != nil {
		left = adjust(change, doc, f)
	}
	if len(change.Changed) == 0 {
		if left != nil {
			return rejected(item, left), nil
		}
		return ledger.Verdict{
			Settled: record.Settled{Seq: item.Seq, Outcome: record.Unchanged, StoreID: id}, Claims: p.Target.claims(object, change.Body, stored),
		}, nil
	}
	if problem := judgeChange(object, change); problem != nil {
		return rejected(item, problem), nil
	}
	if key := p.Target.keyField(); key != object.IDField && change.Before.Get(key).IsMissing() {
		change.Before.Set(key, stored.Get(key)) // a plan that is applied later finds out whether the record is still the one
	}
	p.tally.update(item, object, change, &p.Guards)
	needs := p.refs.needs(change.Body)
	p.needed.add(needs)
	op := record.Op{
		ID: p.Run.NewOpID(), Kind: object.Update.Kind, Target: id, Key: item.Key,
		Body: change.Body, Before: change.Before, Needs: needs,
	}
	return ledger.Verdict{
		Settled: record.Settled{Seq: item.Seq, Outcome: record.Updated, StoreID: id, Changed: change.Changed, Problem: left},
		Ops:     []record.Op{op}, Claims: p.Target.claims(object, change.Body, stored),
	}, nil
}

func dropFoldedKey(change *Change, field string, fold func(string) string) {
	want, have := change.Body.Get(field), change.Before.Get(field)
	if !want.IsMissing() && fold(want.String()) == fold(have.String()) {
		change.drop(field)
	}
}

func (p *Planner) deletion(item *record.Item, f *found) ledger.Verdict {
	id, _ := f.record.Get(f.object.IDField).Int()
	p.tally.delete(item, f.object)
	op := record.Op{ID: p.Run.NewOpID(), Kind: p.Target.Object.Delete.Kind, Target: id, Key: item.Key, Before: f.record}
	return ledger.Verdict{Settled: record.Settled{Seq: item.Seq, Outcome: record.Deleted, StoreID: id}, Ops: []record.Op{op}}
}

// absent decides about an item whose key the store does not have.
func (p *Planner) absent(item *record.Item) ledger.Verdict {
	if p.handling.absent != nil {
		return p.handling.absent(p, item)
	}
	return p.usuallyAbsent(item)
}

// usuallyAbsent creates the record where the mode says so.
func (p *Planner) usuallyAbsent(item *record.Item) ledger.Verdict {
	t := &p.Target
	creates := (t.Mode == "create" || t.Mode == "upsert") && t.Match != AnySKU && t.Object.Create.Kind != ""
	// Ids are the store's to give: one that it does not have is never made.
	if !creates || t.keyField() == t.Object.IDField && item.Key != "" {
		return rejected(item, &record.Problem{
			Code: "not_found", Column: t.KeyColumn, Field: t.keyField(),
			Message: fmt.Sprintf("the store has no %s with %s %q", p.sought(), t.keyField(), item.Key),
		})
	}
	wanted := t.sentOn(item.Doc, "update")
	if problem := settleMoments(wanted, nil, nil); problem != nil {
		return rejected(item, problem)
	}
	doc, problem := p.refs.resolve(wanted)
	if problem != nil {
		return rejected(item, problem)
	}
	if t.Object.IDField != t.Object.OfField {
		doc.Delete(t.Object.IDField)
	}
	body, problem := t.createBody(p.handling, doc)
	if problem != nil {
		return rejected(item, problem)
	}
	p.tally.create(item, t.Object, body)
	needs := p.refs.needs(body)
	p.needed.add(needs)
	op := record.Op{ID: p.Run.NewOpID(), Kind: t.Object.Create.Kind, Key: item.Key, Body: body, Needs: needs}
	return ledger.Verdict{
		Settled: record.Settled{Seq: item.Seq, Outcome: record.Created, Changed: pathsOf(body)}, Ops: []record.Op{op}, Claims: t.claims(t.Object, body, nil),
	}
}

// pathsOf lists the fields of a body by their paths, sorted.
func pathsOf(body *record.Object) []string {
	var paths []string
	for _, f := range body.Fields() {
		if f.Value.Kind() != record.Objects {
			paths = append(paths, f.Name)
			continue
		}
		for _, part := range f.Value.Object().Fields() {
			paths = append(paths, f.Name+"."+part.Name)
		}
	}
	slices.Sort(paths)
	return paths
}

// sentOn gives the document without the fields that are never sent here: those of `only: create` for an update, and the reverse. A
// name in them that nobody knows is then no fault of the row.
func (t *Target) sentOn(doc *record.Object, never string) *record.Object {
	kept := record.NewObject(doc.Len())
	for _, f := range doc.Fields() {
		if t.Only[f.Name] != never {
			kept.Set(f.Name, f.Value)
		}
	}
	return kept
}

func (p *Planner) sought() string {
	if p.Target.Match == AnySKU {
		return "product or variant"
	}
	return p.Target.Object.Singular
}
