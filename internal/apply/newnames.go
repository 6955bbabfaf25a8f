package apply

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"bcetl/internal/bigcommerce/catalogue"
	"bcetl/internal/ledger"
	"bcetl/internal/record"
)

// planRefs reads the names of the kinds that rows refer to, and prepares the creation of those that are missing and wanted.
func (p *Planner) planRefs(ctx context.Context) error {
	p.refs = &refs{byKind: map[string]map[string]*refName{}, hints: map[record.Ref]string{}, unfit: map[record.Ref]string{}}
	if p.Target.Mode == "delete" {
		return nil
	}
	for _, kind := range []string{"brand", "category", productRef, statusRef, customerRef} {
		wanted, err := p.Run.Refs(ctx, kind)
		if err != nil {
			return err
		}
		if len(wanted) == 0 {
			continue
		}
		known, err := p.loadKnown(ctx, kind, wanted)
		if err != nil {
			return fmt.Errorf("look up %s names: %w", kind, err)
		}
		p.refs.byKind[kind] = known
		p.prepareNames(kind, wanted, known)
	}
	return nil
}

// newName is the creation of a name that the store lacks; it is planned only when an op of a row needs it.
type newName struct {
	kind, fold string
	op         record.Op
}

// prepareNames makes a create for each wanted name that the store lacks; of a path, for each part that it lacks, parents first.
func (p *Planner) prepareNames(kind string, wanted []ledger.RefEntry, known map[string]*refName) {
	if kind != "brand" && kind != "category" {
		return // the others are never created for a row that names them
	}
	// Level by level, so that the creates of one level stand together and fill their batches; a brand has one level only.
	for depth, deeper := 1, true; deeper; depth++ {
		deeper = false
		for i := range wanted {
			if !wanted[i].Create || strings.TrimSpace(wanted[i].Key) == "" {
				continue
			}
			if reason := unfit(kind, wanted[i].Key); reason != "" {
				p.refs.unfit[record.Ref{Kind: kind, Key: wanted[i].Fold}] = reason
				continue
			}
			if kind == "brand" {
				p.prepareBrand(wanted[i].Key, known)
				continue
			}
			parts := SplitPath(wanted[i].Key)
			deeper = deeper || len(parts) > depth
			if depth <= len(parts) {
				p.prepareCategory(parts[:depth], known)
			}
		}
	}
}

// deepest is how many levels of categories a store has (API facts, section 7).
const deepest = 8

// unfit says why a store would not take a new name, "" where it may.
func unfit(kind, key string) string {
	object, parts := &catalogue.Brands, []string{key}
	if kind == "category" {
		object, parts = &catalogue.Categories, SplitPath(key)
	}
	if len(parts) > deepest {
		return fmt.Sprintf("categories go %d levels deep, this is the %dth", deepest, len(parts))
	}
	field, _ := object.Field("name")
	for _, part := range parts {
		if n := utf8.RuneCountInString(strings.TrimSpace(part)); n > field.MaxLength {
			return fmt.Sprintf("its name may have %d characters and has %d", field.MaxLength, n)
		}
	}
	return ""
}

func (p *Planner) prepareBrand(key string, known map[string]*refName) {
	fold := FoldRef("brand", key)
	if known[fold] != nil {
		return
	}
	key = strings.TrimSpace(key)
	body := record.NewObject(1)
	body.Set("name", record.TextValue(key))
	op := record.Op{ID: p.Run.NewOpID(), Kind: "brands.create", Key: key, Body: body}
	known[fold] = &refName{key: key, op: op.ID}
	p.newNames = append(p.newNames, newName{"brand", fold, op})
}

// prepareCategory prepares one level of a path whose parents are known or prepared. It gives a category its tree and its parent,
// by id or, while that is new too, by reference; the specification wants both (category-trees_catalog.v3.yml).
func (p *Planner) prepareCategory(parts []string, known map[string]*refName) {
	path := JoinPath(parts)
	fold := FoldRef("category", path)
	if known[fold] != nil {
		return
	}
	depth := len(parts) - 1
	body := record.NewObject(3)
	body.Set("name", record.TextValue(strings.TrimSpace(parts[depth])))
	op := record.Op{ID: p.Run.NewOpID(), Kind: "categories.create", Key: path, N: depth}
	body.Set("tree_id", record.IntValue(p.tree))
	if depth == 0 {
		body.Set("parent_id", record.IntValue(0))
	} else if parent := known[FoldRef("category", JoinPath(parts[:depth]))]; parent.id != 0 {
		body.Set("parent_id", record.IntValue(parent.id))
	} else {
		body.Set("parent_id", record.RefValue(record.Ref{Kind: "category", Key: parent.key}))
		op.Needs = []int64{parent.op}
	}
	op.Body = body
	known[fold] = &refName{key: path, op: op.ID}
	p.newNames = append(p.newNames, newName{"category", fold, op})
}

// planNames writes down the creates that planned ops of rows need, themselves or through what they need: a name that only rejected or
// unchanged rows want is not created.
func (p *Planner) planNames(ctx context.Context) error {
	var ops []record.Op
	var settled []ledger.RefEntry
	for _, name := range slices.Backward(p.newNames) { // children come after their parents
		if !p.needed.has(name.op.ID) {
			continue
		}
		p.needed.add(name.op.Needs)
		ops = append(ops, name.op)
		settled = append(settled, ledger.RefEntry{Kind: name.kind, Fold: name.fold, Key: name.op.Key, Create: true, Op: name.op.ID})
	}
	if len(ops) == 0 {
		return nil
	}
	slices.Reverse(ops)
	for i := range ops {
		kind := "brand"
		if strings.HasPrefix(ops[i].Kind, "categories.") {
			kind = "category"
		}
		p.tally.names.add(ops[i].ID, "%s %q", kind, ops[i].Key)
	}
	p.nameOps = ops
	if err := p.Run.AddOps(ctx, p.Step, ops); err != nil {
		return err
	}
	return p.Run.SettleRefs(ctx, settled)
}
