package catalogue_test

import (
	"slices"
	"strings"
	"testing"

	"bcetl/internal/bigcommerce/catalogue"
	"bcetl/internal/record"
)

// TestTableIsConsistent holds every object to the rules that its readers rely on.
func TestTableIsConsistent(t *testing.T) {
	for _, object := range catalogue.All() {
		t.Run(object.Name, func(t *testing.T) {
			if found, ok := catalogue.Find(object.Name); !ok || found != object {
				t.Error("cannot be found by its name")
			}
			seen := map[string]bool{}
			for i := range object.Fields {
				field := &object.Fields[i]
				if seen[field.Path] {
					t.Errorf("%s stands twice", field.Path)
				}
				seen[field.Path] = true
				checkField(t, object, field)
			}
			if field, ok := object.Field(object.IDField); !ok || field.Writable {
				t.Errorf("the id %q is missing or may be written", object.IDField)
			}
			for _, key := range object.Keys {
				checkKey(t, object, key)
			}
			for _, filter := range object.Filters {
				if found, ok := object.FilterNamed(filter.Name); !ok || found.Name != filter.Name {
					t.Errorf("filter %s cannot be found", filter.Name)
				}
				if filter.OneZero && filter.Type != catalogue.Bool {
					t.Errorf("filter %s is no bool", filter.Name)
				}
			}
			for _, operation := range object.Operations() {
				if found, ok := catalogue.OperationNamed(operation.Kind); !ok || found.Path != operation.Path || operation.Object() != object.Name {
					t.Errorf("operation %s cannot be found", operation.Kind)
				}
				if operation.Batch < 1 || (operation.Batch > 1 && !operation.Array && operation.ByIDs == "") {
					t.Errorf("operation %s: a batch of %d in one body", operation.Kind, operation.Batch)
				}
			}
			for _, sub := range object.Subs {
				checkSub(t, object, sub)
			}
			if object.Within != "" {
				if holder, ok := catalogue.Find(object.Within); !ok || (!holder.SortedByID && holder.MinID == "") {
					t.Errorf("is listed within %s, which cannot be walked", object.Within)
				}
			}
		})
	}
}

func checkField(t *testing.T, object *catalogue.Object, field *catalogue.Field) {
	t.Helper()
	if _, err := record.ParsePath(field.Path); err != nil {
		t.Error(err)
	}
	if parent, _, nested := cutLast(field.Path); nested {
		holder, ok := object.Field(strings.TrimSuffix(parent, "[]"))
		if !ok || (holder.Type != catalogue.Struct && holder.Type != catalogue.StructList) {
			t.Errorf("%s lies in nothing that the table holds", field.Path)
		}
		if holder != nil && holder.Include != field.Include {
			t.Errorf("%s comes with %q and %s with %q", field.Path, field.Include, parent, holder.Include)
		}
	}
	if !field.Writable && !field.CreateOnly && (field.Clear != catalogue.NoClear || field.Required || field.WriteOnly || field.Effect != "") {
		t.Errorf("%s is only read but says how it is written", field.Path)
	}
	allowed := map[catalogue.Clear][]catalogue.Type{
		catalogue.ClearText: {catalogue.Text, catalogue.HTML, catalogue.Date}, catalogue.ClearZero: {catalogue.Int, catalogue.Decimal},
		catalogue.ClearList: {catalogue.IntList, catalogue.TextList}, catalogue.ClearFalse: {catalogue.Bool},
	}
	if types, ok := allowed[field.Clear]; ok && !slices.Contains(types, field.Type) {
		t.Errorf("%s is a %s that is cleared with %s", field.Path, field.Type, field.Clear)
	}
	if field.Clear == catalogue.ClearNull && !field.Nullable {
		t.Errorf("%s is cleared with null, which it does not take", field.Path)
	}
	if field.Clear == catalogue.ClearText && field.MinLength > 0 {
		t.Errorf("%s may not be empty, yet is cleared so", field.Path)
	}
	if field.Include != "" && field.Nameable {
		t.Errorf("%s cannot stand in include_fields", field.Path)
	}
}

func checkKey(t *testing.T, object *catalogue.Object, key catalogue.Key) {
	t.Helper()
	if found, ok := object.KeyNamed(key.Field); !ok || found.Field != key.Field {
		t.Errorf("key %s cannot be found", key.Field)
	}
	if _, ok := object.Field(key.Field); !ok {
		t.Errorf("key %s is no field", key.Field)
	}
	for _, name := range []string{key.Query, key.BulkName} {
		if name == "" {
			continue
		}
		filter, ok := object.FilterNamed(name)
		if !ok || (name == key.BulkName && !filter.Many) {
			t.Errorf("key %s asks with %s, which is no filter for that", key.Field, name)
		}
	}
	if (key.Finding == catalogue.Bulk) != (key.BulkName != "" && key.MaxBulk > 0) {
		t.Errorf("key %s: bulk or not?", key.Field)
	}
}

func checkSub(t *testing.T, object *catalogue.Object, sub catalogue.Sub) {
	t.Helper()
	if found, ok := object.Sub(sub.Field); !ok || found.Path != sub.Path {
		t.Errorf("part %s cannot be found", sub.Field)
	}
	field, ok := object.Field(sub.Field)
	if !ok || (field.Type == catalogue.StructList) == sub.Whole || field.Include != sub.Include {
		t.Errorf("part %s is not the field that the table holds", sub.Field)
	}
	if (sub.ByOwner == "") == !strings.Contains(sub.Path, "{id}") || (sub.ByOwner == "") != (sub.Owner == "") {
		t.Errorf("part %s: of one record or of many?", sub.Field)
	}
	if sub.Scope == "" || sub.ReadScope == "" {
		t.Errorf("part %s needs no scope", sub.Field)
	}
}

func cutLast(path string) (parent, name string, nested bool) {
	dot := strings.LastIndexByte(path, '.')
	if dot < 0 {
		return "", path, false
	}
	return path[:dot], path[dot+1:], true
}

func TestFieldUnder(t *testing.T) {
	for path, want := range map[string]string{
		"name":                           "name",
		"custom_url.url":                 "custom_url.url",
		"variants[].sku":                 "variants[].sku",
		"variants":                       "variants",
		"variants[]":                     "variants",
		"options[].config.default_value": "options[].config",
		"options[].option_values[].value_data.colors[]": "options[].option_values[].value_data",
		"images.url_zoom": "images",
		"name.first":      "",
		"colour":          "",
		"colour.name":     "",
	} {
		field, ok := catalogue.Products.FieldUnder(path)
		switch {
		case ok != (want != ""):
			t.Errorf("%s: found %v", path, ok)
		case ok && field.Path != want:
			t.Errorf("%s: found %s, want %s", path, field.Path, want)
		}
	}
}

func TestScopes(t *testing.T) {
	for _, test := range []struct {
		object *catalogue.Object
		paths  string
		want   string
	}{
		{&catalogue.Products, "sku variants[].sku", "Products"},
		{&catalogue.Orders, "id products[].sku refunds[].id", "Orders"},
		{&catalogue.Orders, "id transactions[].amount transactions", "Orders, Order Transactions"},
		{&catalogue.Refunds, "id order.id", "Orders"},
		{&catalogue.Refunds, "order.transactions[].id", "Orders, Order Transactions"},
		{&catalogue.Transactions, "id", "Order Transactions, Orders"},
		{&catalogue.Coupons, "code", "Marketing"},
	} {
		if got := strings.Join(test.object.Scopes(strings.Fields(test.paths)), ", "); got != test.want {
			t.Errorf("%s of %s need %s, want %s", test.paths, test.object.Name, got, test.want)
		}
	}
}

// TestScopesAreKnown: each object and part names a scope of the control panel with its names in the API, and the paths of its requests lead
// to that scope, which a refusal then names.
func TestScopesAreKnown(t *testing.T) {
	known := map[string]catalogue.Scope{}
	for _, scope := range catalogue.AllScopes() {
		known[scope.Name] = scope
	}
	leadsTo := func(version, path, scope string) {
		t.Helper()
		path = "/" + version + strings.NewReplacer("{id}", "5", "{order_id}", "5", "{promotion_id}", "5").Replace(path)
		if got := catalogue.ScopeOfPath(path); got != scope {
			t.Errorf("%s leads to %q, want %s", path, got, scope)
		}
	}
	for _, object := range catalogue.All() {
		scope, ok := known[object.Scope]
		if !ok || object.ReadScope != scope.ReadOnly || object.WriteScope != scope.Modify {
			t.Errorf("%s: %s (%s, %s) is not a scope of the control panel", object.Name, object.Scope, object.ReadScope, object.WriteScope)
		}
		if object.ListPath != "" {
			leadsTo(object.Version, object.ListPath, object.Scope)
		}
		for _, operation := range object.Operations() {
			leadsTo(object.Version, operation.Path, object.Scope)
		}
		for _, sub := range object.Subs {
			if known[sub.Scope].ReadOnly != sub.ReadScope {
				t.Errorf("%s.%s: %s is not the scope %s", object.Name, sub.Field, sub.ReadScope, sub.Scope)
			}
			leadsTo(sub.Version, sub.Path, sub.Scope)
		}
	}
	leadsTo("v2", "/order_statuses", "Orders")
	leadsTo("v2", "/store", "Information & Settings")
	leadsTo("v3", "/settings/store", "")
}
