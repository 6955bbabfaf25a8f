package emulator

import (
	"net/http"
	"slices"
)

// shipmentRoutes are the shipments of an order; source: orders.v2.oas2.yml.
func shipmentRoutes() []routeEntry {
	const path = "v2/orders/{}/shipments"
	return []routeEntry{
		at(path, map[string]*endpoint{
			"GET":    {run: listShipments, query: pageNames},
			"POST":   {run: createShipment},
			"DELETE": {run: deleteShipments},
		}),
		at(path+"/count", map[string]*endpoint{"GET": {run: countShipments}}),
		at(path+"/{}", map[string]*endpoint{
			"GET":    {run: getShipment},
			"PUT":    {run: updateShipment},
			"DELETE": {run: deleteShipment},
		}),
	}
}

func shipmentsOf(o *order) []row { return o.shipments }

func listShipments(c *call) *reply { return c.partOf(shipmentFields, shipmentsOf) }

func getShipment(c *call) *reply {
	return c.onePartOf(shipmentsOf, func(dst []byte, _ *order, r row) []byte { return shipmentFields.append(dst, r, nil) })
}

func countShipments(c *call) *reply {
	o, refused := c.order()
	if refused != nil {
		return refused
	}
	return countV2(len(o.shipments))
}

func createShipment(c *call) *reply {
	old, refused := c.order()
	if refused != nil {
		return refused
	}
	body, refused := c.object()
	if refused != nil {
		return refused
	}
	r, refused := c.ship(old, body)
	if refused != nil {
		return refused
	}
	return &reply{status: http.StatusCreated, body: shipmentFields.append(nil, r, nil)}
}

// shipmentCopy is a copy of an order whose lines, addresses and shipments may be changed.
func (o *order) shipmentCopy() *order {
	c := o.clone()
	c.lines, c.addresses, c.shipments = cloneRows(o.lines), cloneRows(o.addresses), slices.Clone(o.shipments)
	return c
}

// ship adds a shipment to an order. The order is Shipped once nothing of it is left to ship, else Partially Shipped.
func (c *call) ship(old *order, body map[string]any) (row, *reply) {
	r := shipmentFields.new()
	var p problems
	shipmentFields.patch(r, body, updating, &p, "items")
	if refused := c.refusedV2(&p, shipmentFields); refused != nil {
		return nil, refused
	}
	for _, name := range []string{"order_address_id", "items"} {
		if body[name] == nil {
			return nil, requiredV2(name)
		}
	}
	o := old.shipmentCopy()
	parcel, refused := c.parcel(o, shipmentFields.int(r, "order_address_id"), body["items"])
	if refused != nil {
		return nil, refused
	}
	now, b := c.s.now(), c.s.st.orders
	r[0] = textInt(b.next("shipments"))
	shipmentFields.set(r, "order_id", o.f[0])
	shipmentFields.set(r, "date_created", textMail(now))
	shipmentFields.set(r, "items", encode(parcel))
	c.s.label(o, r)
	o.shipments = append(o.shipments, r)
	o.move(parcel, 1)
	if o.allShipped() {
		c.s.enterStatus(o, statusShipped, now)
	} else {
		c.s.enterStatus(o, statusPartly, now)
	}
	o.touch(now)
	b.put(o)
	return r, nil
}

// parcel judges the items of a shipment: lines of the order that go to the address, no more of each than is left to ship.
func (c *call) parcel(o *order, address int, list any) ([]any, *reply) {
	if findRow(o.addresses, address) == nil {
		return nil, invalidV2("order_address_id", "the order has no shipping address "+textInt(address))
	}
	given, err := items(list)
	if err != nil || len(given) == 0 {
		return nil, invalidV2("items", "must be a list of one item or more")
	}
	taken := map[int]int{}
	var parcel []any
	for _, item := range given {
		for name := range item {
			if !slices.Contains([]string{"order_product_id", "quantity", "product_id"}, name) { // product_id is read-only, yet in the file's sample
				return nil, c.unsupportedV2(name)
			}
		}
		id, _ := wholeNumber(item["order_product_id"])
		l := findRow(o.lines, id)
		switch {
		case l == nil:
			return nil, invalidV2("order_product_id", "the order has no product line "+textInt(id))
		case number(l[lAddress]) != address:
			return nil, invalidV2("order_product_id", "the product line "+textInt(id)+" goes to another address")
		}
		units, ok := wholeNumber(item["quantity"])
		if !ok || units < 1 {
			return nil, invalidV2("quantity", "must be 1 or more")
		}
		left := number(l[lQuantity]) - number(l[lShipped]) - taken[id]
		if units > left {
			return nil, overshipped(id, max(0, left))
		}
		taken[id] += units
		parcel = append(parcel, map[string]any{"order_product_id": id, "product_id": number(l[lProduct]), "quantity": units})
	}
	return parcel, nil
}

// overshipped refuses to ship more of a line than is left, as the platform was seen to word it.
func overshipped(line, left int) *reply {
	return failV2(http.StatusBadRequest, "The field 'quantity' is invalid.",
		`{"invalid_reason":"The quantity specified is greater than the quantity of the product that is available to ship.","available_quantity":`+
			textInt(left)+`,"order_product_id":`+textInt(line)+`}`)
}

// move counts the units of a parcel as shipped (sign 1) or no longer shipped (sign -1), on lines, addresses and the order.
func (o *order) move(parcel []any, sign int) {
	total := orderFields.int(o.f, "items_shipped")
	for _, item := range parcel {
		entry, _ := item.(map[string]any)
		id, _ := wholeNumber(entry["order_product_id"])
		units, _ := wholeNumber(entry["quantity"])
		units *= sign
		total += units
		l := findRow(o.lines, id)
		if l == nil {
			continue
		}
		l[lShipped] = textInt(max(0, number(l[lShipped])+units))
		if a := findRow(o.addresses, number(l[lAddress])); a != nil {
			orderAddressFields.set(a, "items_shipped", textInt(max(0, orderAddressFields.int(a, "items_shipped")+units)))
		}
	}
	orderFields.set(o.f, "items_shipped", textInt(max(0, total)))
}

// allShipped reports whether no line is left that has an address to be shipped to.
func (o *order) allShipped() bool {
	return !slices.ContainsFunc(o.lines, func(l row) bool {
		return l[lAddress] != "0" && number(l[lShipped]) < number(l[lQuantity])
	})
}

func updateShipment(c *call) *reply {
	old, refused := c.order()
	if refused != nil {
		return refused
	}
	at, found := rowAt(old.shipments, c.ids[1])
	if !found {
		return notFoundV2()
	}
	body, refused := c.object()
	if refused != nil {
		return refused
	}
	if _, said := body["items"]; said {
		return c.readOnlyV2("items") // what was shipped stays
	}
	r := slices.Clone(old.shipments[at])
	var p problems
	shipmentFields.patch(r, body, updating, &p)
	if refused := c.refusedV2(&p, shipmentFields); refused != nil {
		return refused
	}
	if address := shipmentFields.int(r, "order_address_id"); findRow(old.addresses, address) == nil {
		return invalidV2("order_address_id", "the order has no shipping address "+textInt(address))
	}
	o := old.shipmentCopy()
	c.s.label(o, r)
	o.shipments[at] = r
	o.touch(c.s.now())
	c.s.st.orders.put(o)
	return plain(shipmentFields.append(nil, r, nil))
}

func deleteShipment(c *call) *reply {
	o, refused := c.order()
	if refused != nil {
		return refused
	}
	if findRow(o.shipments, c.ids[1]) == nil {
		return notFoundV2()
	}
	c.s.unship(o, func(r row) bool { return number(r[0]) == c.ids[1] })
	return noContent()
}

func deleteShipments(c *call) *reply {
	o, refused := c.order()
	if refused != nil {
		return refused
	}
	if len(o.shipments) > 0 {
		c.s.unship(o, func(row) bool { return true })
	}
	return noContent()
}

// unship removes shipments: their units count as not shipped again, the order's status stays as it is.
func (s *Store) unship(old *order, gone func(row) bool) {
	o := old.shipmentCopy()
	for _, r := range o.shipments {
		if gone(r) {
			parcel, _ := decode([]byte(shipmentFields.get(r, "items"))) // text of this package
			list, _ := parcel.([]any)
			o.move(list, -1)
		}
	}
	o.shipments = slices.DeleteFunc(o.shipments, gone)
	o.touch(s.now())
	s.st.orders.put(o)
}
