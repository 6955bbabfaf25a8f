package apply

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"bcetl/internal/ledger"
	"bcetl/internal/record"
)

// refName is a name that rows may refer to: a brand, a category by its path, a product by its SKU, a status of orders.
type refName struct {
	key     string // as the store writes it
	id      int64  // meaningless while it is only planned
	op      int64  // the op that creates it, 0 of what the store has
	variant int64  // of a SKU: the variant of product id that has it
	several bool   // several records have the name
	parent  bool   // of a SKU: a product that is sold by its variants only
}

// refs knows the names of one run's look-ups. Its names are filled in once, before records are compared, and only read afterwards.
type refs struct {
	byKind map[string]map[string]*refName // kind -> folded key
	// variants says that a SKU may be that of a variant; elsewhere whole products are meant, and a variant's is refused.
	variants bool

	mutex sync.Mutex
	hints map[record.Ref]string // by kind and key, of names that nobody knows

	unfit map[record.Ref]string // by kind and folded key, why a wanted name cannot be created
}

// maxHints bounds the unknown names for which the nearest known one is sought: comparing one with all of a large store's takes
// milliseconds, and a sheet in which so many are wrong needs another remedy.
const maxHints = 500

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
		if _, moment := ref.Twice(); moment { // which the record itself tells
			return entries
		}
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

// resolve replaces the document's references by ids. A name that an op of this run creates stays a reference. A name that nobody
// knows gives a problem with the nearest one. The document itself is not changed.
func (r *refs) resolve(doc *record.Object) (*record.Object, *record.Problem) {
	out := record.NewObject(doc.Len())
	for _, f := range doc.Fields() {
		v, problem := r.resolveValue(f.Value)
		if problem != nil {
			if problem.Field != "" {
				problem.Field = "." + problem.Field
			}
			problem.Field = f.Name + problem.Field
			return nil, problem
		}
		out.Set(f.Name, v)
		if name := r.productOf(f.Value); name != nil {
			if problem := sellable(name, f.Value, doc); problem != nil {
				problem.Field = f.Name
				return nil, problem
			}
			if name.variant != 0 {
				out.Set("variant_id", record.IntValue(name.variant))
			}
		}
	}
	return out, nil
}

// productOf is what the store has of a reference to a SKU, nil for other values and where it has none.
func (r *refs) productOf(v record.Value) *refName {
	if ref, ok := v.Ref(); ok && ref.Kind == productRef {
		return r.byKind[productRef][FoldRef(productRef, ref.Key)]
	}
	return nil
}

// sellable refuses a line of an order that names a product of which only the variants are sold, and none of them.
func sellable(name *refName, v record.Value, line *record.Object) *record.Problem {
	if !name.parent || !line.Get("variant_id").IsEmpty() || !line.Get(lineOptions).IsEmpty() {
		return nil
	}
	ref, _ := v.Ref()
	return &record.Problem{Code: "product_sku", Column: ref.Column, Message: fmt.Sprintf("%q is the SKU of a product that has variants; a line of an order needs the SKU of one of them, or product_options", ref.Key)}
}

func (r *refs) resolveValue(v record.Value) (record.Value, *record.Problem) {
	switch v.Kind() {
	case record.Reference:
		ref, _ := v.Ref()
		name, ok := r.byKind[ref.Kind][FoldRef(ref.Kind, ref.Key)]
		switch {
		case ok && name.several:
			return record.Value{}, &record.Problem{
				Code: "ambiguous_reference", Column: ref.Column,
				Message: fmt.Sprintf("the store has several %ss %q; give the id", strings.ReplaceAll(ref.Kind, "_", " "), ref.Key),
			}
		case ok && name.variant != 0 && !r.variants && ref.Else == nil:
			return record.Value{}, &record.Problem{
				Code: "variant_sku", Column: ref.Column,
				Message: fmt.Sprintf("the SKU %q is that of a variant of product %d; only whole products can be named here", ref.Key, name.id),
			}
		case ok && name.op == 0 && (name.variant == 0 || r.variants):
			return record.IntValue(name.id), nil
		case ok && ref.Create:
			// Two rows may write one name in two ways, or say two things of what else to do.
			return record.RefValue(record.Ref{Kind: ref.Kind, Key: name.key, Column: ref.Column}), nil
		case ref.Else != nil:
			return *ref.Else, nil
		}
		if reason := r.unfit[record.Ref{Kind: ref.Kind, Key: FoldRef(ref.Kind, ref.Key)}]; reason != "" {
			return record.Value{}, &record.Problem{
				Code: "invalid", Column: ref.Column, Message: fmt.Sprintf("the %s %q cannot be created: %s", ref.Kind, ref.Key, reason),
			}
		}
		return record.Value{}, &record.Problem{
			Code: "unknown_" + ref.Kind, Column: ref.Column,
			Message: fmt.Sprintf("the store has no %s %q%s", strings.ReplaceAll(ref.Kind, "_", " "), ref.Key, r.hint(ref)),
		}
	case record.List:
		items := make([]record.Value, 0, len(v.List()))
		for _, item := range v.List() {
			resolved, problem := r.resolveValue(item)
			if problem != nil {
				return v, problem
			}
			// `else: 0` in a list is no id: nothing stands there instead.
			if item.Kind() == record.Reference && resolved.Kind() == record.Number && resolved.String() == "0" {
				continue
			}
			items = append(items, resolved)
		}
		return record.ListValue(items), nil
	case record.Objects:
		resolved, problem := r.resolve(v.Object())
		return record.ObjectValue(resolved), problem
	}
	return v, nil
}

// needs lists the ops that create what a resolved body refers to, sorted.
func (r *refs) needs(body *record.Object) []int64 {
	var needs []int64
	for _, entry := range CollectRefs(body) {
		if name := r.byKind[entry.Kind][entry.Fold]; name != nil && name.op != 0 {
			needs = append(needs, name.op)
		}
	}
	slices.Sort(needs)
	return slices.Compact(needs)
}

// hint says what to do about a name that the store does not have.
func (r *refs) hint(ref record.Ref) string {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	key := record.Ref{Kind: ref.Kind, Key: ref.Key}
	if hint, ok := r.hints[key]; ok {
		return hint
	}
	hint := "; add `create_missing: true` to create it"
	if ref.Kind != "brand" && ref.Kind != "category" {
		hint = ""
	}
	if ref.Kind == customerRef { // only those are known that rows name
		return "; `else: 0` takes those for guests"
	}
	if len(r.hints) >= maxHints {
		return hint
	}
	names := make([]string, 0, len(r.byKind[ref.Kind]))
	for _, name := range r.byKind[ref.Kind] {
		if name.op == 0 && (ref.Kind != statusRef || name.key != fmt.Sprint(name.id)) {
			names = append(names, name.key)
		}
	}
	slices.Sort(names)
	names = slices.Compact(names)
	if ref.Kind == statusRef {
		hint = "; it has " + strings.Join(names, ", ")
	}
	if near := nearest(ref.Key, names); near != "" {
		hint = fmt.Sprintf("; the nearest is %q", near)
	}
	r.hints[key] = hint
	return hint
}
