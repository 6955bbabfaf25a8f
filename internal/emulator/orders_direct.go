package emulator

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
)

// InsertOrder creates an order past HTTP and gives its id: the body's own, else the next. The body
// holds the fields of an answer, read-only ones too, and its parts by name, each a list of objects:
// products, shipping_addresses, pickups, coupons, taxes, shipments, messages, fees, transactions,
// refunds. What is left out follows from the rest: totals, counts, status texts, a shipping address
// like the billing address.
//
// A part names another by its place from 0: "address" of a line, tax or shipment, "pickup" of a
// line, "line" of a tax and of the items of shipments and refunds. It may bring an id of its own,
// ascending in its list. Dates are time.Time, RFC 2822 or ISO 8601; amounts are strings,
// json.Number or decimal.Decimal. InsertOrder panics if the body does not fit or the id is taken.
func (s *Store) InsertOrder(body map[string]any) int {
	id, err := s.AddOrder(body)
	if err != nil {
		panic("emulator: insert order: " + err.Error())
	}
	return id
}

// AddOrder is InsertOrder with an error instead of a panic.
func (s *Store) AddOrder(body map[string]any) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	b := s.st.orders
	b.all() // pending demo orders come first
	o, err := b.build(body, b.last["order"]+1, s.now())
	if err != nil {
		return 0, err
	}
	if b.find(o.id) != nil {
		return 0, fmt.Errorf("order %d exists", o.id)
	}
	b.last["order"] = max(b.last["order"], o.id)
	b.put(o)
	return o.id, nil
}

// UpdateOrder changes fields of an order past HTTP, read-only ones too; parts that the body names
// are replaced whole. Totals stay as they are unless they are given; date_modified becomes now unless it is given.
func (s *Store) UpdateOrder(id int, body map[string]any) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	b := s.st.orders
	old := b.find(id)
	if old == nil {
		return ErrMissing
	}
	o := old.clone()
	fields, parts := map[string]any{}, map[string]any{}
	for name, v := range body {
		if part, ok := partNamed(name); ok {
			parts[name] = v
			*part.rows(o) = nil
			continue
		}
		fields[name] = v
	}
	o.touch(s.now())
	if err := orderFields.fill(o.f, fields); err != nil {
		return err
	}
	o.lines = cloneRows(o.lines) // shipments and refunds count on them
	m := &orderBuilder{book: b, opts: b.opts, o: o, given: fields}
	if err := m.parts(parts); err != nil {
		return err
	}
	if _, said := fields["status_id"]; said {
		s.setStatus(o)
		if custom, said := fields["custom_status"].(string); said {
			o.f[oCustom] = quote(custom)
		}
	}
	b.put(o)
	return nil
}

// InsertShipment ships something of an order past HTTP, under the rules of a POST, and gives the shipment's id. The body is that of the
// request: order_address_id and items are needed. An order that is not there is ErrMissing.
func (s *Store) InsertShipment(order int, body map[string]any) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	o := s.st.orders.find(order)
	if o == nil {
		return 0, ErrMissing
	}
	r, refused := (&call{s: s, method: http.MethodPost, path: "/v2/orders/" + textInt(order) + "/shipments"}).ship(o, body)
	if refused != nil {
		return 0, fmt.Errorf("%d %s", refused.status, refused.body)
	}
	return number(r[0]), nil
}

func cloneRows(rows []row) []row {
	list := make([]row, len(rows))
	for i, r := range rows {
		list[i] = slices.Clone(r)
	}
	return list
}

// ArchiveOrder archives an order past HTTP and reports whether it was there.
func (s *Store) ArchiveOrder(id int) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	o := s.st.orders.find(id)
	if o != nil {
		s.archive(o)
	}
	return o != nil
}

// Order gives an order with its parts in place of the links to them, as decoded JSON (numbers are json.Number).
func (s *Store) Order(id int) (map[string]any, bool) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	o := s.st.orders.find(id)
	if o == nil {
		return nil, false
	}
	dst := orderFields.open(nil, o.f, nil)
	for _, part := range orderParts {
		dst = appendRows(append(dst, `,"`+part.name+`":`...), part.table, *part.rows(o))
	}
	v, err := decode(append(dst, '}'))
	fields, ok := v.(map[string]any)
	return fields, ok && err == nil
}

// OrderIDs lists the ids of all orders, archived ones too, ascending.
func (s *Store) OrderIDs() []int {
	s.mu.RLock()
	defer s.mu.RUnlock()
	list := s.st.orders.all()
	ids := make([]int, len(list))
	for i, o := range list {
		ids[i] = o.id
	}
	return ids
}

// InsertCoupon creates a coupon past HTTP and gives its id. Read-only fields and the type
// promotion are allowed; it panics if a field does not fit, or if name or code are taken.
func (s *Store) InsertCoupon(body map[string]any) int {
	id, err := s.AddCoupon(body)
	if err != nil {
		panic("emulator: insert coupon: " + err.Error())
	}
	return id
}

// AddCoupon is InsertCoupon with an error instead of a panic.
func (s *Store) AddCoupon(body map[string]any) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	r, err := s.plainCoupon(body)
	if err != nil {
		return 0, err
	}
	return s.st.addCoupon(r), nil
}

func (s *Store) plainCoupon(body map[string]any) (row, error) {
	r := couponFields.new()
	r[cpCreated] = textMail(s.now())
	r[cpAppliesTo] = `{"entity":"categories","ids":[0]}`
	r[cpType] = `"per_total_discount"`
	if err := couponFields.fill(r, body); err != nil {
		return nil, err
	}
	if text := r[cpRestricted]; text != "[]" {
		decoded, _ := decode([]byte(text)) // text of this package
		kept, reason := restrictedTo(decoded)
		if reason != "" {
			return nil, fmt.Errorf("field %q: %s", "restricted_to", reason)
		}
		r[cpRestricted] = kept
	}
	if r[cpName] == "" || r[cpCode] == "" {
		return nil, errors.New("name and code are needed")
	}
	if refused := s.couponClash(r); refused != nil {
		return nil, fmt.Errorf("%d %s", refused.status, refused.body)
	}
	return r, nil
}

// Coupon gives a coupon as decoded JSON (numbers are json.Number).
func (s *Store) Coupon(id int) (map[string]any, bool) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	r := findRow(s.st.coupons, id)
	if r == nil {
		return nil, false
	}
	v, err := decode(s.appendCoupon(nil, r))
	fields, ok := v.(map[string]any)
	return fields, ok && err == nil
}

// CouponIDs lists the ids of all coupons, ascending.
func (s *Store) CouponIDs() []int {
	s.mu.RLock()
	defer s.mu.RUnlock()
	ids := make([]int, len(s.st.coupons))
	for i, r := range s.st.coupons {
		ids[i] = number(r[0])
	}
	return ids
}

// DeleteCoupon removes a coupon past HTTP and reports whether it was there.
func (s *Store) DeleteCoupon(id int) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.st.dropCoupon(id)
}
