package emulator

import (
	"cmp"
	"net/http"
	"slices"
	"strings"
	"time"
)

// orderFilterNames are the filters of GET /orders and /orders/count; source: orders.v2.oas2.yml.
// is_deleted is a filter of older editions of the file and still works.
var orderFilterNames = []string{
	"min_id", "max_id", "min_total", "max_total", "customer_id", "email", "status_id", "cart_id", "payment_method",
	"min_date_created", "max_date_created", "min_date_modified", "max_date_modified", "channel_id", "external_order_id", "is_deleted",
}

type orderTest func(*order) bool

// orderTests compiles the filters of a request. Archived orders are hidden unless it asks for them.
func (c *call) orderTests() ([]orderTest, *reply) {
	archived, refused := c.flagV2("is_deleted")
	if refused != nil {
		return nil, refused
	}
	asked := c.param("is_deleted") != "" && !c.s.opts.ArchivedFilterGone
	tests := []orderTest{func(o *order) bool {
		switch {
		case asked:
			return o.archived() == archived
		case c.s.opts.ArchivedListed:
			return true
		default:
			return !o.archived()
		}
	}}
	for _, f := range []struct {
		name string
		keep func(o *order, want int) bool
	}{
		{"min_id", func(o *order, want int) bool { return o.id >= want }},
		{"max_id", func(o *order, want int) bool { return o.id <= want }},
		{"customer_id", func(o *order, want int) bool { return number(o.f[oCustomer]) == want }},
		{"status_id", func(o *order, want int) bool { return number(o.f[oStatusID]) == want }},
		{"channel_id", func(o *order, want int) bool { return number(o.f[oChannel]) == want }},
	} {
		text := c.param(f.name)
		if text == "" {
			continue
		}
		want, ok := wholeText(text)
		if !ok {
			return nil, invalidV2(f.name, "must be a whole number")
		}
		tests = append(tests, func(o *order) bool { return f.keep(o, want) })
	}
	for name, same := range map[string]func(o *order, want string) bool{
		"email":          func(o *order, want string) bool { return strings.EqualFold(o.email(), want) },
		"payment_method": func(o *order, want string) bool { return strings.EqualFold(unquote(o.f[oPayment]), want) },
		"cart_id":        func(o *order, want string) bool { return unquote(o.f[oCart]) == want },
	} {
		if want := c.param(name); want != "" {
			tests = append(tests, func(o *order) bool { return same(o, want) })
		}
	}
	more, refused := c.orderBounds()
	return append(tests, more...), refused
}

// orderBounds compiles the inclusive bounds of totals and dates.
func (c *call) orderBounds() ([]orderTest, *reply) {
	var tests []orderTest
	for name, sign := range map[string]int{"min_total": 1, "max_total": -1} {
		text := c.param(name)
		if text == "" {
			continue
		}
		bound, ok := parseDecimal(text)
		if !ok {
			return nil, invalidV2(name, "must be a number")
		}
		tests = append(tests, func(o *order) bool { return money(o.f[oTotal]).Cmp(bound)*sign >= 0 })
	}
	for _, f := range []struct {
		name string
		sign int
		have func(*order) int64
	}{
		{"min_date_created", 1, func(o *order) int64 { return o.created }},
		{"max_date_created", -1, func(o *order) int64 { return o.created }},
		{"min_date_modified", 1, func(o *order) int64 { return o.modified }},
		{"max_date_modified", -1, func(o *order) int64 { return o.modified }},
	} {
		text := c.param(f.name)
		if text == "" {
			continue
		}
		bound, ok := parseEither(text)
		if !ok {
			return nil, invalidV2(f.name, "must be a date as RFC 2822 or ISO 8601")
		}
		if f.sign > 0 && bound.Nanosecond() > 0 && !c.s.opts.BoundsExclusive {
			bound = bound.Add(time.Second) // orders have whole seconds: a bound within one lets the next second in
		}
		seconds := bound.Unix()
		tests = append(tests, func(o *order) bool { return c.s.opts.within(cmp.Compare(f.have(o), seconds) * f.sign) })
	}
	return tests, nil
}

// flagV2 reads a boolean filter; absent is false.
func (c *call) flagV2(name string) (bool, *reply) {
	switch c.param(name) {
	case "", "false", "0":
		return false, nil
	case "true", "1":
		return true, nil
	}
	return false, invalidV2(name, "must be true or false")
}

func (o *order) email() string {
	for name, text := range members(o.f[oBilling]) {
		if name == "email" {
			return unquote(text)
		}
	}
	return ""
}

// findOrders gives the orders that pass the request's filters, by id.
func (c *call) findOrders() ([]*order, *reply) {
	tests, refused := c.orderTests()
	if refused != nil {
		return nil, refused
	}
	var kept []*order
	all := c.s.st.orders.all
	if external := c.param("external_order_id"); external != "" {
		all = func() []*order { return c.s.st.orders.named(external) }
		if c.s.opts.ExternalIDsFolded {
			all = func() []*order { return c.s.st.orders.namedFolded(external) }
		}
	}
	for _, o := range all() {
		if !slices.ContainsFunc(tests, func(pass orderTest) bool { return !pass(o) }) {
			kept = append(kept, o)
		}
	}
	return kept, nil
}

// orderSorts are the fields of sort; ties go by id, in the direction of the sort.
var orderSorts = map[string]func(a, b *order) int{
	"id":            func(a, b *order) int { return 0 },
	"customer_id":   func(a, b *order) int { return cmp.Compare(number(a.f[oCustomer]), number(b.f[oCustomer])) },
	"date_created":  func(a, b *order) int { return cmp.Compare(a.created, b.created) },
	"date_modified": func(a, b *order) int { return cmp.Compare(a.modified, b.modified) },
	"status_id":     func(a, b *order) int { return cmp.Compare(number(a.f[oStatusID]), number(b.f[oStatusID])) },
	"channel_id":    func(a, b *order) int { return cmp.Compare(number(a.f[oChannel]), number(b.f[oChannel])) },
	"external_id":   func(a, b *order) int { return cmp.Compare(unquote(a.f[oForeignID]), unquote(b.f[oForeignID])) },
}

func (c *call) sortOrders(list []*order) *reply {
	text := c.param("sort")
	if text == "" {
		return nil
	}
	name, direction, _ := strings.Cut(text, ":")
	by, ok := orderSorts[name]
	if !ok || direction != "" && direction != "asc" && direction != "desc" {
		return invalidV2("sort", "must be one of the sortable fields, with :asc or :desc")
	}
	slices.SortFunc(list, func(a, b *order) int {
		order := cmp.Or(by(a, b), cmp.Compare(a.id, b.id))
		if direction == "desc" {
			return -order
		}
		return order
	})
	return nil
}

func listOrders(c *call) *reply {
	list, refused := c.findOrders()
	if refused == nil {
		refused = c.sortOrders(list)
	}
	if refused != nil {
		return refused
	}
	e, refused := c.orderEncoder()
	if refused != nil {
		return refused
	}
	return c.listV2(len(list), func(dst []byte, i int) []byte { return e.append(dst, list[i]) })
}

// countOrders answers the number of orders by status and in all; incomplete ones count (recorded).
func countOrders(c *call) *reply {
	list, refused := c.findOrders()
	if refused != nil {
		return refused
	}
	by := map[int]int{}
	for _, o := range list {
		by[number(o.f[oStatusID])]++
	}
	body := []byte(`{"statuses":[`)
	for i := range orderStatuses {
		status := &orderStatuses[i]
		if i > 0 {
			body = append(body, ',')
		}
		body = c.s.appendStatus(body, status)
		body = append(body, `,"count":`+textInt(by[status.id])+`,"sort_order":`+textInt(i)+`}`...)
	}
	return &reply{status: http.StatusOK, body: append(body, `],"count":`+textInt(len(list))+`}`...)}
}
