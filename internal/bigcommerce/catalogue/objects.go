package catalogue

import (
	"slices"
	"strings"
)

// All lists the objects in the order in which they are shown.
func All() []*Object {
	return []*Object{
		&Products, &Variants, &Brands, &Categories, &Trees, &Channels, &Orders, &Shipments, &Refunds, &Transactions, &Coupons,
		&Promotions, &PromotionCodes, &CodeBatches,
	}
}

// Find gives the object of that name.
func Find(name string) (*Object, bool) {
	for _, object := range All() {
		if object.Name == name {
			return object, true
		}
	}
	return nil, false
}

// Field gives the field of that path, such as "custom_url.url" or "variants[].sku".
func (o *Object) Field(path string) (*Field, bool) {
	for i := range o.Fields {
		if o.Fields[i].Path == path {
			return &o.Fields[i], true
		}
	}
	return nil, false
}

// TakesRef tells whether the field holds ids that a look-up of that kind yields.
func (f *Field) TakesRef(kind string) bool { return slices.Contains(strings.Fields(f.Ref), kind) }

// FieldUnder gives the field of the path or, where the path leads inside a field that the table holds only as a whole, that
// field: "options[].config.default_value" finds "options[].config". Ok is false where nothing on the way is known, and where the
// known field is no object or list.
func (o *Object) FieldUnder(path string) (*Field, bool) {
	path = strings.TrimSuffix(path, "[]")
	for at := path; ; {
		if field, ok := o.Field(at); ok {
			return field, at == path || field.Type == Struct || field.Type == StructList
		}
		dot := strings.LastIndexByte(at, '.')
		if dot < 0 {
			return nil, false
		}
		at = at[:dot]
		if trimmed, ok := strings.CutSuffix(at, "[]"); ok {
			if _, known := o.Field(at); !known {
				at = trimmed
			}
		}
	}
}

// KeyNamed gives the natural key on that field.
func (o *Object) KeyNamed(field string) (*Key, bool) {
	i := slices.IndexFunc(o.Keys, func(k Key) bool { return k.Field == field })
	if i < 0 {
		return nil, false
	}
	return &o.Keys[i], true
}

// FilterNamed gives the filter of that name, as the API writes it: "date_modified:min".
func (o *Object) FilterNamed(name string) (*Filter, bool) {
	i := slices.IndexFunc(o.Filters, func(f Filter) bool { return f.Name == name })
	if i < 0 {
		return nil, false
	}
	return &o.Filters[i], true
}

// Sub gives the part of that name which stands behind requests of its own.
func (o *Object) Sub(field string) (*Sub, bool) {
	i := slices.IndexFunc(o.Subs, func(s Sub) bool { return s.Field == field })
	if i < 0 {
		return nil, false
	}
	return &o.Subs[i], true
}

// Scopes lists what a token needs to read those fields, as the control panel names it: the object's own scope first, then those
// of the parts that the paths lead into. Paths below "order" of a refund or transaction are those of the order.
func (o *Object) Scopes(paths []string) []string {
	scopes := []string{o.Scope}
	add := func(scope string) {
		if !slices.Contains(scopes, scope) {
			scopes = append(scopes, scope)
		}
	}
	holder, held := Find(o.Holder())
	for _, path := range paths {
		name, rest, _ := strings.Cut(path, ".")
		owner := o
		if held && name == holder.Singular {
			owner = holder
			add(holder.Scope)
			name, _, _ = strings.Cut(rest, ".")
		}
		if sub, ok := owner.Sub(strings.TrimSuffix(name, "[]")); ok {
			add(sub.Scope)
		}
	}
	if o.Within != "" && held {
		add(holder.Scope)
	}
	return scopes
}

// Holder is the name of the object that a record lies in or belongs to, whose fields can be read beside it: "products" of
// variants, "orders" of refunds; "" of others.
func (o *Object) Holder() string {
	if o.Within != "" {
		return o.Within
	}
	return o.Of
}

// Owned tells whether records lie below another one, whose id stands in the paths of writes: shipments of an order. Natural keys then
// differ below that one only, and every row names it.
func (o *Object) Owned() bool {
	return o.OfField != "" && strings.Contains(o.Create.Path, "{"+o.OfField+"}")
}

// Operations lists the writes that the object has.
func (o *Object) Operations() []Operation {
	var operations []Operation
	for _, operation := range []Operation{o.Create, o.Update, o.Delete} {
		if operation.Kind != "" {
			operations = append(operations, operation)
		}
	}
	return operations
}

// Object is the name of the object that the operation writes: "products" of "products.update".
func (op Operation) Object() string {
	object, _, _ := strings.Cut(op.Kind, ".")
	return object
}

// OperationNamed gives the operation of that kind, such as "variants.update".
func OperationNamed(kind string) (Operation, bool) {
	for _, object := range All() {
		for _, operation := range object.Operations() {
			if operation.Kind == kind {
				return operation, true
			}
		}
	}
	return Operation{}, false
}
