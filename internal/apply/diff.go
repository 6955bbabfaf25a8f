package apply

import (
	"slices"
	"strings"

	"bcetl/internal/bigcommerce/catalogue"
	"bcetl/internal/record"
)

// Change is the difference between what a row wants and what the store has.
type Change struct {
	Body    *record.Object // only the fields that differ, as they are sent
	Before  *record.Object // the same fields as the store has them
	Changed []string       // their paths, sorted
}

// drop takes a field out of the change.
func (c *Change) drop(field string) {
	c.Body.Delete(field)
	c.Before.Delete(field)
	c.Changed = slices.DeleteFunc(c.Changed, func(name string) bool { return name == field || strings.HasPrefix(name, field+".") })
}

// differ compares documents of one object.
type differ struct {
	object *catalogue.Object
	lists  map[string]string // list policy by target: add (the default), replace, remove
	only   map[string]string // target -> create, update or unset
}

// diff gives the fields of doc that the store's record has otherwise, nil when it has them all.
func (d *differ) diff(doc, stored *record.Object) *Change {
	if change := d.compare(doc, stored); len(change.Changed) > 0 {
		return change
	}
	return nil
}

// compare gives the fields of doc that the store's record has otherwise. Fields that a rule sends only on create are left out, and those
// of `only: unset` where the store has a value.
func (d *differ) compare(doc, stored *record.Object) *Change {
	change := &Change{Body: record.NewObject(doc.Len()), Before: record.NewObject(doc.Len())}
	for _, f := range doc.Fields() {
		have := stored.Get(f.Name)
		switch d.only[f.Name] {
		case "create":
			continue
		case "unset":
			if !isUnset(have) {
				continue
			}
		}
		if f.Value.Kind() == record.Objects {
			d.diffStruct(change, f, have)
			continue
		}
		field, ok := d.object.Field(f.Name)
		if !ok { // the mapping was checked against the catalogue
			panic("apply: field " + f.Name + " is not in the catalogue")
		}
		want := d.merge(f.Name, f.Value, have)
		if d.same(field, want, have) {
			continue
		}
		change.Body.Set(f.Name, want)
		change.Before.Set(f.Name, have)
		change.Changed = append(change.Changed, f.Name)
	}
	slices.Sort(change.Changed)
	return change
}

// same tells whether the store has the wanted value.
func (d *differ) same(field *catalogue.Field, want, have record.Value) bool {
	if field.Type == catalogue.StructList && want.Kind() == record.List {
		return sameElements(d.object, field.Path, want.List(), have.List())
	}
	return equal(field, want, have)
}

// diffStruct compares the named parts of an object such as custom_url; one part that differs sends all the named ones, for a store
// takes such an object whole, with the parts that it cannot do without as the store has them.
func (d *differ) diffStruct(change *Change, f record.Field, have record.Value) {
	if f.Name == appliesTo && takesFromOthers(d.lists[appliesToIDs], f.Value.Object(), have.Object()) {
		return
	}
	var changed []string
	body, before := record.NewObject(f.Value.Object().Len()), record.NewObject(f.Value.Object().Len())
	for _, part := range f.Value.Object().Fields() {
		path := f.Name + "." + part.Name
		field, ok := d.object.Field(path)
		if !ok {
			panic("apply: field " + path + " is not in the catalogue")
		}
		stored, want := have.Object().Get(part.Name), part.Value
		if only := d.only[path]; only == "create" || only == "unset" && !isUnset(stored) {
			continue
		}
		if want.Kind() == record.List {
			held := stored
			if path == appliesToIDs {
				held = heldByCoupon(f.Value.Object(), have.Object())
			}
			want = mergeLists(path, d.lists[path], want, held)
		}
		body.Set(part.Name, want)
		if field.WriteOnly {
			continue
		}
		before.Set(part.Name, stored)
		if !equal(field, want, stored) {
			changed = append(changed, path)
		}
	}
	if len(changed) == 0 {
		return
	}
	for _, part := range wholeParts(d.object, f.Name) {
		if stored := have.Object().Get(part); body.Get(part).IsMissing() && !stored.IsMissing() {
			body.Set(part, stored)
			before.Set(part, stored)
		}
	}
	change.Body.Set(f.Name, record.ObjectValue(body))
	change.Before.Set(f.Name, record.ObjectValue(before))
	change.Changed = append(change.Changed, changed...)
}

// merge applies the list policy: what the list is to hold afterwards, in the store's order where it has one already.
func (d *differ) merge(target string, want, have record.Value) record.Value {
	if field, ok := d.object.Field(target); want.Kind() != record.List || ok && field.Type == catalogue.StructList {
		return want
	}
	return mergeLists(target, d.lists[target], want, have)
}

// relatedProducts is a list in which -1 alone stands for the store's own choice (API facts 4.3). It is never one of several.
const relatedProducts = "related_products"

func mergeLists(target, policy string, want, have record.Value) record.Value {
	wanted, held := want.List(), have.List()
	if target == relatedProducts {
		if isAutomatic(wanted) && policy != "replace" {
			return record.ListValue(held) // the store's own choice adds nothing to what somebody chose
		}
		if !isAutomatic(wanted) {
			wanted = withoutAutomatic(wanted)
		}
		if policy != "remove" {
			held = withoutAutomatic(held)
		}
	}
	if target == appliesToIDs && policy != "remove" {
		wanted, held = withEveryProduct(wanted, held)
	}
	// An empty list that a rule clears is meant to be empty whatever the policy.
	if policy == "replace" || len(wanted) == 0 && policy != "remove" {
		held = nil
	}
	merged := make([]record.Value, 0, len(held)+len(wanted))
	named := map[string]bool{}
	for _, v := range wanted {
		named[v.String()] = true
	}
	for _, v := range held {
		if policy == "remove" && named[v.String()] {
			continue
		}
		merged = append(merged, v)
		delete(named, v.String())
	}
	if policy == "remove" {
		return record.ListValue(merged)
	}
	for _, v := range wanted {
		if named[v.String()] {
			merged = append(merged, v)
			delete(named, v.String())
		}
	}
	return record.ListValue(merged)
}

func isAutomatic(list []record.Value) bool { return len(list) == 1 && list[0].String() == "-1" }

func withoutAutomatic(list []record.Value) []record.Value {
	return slices.DeleteFunc(slices.Clone(list), func(v record.Value) bool { return v.String() == "-1" })
}

// isUnset tells whether a store shows the field as never given: null, an empty text or list, zero, its own choice.
func isUnset(v record.Value) bool {
	if v.IsEmpty() || isAutomatic(v.List()) {
		return true
	}
	if v.Kind() == record.Number {
		n, err := v.Decimal()
		return err == nil && n.IsZero()
	}
	return false
}
