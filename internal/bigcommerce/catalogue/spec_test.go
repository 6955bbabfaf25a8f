package catalogue_test

import (
	"cmp"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"

	"bcetl/internal/bigcommerce/catalogue"
)

// spec is one of the API's specification files.
type spec struct{ root map[string]any }

func load(t *testing.T, file string) *spec {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("..", "..", "..", "..", "shared", "openapi", file))
	if err != nil {
		t.Skip("the API's specification is not here: ", err)
	}
	s := &spec{}
	if err := yaml.Unmarshal(data, &s.root); err != nil {
		t.Fatal(err)
	}
	return s
}

// at follows names through objects and references.
func (s *spec) at(from any, names ...string) map[string]any {
	node, _ := from.(map[string]any)
	for _, name := range append([]string{""}, names...) {
		if name != "" {
			node, _ = node[name].(map[string]any)
		}
		for {
			ref, ok := node["$ref"].(string)
			if !ok {
				break
			}
			node = s.root
			for part := range strings.SplitSeq(strings.TrimPrefix(ref, "#/"), "/") {
				node, _ = node[part].(map[string]any)
			}
		}
	}
	return node
}

// properties gives the properties of a schema and of all that it is made of.
func (s *spec) properties(schema map[string]any) map[string]map[string]any {
	all := map[string]map[string]any{}
	for _, name := range []string{"allOf", "anyOf", "oneOf"} {
		parts, _ := schema[name].([]any)
		for _, part := range parts {
			maps.Copy(all, s.properties(s.at(part)))
		}
	}
	own, _ := schema["properties"].(map[string]any)
	for name := range own {
		all[name] = s.at(own, name)
	}
	return all
}

// body gives the flattened properties of a request's elements, by dotted path.
func (s *spec) body(method, path string) map[string]map[string]any {
	schema := s.at(s.at(s.root["paths"], path, method, "requestBody"), "content", "application/json", "schema")
	if schema["type"] == "array" {
		schema = s.at(schema, "items")
	}
	return s.flat("", schema)
}

// answer gives the flattened properties of an answer's records.
func (s *spec) answer(path string) map[string]map[string]any {
	schema := s.at(s.at(s.root["paths"], path, "get", "responses", "200"), "content", "application/json", "schema")
	if data, ok := s.properties(schema)["data"]; ok {
		schema = data
	}
	if schema["type"] == "array" {
		schema = s.at(schema, "items")
	}
	return s.flat("", schema)
}

func (s *spec) flat(prefix string, schema map[string]any) map[string]map[string]any {
	all := map[string]map[string]any{}
	for name, property := range s.properties(schema) {
		path := prefix + name
		all[path] = property
		if items := s.at(property, "items"); property["type"] == "array" && len(s.properties(items)) > 0 {
			maps.Copy(all, s.flat(path+"[].", items))
			continue
		}
		maps.Copy(all, s.flat(path+".", property))
	}
	return all
}

// queries gives the query parameters of a GET.
func (s *spec) queries(path string) map[string]map[string]any {
	all := map[string]map[string]any{}
	parameters, _ := s.at(s.root["paths"], path, "get")["parameters"].([]any)
	for _, entry := range parameters {
		parameter := s.at(entry)
		if parameter["in"] == "query" {
			all[fmt.Sprint(parameter["name"])] = s.at(parameter, "schema")
		}
	}
	return all
}

// limits writes what a schema allows in one line; of a list those of its elements too.
func (s *spec) limits(p map[string]any) string {
	parts := []string{fmt.Sprint(p["type"])}
	if p["type"] == "array" {
		if n, ok := p["maxItems"]; ok {
			parts = append(parts, fmt.Sprintf("maxItems %v", n))
		}
		if element := s.at(p, "items"); len(s.properties(element)) == 0 && element["type"] != "array" {
			if _, inner, bounded := strings.Cut(s.limits(element), ", "); bounded {
				parts = append(parts, inner)
			}
		}
		return strings.Join(parts, ", ")
	}
	for _, name := range []string{"minLength", "maxLength", "minimum", "maximum"} {
		if value, ok := p[name]; ok {
			n, err := strconv.ParseFloat(fmt.Sprint(value), 64)
			if err == nil && (n != 0 || name == "minimum") {
				parts = append(parts, fmt.Sprintf("%s %d", name, int64(n)))
			}
		}
	}
	if p["nullable"] == true || p["x-nullable"] == true {
		parts = append(parts, "nullable")
	}
	if values, ok := p["enum"].([]any); ok {
		parts = append(parts, fmt.Sprint(values))
	}
	if pattern, ok := p["pattern"].(string); ok {
		parts = append(parts, "pattern "+strings.TrimSuffix(strings.TrimPrefix(pattern, "^"), "$"))
	}
	return strings.Join(parts, ", ")
}

// loosely leaves out the type and what is the same for all numbers of it: V2 writes amounts as texts, numbers or either, whole numbers as
// numbers, and bounds none of them.
func loosely(line string) string {
	var kept []string
	for _, part := range strings.Split(line, ", ")[1:] {
		if part != "nullable" {
			kept = append(kept, part)
		}
	}
	return strings.Join(kept, ", ")
}

// tableLimits writes what the table allows in the same way.
func tableLimits(f *catalogue.Field) string {
	kinds := map[catalogue.Type]string{
		catalogue.Text: "string", catalogue.HTML: "string", catalogue.Date: "string", catalogue.Int: "integer", catalogue.Decimal: "number",
		catalogue.Bool: "boolean", catalogue.IntList: "array", catalogue.TextList: "array", catalogue.Struct: "object", catalogue.StructList: "array",
	}
	parts := []string{kinds[f.Type]}
	if f.MaxItems > 0 {
		parts = append(parts, fmt.Sprintf("maxItems %d", f.MaxItems))
	}
	if f.MinLength > 0 {
		parts = append(parts, fmt.Sprintf("minLength %d", f.MinLength))
	}
	if f.MaxLength > 0 {
		parts = append(parts, fmt.Sprintf("maxLength %d", f.MaxLength))
	}
	if f.Min != "" {
		parts = append(parts, "minimum "+f.Min)
	}
	if f.Max != "" {
		parts = append(parts, "maximum "+f.Max)
	}
	if f.Nullable {
		parts = append(parts, "nullable")
	}
	if len(f.Enum) > 0 {
		parts = append(parts, fmt.Sprint(f.Enum))
	}
	if f.Form != "" {
		parts = append(parts, "pattern "+f.Form)
	}
	return strings.Join(parts, ", ")
}

// object is one object held against its specification.
type object struct {
	table  *catalogue.Object
	bodies [][2]string // method and path of the writes whose fields must be in the table
	// other says why a limit in the table is not the specification's.
	other map[string]string
	// unwritten says why a field that the specification lets be written may not be here; a path ending in "." stands for all below.
	unwritten map[string]string
	// extra says why a field is in the table that the specification lacks.
	extra map[string]string
	// unfiltered says why a query parameter is no filter here.
	unfiltered map[string]string
	// filtered says why there is a filter that is no query parameter.
	filtered map[string]string
	// loose compares lengths and allowed values only.
	loose bool
	// list is the path of the list where it is not the table's.
	list string
	// parts are the paths of answers that hold parts of a record, by the prefix of the fields.
	parts map[string]string
}

func (o *object) listPath() string { return cmp.Or(o.list, o.table.ListPath) }

var paging = map[string]string{
	"before": "paging", "after": "paging", "page": "paging", "limit": "paging", "sort": "paging", "direction": "paging", "include": "paging", "include_fields": "paging", "exclude_fields": "paging",
}

func TestAgainstTheSpecification(t *testing.T) {
	child := "written through an endpoint of its own"
	formFields := "a write would replace all answers of the customer"
	counted := "counted by the store; the facts say to treat it as read-only"
	const (
		amount  = "an amount is never negative"
		id      = "ids begin at 1"
		nothing = "an empty text is none"
		uses    = "fewer than none make no sense"
		none    = "0 is none, and ids are never negative"
		form    = "the whole text, for the pattern has no anchors and would let anything pass"
	)
	orders := map[string]string{}
	for _, path := range strings.Fields(`base_handling_cost base_shipping_cost base_wrapping_cost discount_amount handling_cost_ex_tax handling_cost_inc_tax
		products[].price_ex_tax products[].price_inc_tax products[].wrapping_cost_ex_tax products[].wrapping_cost_inc_tax refunded_amount
		shipping_cost_ex_tax shipping_cost_inc_tax subtotal_ex_tax subtotal_inc_tax total_ex_tax total_inc_tax wrapping_cost_ex_tax wrapping_cost_inc_tax`) {
		orders[path] = amount
	}
	maps.Copy(orders, map[string]string{
		"billing_address.zip": "two characters or more, says its prose", "customer_locale": "its prose names the forms",
		"channel_id": id, "customer_id": "0 is a guest", "status_id": "the statuses of the facts, 0 to 14",
		"fees[].tax_class_id": none, "items_shipped": uses, "items_total": uses,
		"products[].name_customer": "it is the line's name", "products[].name_merchant": "it is the line's name where there is no other",
		"products[].product_id": none, "products[].variant_id": none, "products[].wrapping_id": none, "products[].product_options[].id": id,
		"products[].quantity": "less than one piece is not sold", "shipping_addresses[].id": id,
	})
	listed := &differences{}
	for _, o := range []object{
		{
			table:  &catalogue.Products,
			bodies: [][2]string{{"put", "/catalog/products"}, {"post", "/catalog/products"}},
			other: map[string]string{
				"tax_class_id": "an id, though the schema says number",
				"categories":   "so many by the facts", "related_products": "so many by the facts",
			},
			unwritten: map[string]string{
				"id": "in the body only to name the product", "custom_fields": child, "custom_fields[].": child, "bulk_pricing_rules": child, "bulk_pricing_rules[].": child,
				"images": child, "images[].": child, "videos": child, "videos[].": child, "variants": child, "variants[].": child,
				"view_count": counted, "reviews_rating_sum": counted, "reviews_count": counted, "total_sold": counted,
				"custom_url": "written by its fields",
			},
		},
		{
			table: &catalogue.Variants,
			bodies: [][2]string{
				{"put", "/catalog/variants"}, {"put", "/catalog/products/{product_id}/variants/{variant_id}"}, {"post", "/catalog/products/{product_id}/variants"},
			},
			other: map[string]string{
				"image_url":               "the store fetches it as it does image_url of images, which takes 255 characters",
				"inventory_level":         "a stock below zero is not sent",
				"inventory_warning_level": "a stock below zero is not sent",
			},
			unwritten: map[string]string{
				"id": "in the body only to name the variant", "product_id": "a variant does not move", "option_values": "they make the variant what it is", "option_values[].": child,
			},
			extra: map[string]string{"map_price": "in the variants of a product's schema"},
		},
		{
			table:     &catalogue.Brands,
			bodies:    [][2]string{{"put", "/catalog/brands/{brand_id}"}, {"post", "/catalog/brands"}},
			other:     map[string]string{"image_url": "the store fetches it as it does image_url of images, which takes 255 characters"},
			unwritten: map[string]string{"id": "in the path", "custom_url": "written by its fields"},
		},
		{
			table:  &catalogue.Categories,
			bodies: [][2]string{{"put", "/catalog/trees/categories"}, {"post", "/catalog/trees/categories"}},
			other:  map[string]string{"description": "65,535 characters by the facts"},
			unwritten: map[string]string{
				"category_id": "in the body only to name the category", "url": "written by its fields",
			},
		},
		{
			table: &catalogue.Orders, loose: true, other: orders,
			bodies: [][2]string{{"put", "/orders/{order_id}"}, {"post", "/orders"}},
			parts: map[string]string{
				"products[].": "/orders/{order_id}/products", "shipping_addresses[].": "/orders/{order_id}/shipping_addresses",
				"coupons[].": "/orders/{order_id}/coupons", "taxes[].": "/orders/{order_id}/taxes", "shipments[].": "/orders/{order_id}/shipments",
				"fees[].": "/orders/{order_id}/fees", "consignments.": "/orders/{order_id}/consignments",
			},
			unwritten: map[string]string{
				"products[].id": "in the body only to name the line",
				"products[].product_options[].cost_price_inc_tax": "in the body only where a line is taken away",
				"shipping_addresses":                              "written by their fields",
				"billing_address":                                 "written by its fields", "fees[].id": "in the body only to name the fee",
				"consignments": "pickup orders are not written", "consignments.": "pickup orders are not written",
				"billing_address.form_fields": formFields, "billing_address.form_fields[].": formFields,
				"shipping_addresses[].form_fields": formFields, "shipping_addresses[].form_fields[].": formFields,
				"order_source": "the facts say not to send it", "tax_provider_id": "the facts list it as read-only",
			},
			unfiltered: map[string]string{"consignment_structure": "how consignments come"},
		},
		{
			table: &catalogue.Shipments, list: "/orders/{order_id}/shipments", loose: true,
			bodies: [][2]string{{"put", "/orders/{order_id}/shipments/{shipment_id}"}, {"post", "/orders/{order_id}/shipments"}},
			other: map[string]string{
				"items[].order_product_id": id, "order_address_id": id, "items[].quantity": "less than one piece is not shipped", "merchant_shipping_cost": amount,
			},
			unwritten: map[string]string{
				"items": "written by their fields",
			},
			extra: map[string]string{
				"order_id": "in the path", "items[].sku": "stands for the line's id, which is sent",
			},
		},
		{table: &catalogue.Promotions},
		{
			table:  &catalogue.PromotionCodes,
			bodies: [][2]string{{"post", "/promotions/{promotion_id}/codes"}},
			other: map[string]string{
				"code": nothing + "; " + form, "max_uses": uses, "max_uses_per_customer": uses,
			},
			extra:    map[string]string{"promotion_id": "in the path"},
			filtered: map[string]string{"promotion_id": "in the path"},
		},
		{
			table:  &catalogue.CodeBatches,
			bodies: [][2]string{{"post", "/promotions/{promotion_id}/codegen"}},
			other: map[string]string{
				"prefix":    "it tells the batch's codes from others, so it is needed; " + form,
				"suffix":    form,
				"delimiter": "its pattern names the two",
			},
			unwritten: map[string]string{"batch_size": "how many of count are missing, which the run finds out"},
			extra:     map[string]string{"promotion_id": "in the path", "count": "how many there are to be, of which the missing are generated"},
		},
		{table: &catalogue.Refunds},
		{table: &catalogue.Transactions, list: "/orders/{order_id}/transactions"},
		{
			table: &catalogue.Coupons, loose: true,
			bodies: [][2]string{{"put", "/coupons/{id}"}, {"post", "/coupons"}},
			other: map[string]string{
				"applies_to.entity": "its prose names the two", "amount": amount, "min_purchase": amount, "code": nothing + "; " + form, "name": nothing,
				"restricted_to.countries": "a country's code has two letters",
				"max_uses":                uses, "max_uses_per_customer": uses,
			},
			unwritten: map[string]string{"applies_to": "written by its fields", "restricted_to": "written by its fields"},
		},
	} {
		t.Run(o.table.Name, func(t *testing.T) {
			s := load(t, o.table.SpecFile)
			o.fields(t, s, listed)
			if o.listPath() != "" {
				o.answers(t, s)
				o.queries(t, s)
			}
		})
	}
	if len(listed.rows) > 0 && !t.Failed() {
		listed.documented(t)
	}
}

// fields holds the writable fields and their limits against the bodies of writes.
func (o *object) fields(t *testing.T, s *spec, listed *differences) {
	written := map[string]map[string]any{}
	for _, body := range o.bodies {
		found := s.body(body[0], body[1])
		if len(found) == 0 {
			t.Fatalf("the specification has no body of %v", body)
		}
		for path, property := range found {
			if property["readOnly"] != true || path == "id" {
				written[path] = property
			}
		}
	}
	for _, path := range slices.Sorted(maps.Keys(written)) {
		if o.unwritten[path] != "" || below(o.unwritten, path) {
			if field, ok := o.table.Field(path); ok && (field.Writable || field.CreateOnly) {
				t.Errorf("%s may be written here, though %s", path, o.unwritten[path])
			}
			continue
		}
		field, ok := o.table.Field(path)
		if !ok || (!field.Writable && !field.CreateOnly) {
			t.Errorf("%s may be written by the specification, and not here", path)
			continue
		}
		here, there := tableLimits(field), s.limits(written[path])
		if o.loose {
			here, there = loosely(here), loosely(there)
		}
		listed.fields++
		if here != there {
			listed.limit(o, path, here, there)
		}
		switch {
		case here != there && o.other[path] == "":
			t.Errorf("%s: %s here, %s in the specification", path, here, there)
		case here == there && o.other[path] != "":
			t.Errorf("%s is as in the specification; no reason is needed: %s", path, o.other[path])
		}
	}
	for i := range o.table.Fields {
		field := &o.table.Fields[i]
		if _, ok := written[field.Path]; (field.Writable || field.CreateOnly) && !ok && o.extra[field.Path] == "" {
			t.Errorf("%s may be written here, and not by the specification", field.Path)
		}
	}
	listed.list(t, o, written)
}

func sameTexts(a []any, b []string) bool {
	texts := make([]string, len(a))
	for i, value := range a {
		texts[i] = fmt.Sprint(value)
	}
	return slices.Equal(slices.Sorted(slices.Values(texts)), slices.Sorted(slices.Values(b)))
}

func below(reasons map[string]string, path string) bool {
	for prefix := range reasons {
		if strings.HasSuffix(prefix, ".") && strings.HasPrefix(path, prefix) {
			return true
		}
	}
	return false
}

// answers requires everything that an answer holds to be readable.
func (o *object) answers(t *testing.T, s *spec) {
	readable := func(prefix, path string) {
		fields := s.answer(path)
		if len(fields) == 0 {
			t.Errorf("the specification has no answer of %s", path)
		}
		for _, field := range slices.Sorted(maps.Keys(fields)) {
			if _, ok := o.table.FieldUnder(prefix + field); !ok {
				t.Errorf("%s is returned and cannot be read here", prefix+field)
			}
		}
	}
	readable("", o.listPath())
	for prefix, path := range o.parts {
		readable(prefix, path)
	}
}

// queries holds filters, `include` and `include_fields` against the list's parameters.
func (o *object) queries(t *testing.T, s *spec) {
	if o.table.Within != "" && o.list != "" {
		return // the filters are those of what it lies in
	}
	queries := s.queries(o.listPath())
	for _, name := range slices.Sorted(maps.Keys(queries)) {
		filter, ok := o.table.FilterNamed(name)
		switch {
		case paging[name] != "" || o.unfiltered[name] != "":
			continue
		case !ok:
			t.Errorf("%s is a filter of the specification, and not here", name)
			continue
		}
		values, _ := queries[name]["enum"].([]any)
		if len(values) > 0 && filter.Type == catalogue.Text && !sameTexts(values, filter.Enum) {
			t.Errorf("%s takes %v by the specification, %v here", name, values, filter.Enum)
		}
		// Brands call id:min and the like lists, which makes no sense.
		if many := queries[name]["type"] == "array"; many != (filter.Many && !filter.Single) && !strings.Contains(name, "id:") {
			t.Errorf("%s takes a list: %v by the specification, %v here", name, many, filter.Many)
		}
	}
	for _, filter := range o.table.Filters {
		if _, ok := queries[filter.Name]; !ok && o.filtered[filter.Name] == "" {
			t.Errorf("%s is a filter here, and not in the specification", filter.Name)
		}
	}
	named, _ := s.at(queries["include_fields"], "items")["enum"].([]any)
	if len(named) == 0 {
		return
	}
	for i := range o.table.Fields {
		field := &o.table.Fields[i]
		root, _, _ := strings.Cut(field.Path, ".")
		if field.Nameable != slices.Contains(named, any(root)) {
			t.Errorf("%s can stand in include_fields: %v here, %v in the specification", field.Path, field.Nameable, !field.Nameable)
		}
	}
	included, _ := s.at(queries["include"], "items")["enum"].([]any)
	for i := range o.table.Fields {
		if include := o.table.Fields[i].Include; include != "" && !slices.Contains(included, any(include)) {
			t.Errorf("%s is no include of the specification", include)
		}
	}
	for _, include := range included {
		if field, ok := o.table.Field(fmt.Sprint(include)); !ok || field.Include != include {
			t.Errorf("include=%v brings nothing that can be read here", include)
		}
	}
}
