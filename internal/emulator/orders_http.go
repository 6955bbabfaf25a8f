package emulator

import (
	"net/http"
	"slices"
)

func orderRoutes() []routeEntry {
	shape := []string{"include", "consignment_structure"}
	return []routeEntry{
		at("v2/orders", map[string]*endpoint{
			"GET":    {run: listOrders, query: names(pageNames, shape, orderFilterNames, []string{"sort"})},
			"DELETE": {run: archiveOrders, query: []string{"limit"}},
		}),
		at("v2/orders/count", map[string]*endpoint{"GET": {run: countOrders, query: orderFilterNames}}),
		at("v2/orders/{}", map[string]*endpoint{
			"GET":    {run: getOrder, query: shape},
			"PUT":    {run: updateOrder},
			"DELETE": {run: archiveOrder},
		}),
		at("v2/order_statuses", map[string]*endpoint{"GET": {run: listStatuses}}),
		at("v2/order_statuses/{}", map[string]*endpoint{"GET": {run: getStatus}}),
	}
}

// order gives the order that the path names, archived or not, or the 404.
func (c *call) order() (*order, *reply) {
	if o := c.s.st.orders.find(c.ids[0]); o != nil {
		return o, nil
	}
	return nil, notFoundV2()
}

func getOrder(c *call) *reply {
	o, refused := c.order()
	if refused != nil {
		return refused
	}
	e, refused := c.orderEncoder()
	if refused != nil {
		return refused
	}
	return plain(e.append(nil, o))
}

// orderEdits are the fields that a PUT of an order takes here.
var orderEdits = []string{
	"status_id", "staff_notes", "customer_message", "external_order_id", "external_source", "payment_method", "is_deleted",
	"ebay_order_id", "customer_id", "billing_address",
}

// updateOrder changes an order. A field that only answers carry, or that the resource does not take, is a 400 (recorded).
func updateOrder(c *call) *reply {
	old, refused := c.order()
	if refused != nil {
		return refused
	}
	body, refused := c.object()
	if refused != nil {
		return refused
	}
	o, refused := c.s.changeOrder(old, body)
	if refused != nil {
		return refused
	}
	c.s.st.orders.put(o)
	e := orderEncoder{base: c.base}
	return plain(e.append(nil, o))
}

// changeOrder gives a changed copy of an order, under the rules of PUT.
func (s *Store) changeOrder(old *order, body map[string]any) (*order, *reply) {
	var p problems
	o := old.clone()
	for name := range body {
		if i, known := orderFields.index[name]; known && !slices.Contains(orderEdits, name) && orderFields.fields[i].access != readOnly {
			return nil, unsupportedV2(name)
		}
	}
	orderFields.patch(o.f, body, updating, &p, "billing_address")
	if refused := p.replyV2(orderFields); refused != nil {
		return nil, refused
	}
	if o.f[oExternal] == textNull {
		o.f[oExternal] = textEmpty
	}
	if address, ok := body["billing_address"]; ok {
		text, refused := mergeAddress(old.f[oBilling], address)
		if refused != nil {
			return nil, refused
		}
		o.f[oBilling] = text
	}
	now := s.now()
	if o.f[oStatusID] != old.f[oStatusID] {
		s.setStatus(o)
		if number(o.f[oStatusID]) == statusShipped && o.f[oShipped] == textEmpty {
			o.f[oShipped] = textMail(now)
		}
	}
	o.touch(now)
	return o, nil
}

// Statuses that the store itself acts on.
const (
	statusIncomplete = 0
	statusShipped    = 2
	statusPartly     = 3
	statusRefunded   = 4
	statusPickup     = 8
	statusCompleted  = 10
	statusPartRefund = 14
)

// setStatus writes the names of the status that the order's id names.
func (s *Store) setStatus(o *order) {
	if status := statusOf(number(o.f[oStatusID])); status != nil {
		o.f[oStatus], o.f[oCustom] = quote(status.name), quote(s.opts.label(status))
	}
}

// mergeAddress writes the given fields over an address, as a PATCH does.
func mergeAddress(old string, change any) (string, *reply) {
	fields, ok := change.(map[string]any)
	if !ok {
		return "", invalidV2("billing_address", "must be an object")
	}
	merged, _ := decode([]byte(old))
	address, ok := merged.(map[string]any)
	if !ok {
		address = map[string]any{}
	}
	for name, v := range fields {
		if _, isText := v.(string); name != "form_fields" && (!isText || !slices.Contains(addressNames, name)) {
			return "", invalidV2("billing_address", "the field '"+name+"' is unknown or not a string")
		}
		address[name] = v
	}
	return addressText(address), nil
}

// addressText writes an address with all its fields, in the order of a live store's answers.
func addressText(address map[string]any) string {
	dst := []byte{'{'}
	for _, name := range addressNames {
		text, _ := address[name].(string)
		dst = appendQuoted(append(appendQuoted(dst, name), ':'), text)
		dst = append(dst, ',')
	}
	forms := "[]"
	if list, ok := address["form_fields"].([]any); ok {
		forms = encode(list)
	}
	return string(append(dst, `"form_fields":`+forms+`}`...))
}

func archiveOrder(c *call) *reply {
	o, refused := c.order()
	if refused != nil {
		return refused
	}
	c.s.archive(o)
	return noContent()
}

// archive hides an order: nothing is ever removed.
func (s *Store) archive(old *order) {
	if old.archived() {
		return
	}
	o := old.clone()
	o.f[oDeleted] = textTrue
	o.touch(s.now())
	s.st.orders.put(o)
}

// archiveOrders archives every order of the store, limit at a time: the documented danger of a
// DELETE without an id (orders.v2.oas2.yml).
func archiveOrders(c *call) *reply {
	w, refused := c.windowV2()
	if refused != nil {
		return refused
	}
	for _, o := range slices.Clone(c.s.st.orders.all()) {
		if w.limit > 0 && !o.archived() {
			c.s.archive(o)
			w.limit--
		}
	}
	return &reply{status: http.StatusNoContent}
}
