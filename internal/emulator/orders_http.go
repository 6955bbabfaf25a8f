package emulator

import (
	"net/http"
	"slices"
	"time"
)

func orderRoutes() []routeEntry {
	shape := []string{"include", "consignment_structure"}
	return []routeEntry{
		at("v2/orders", map[string]*endpoint{
			"GET":    {run: listOrders, query: names(pageNames, shape, orderFilterNames, []string{"sort"})},
			"POST":   {run: createOrder, query: shape},
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

// enterStatus moves an order to a status; the first time that it is Shipped is its date of shipment.
func (s *Store) enterStatus(o *order, id int, now time.Time) {
	o.f[oStatusID] = textInt(id)
	s.setStatus(o)
	if id == statusShipped && o.f[oShipped] == textEmpty {
		o.f[oShipped] = textMail(now)
	}
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
