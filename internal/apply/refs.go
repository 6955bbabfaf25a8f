package apply

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"bcetl/internal/ledger"
	"bcetl/internal/record"
)

// refName is a name that rows may refer to: a brand, a category by its path.
type refName struct {
	key string // as the store writes it
	id  int64  // 0 while it is only planned
	op  int64  // the op that creates it
}

// refs knows the names of one run's look-ups. It is filled once, before records are compared, and only read afterwards.
type refs struct {
	byKind map[string]map[string]*refName // kind -> folded key
}

// FoldRef is the form under which equal names are equal: without case, each part of a path trimmed.
func FoldRef(kind, key string) string {
	if kind != "category" {
		return strings.ToLower(strings.TrimSpace(key))
	}
	parts := SplitPath(key)
	for i := range parts {
		parts[i] = strings.ToLower(strings.TrimSpace(parts[i]))
	}
	return JoinPath(parts)
}

// SplitPath cuts a path at its slashes; `\/` is a slash that belongs to a name.
func SplitPath(path string) []string {
	var parts []string
	var part strings.Builder
	for i := 0; i < len(path); i++ {
		switch {
		case path[i] == '\\' && i+1 < len(path) && (path[i+1] == '/' || path[i+1] == '\\'):
			i++
			part.WriteByte(path[i])
		case path[i] == '/':
			parts = append(parts, part.String())
			part.Reset()
		default:
			part.WriteByte(path[i])
		}
	}
	return append(parts, part.String())
}

// JoinPath is the reverse of SplitPath.
func JoinPath(parts []string) string {
	escaped := make([]string, len(parts))
	for i, part := range parts {
		escaped[i] = strings.NewReplacer(`\`, `\\`, `/`, `\/`).Replace(part)
	}
	return strings.Join(escaped, "/")
}

// CollectRefs lists the references of a document, for the ledger to note while staging.
func CollectRefs(doc *record.Object) []ledger.RefEntry {
	var entries []ledger.RefEntry
	for _, f := range doc.Fields() {
		entries = collectRefs(entries, f.Value)
	}
	return entries
}

func collectRefs(entries []ledger.RefEntry, v record.Value) []ledger.RefEntry {
	switch v.Kind() {
	case record.Reference:
		ref, _ := v.Ref()
		entries = append(entries, ledger.RefEntry{Kind: ref.Kind, Fold: FoldRef(ref.Kind, ref.Key), Key: ref.Key, Create: ref.Create})
	case record.List:
		for _, item := range v.List() {
			entries = collectRefs(entries, item)
		}
	case record.Objects:
		for _, f := range v.Object().Fields() {
			entries = collectRefs(entries, f.Value)
		}
	}
	return entries
}

// resolve replaces the document's references by ids. A name that an op of this run creates stays a reference, and the op is
// needed first. A name that nobody knows gives a problem with the nearest one. The document itself is not changed.
func (r *refs) resolve(doc *record.Object) (*record.Object, []int64, *record.Problem) {
	var needs []int64
	out := record.NewObject(doc.Len())
	for _, f := range doc.Fields() {
		v, problem := r.resolveValue(f.Value, &needs)
		if problem != nil {
			problem.Field = f.Name
			return nil, nil, problem
		}
		out.Set(f.Name, v)
	}
	slices.Sort(needs)
	return out, slices.Compact(needs), nil
}

func (r *refs) resolveValue(v record.Value, needs *[]int64) (record.Value, *record.Problem) {
	switch v.Kind() {
	case record.Reference:
		ref, _ := v.Ref()
		name, ok := r.byKind[ref.Kind][FoldRef(ref.Kind, ref.Key)]
		switch {
		case ok && name.id != 0:
			return record.IntValue(name.id), nil
		case ok && name.op != 0:
			*needs = append(*needs, name.op)
			return v, nil
		case ref.Else != nil:
			return *ref.Else, nil
		}
		return record.Value{}, &record.Problem{
			Code: "unknown_" + ref.Kind, Column: ref.Column,
			Message: fmt.Sprintf("the store has no %s %q%s", ref.Kind, ref.Key, r.hint(ref)),
		}
	case record.List:
		items := make([]record.Value, len(v.List()))
		for i, item := range v.List() {
			resolved, problem := r.resolveValue(item, needs)
			if problem != nil {
				return v, problem
			}
			items[i] = resolved
		}
		return record.ListValue(items), nil
	}
	return v, nil
}

func (r *refs) hint(ref record.Ref) string {
	names := make([]string, 0, len(r.byKind[ref.Kind]))
	for _, name := range r.byKind[ref.Kind] {
		names = append(names, name.key)
	}
	if near := nearest(ref.Key, names); near != "" {
		return fmt.Sprintf("; the nearest is %q", near)
	}
	return "; add `create_missing: true` to create it"
}

// planRefs reads the names of the kinds that rows refer to, and plans the creation of those that are missing and wanted.
func (p *Planner) planRefs(ctx context.Context) error {
	p.refs = &refs{byKind: map[string]map[string]*refName{}}
	for _, kind := range []string{"brand", "category"} {
		wanted, err := p.Run.Refs(ctx, kind)
		if err != nil {
			return err
		}
		if len(wanted) == 0 {
			continue
		}
		known, err := p.loadNames(ctx, kind)
		if err != nil {
			return fmt.Errorf("look up %s names: %w", kind, err)
		}
		p.refs.byKind[kind] = known
		if err := p.planNames(ctx, kind, wanted, known); err != nil {
			return err
		}
	}
	return nil
}

// planNames plans a create for each wanted name that the store lacks; of a path, for each part that it lacks, parents first.
func (p *Planner) planNames(ctx context.Context, kind string, wanted []ledger.RefEntry, known map[string]*refName) error {
	var ops []record.Op
	// Level by level, so that the creates of one level stand together and fill their batches; a brand has one level only.
	for depth, deeper := 1, true; deeper; depth++ {
		deeper = false
		for i := range wanted {
			if !wanted[i].Create {
				continue
			}
			if kind == "brand" {
				ops = p.planBrand(ops, wanted[i].Key, known)
				continue
			}
			parts := SplitPath(wanted[i].Key)
			deeper = deeper || len(parts) > depth
			ops = p.planCategory(ops, parts[:min(depth, len(parts))], known)
		}
	}
	if len(ops) == 0 {
		return nil
	}
	if err := p.Run.AddOps(ctx, p.Step, ops); err != nil {
		return err
	}
	for i := range ops {
		p.tally.names.add("%s %q", kind, ops[i].Key)
	}
	settled := make([]ledger.RefEntry, 0, len(known))
	for fold, name := range known {
		if name.op != 0 {
			settled = append(settled, ledger.RefEntry{Kind: kind, Fold: fold, Key: name.key, Create: true, Op: name.op})
		}
	}
	return p.Run.SettleRefs(ctx, settled)
}

func (p *Planner) planBrand(ops []record.Op, key string, known map[string]*refName) []record.Op {
	fold := FoldRef("brand", key)
	if known[fold] != nil {
		return ops
	}
	body := record.NewObject(1)
	body.Set("name", record.TextValue(strings.TrimSpace(key)))
	op := record.Op{ID: p.Run.NewOpID(), Kind: "brands.create", Key: key, Body: body}
	known[fold] = &refName{key: key, op: op.ID}
	return append(ops, op)
}

// planCategory plans one level of a path whose parents are known or planned. It gives a top-level category the tree it belongs to, a
// deeper one its parent, by id or, while that is planned too, by reference.
func (p *Planner) planCategory(ops []record.Op, parts []string, known map[string]*refName) []record.Op {
	path := JoinPath(parts)
	fold := FoldRef("category", path)
	if known[fold] != nil {
		return ops
	}
	depth := len(parts) - 1
	body := record.NewObject(3)
	body.Set("name", record.TextValue(strings.TrimSpace(parts[depth])))
	op := record.Op{ID: p.Run.NewOpID(), Kind: "categories.create", Key: path, N: depth}
	if depth == 0 {
		body.Set("tree_id", record.IntValue(p.tree))
		body.Set("parent_id", record.IntValue(0))
	} else if parent := known[FoldRef("category", JoinPath(parts[:depth]))]; parent.id != 0 {
		body.Set("parent_id", record.IntValue(parent.id))
	} else {
		body.Set("parent_id", record.RefValue(record.Ref{Kind: "category", Key: parent.key}))
		op.Needs = []int64{parent.op}
	}
	op.Body = body
	known[fold] = &refName{key: path, op: op.ID}
	return append(ops, op)
}
