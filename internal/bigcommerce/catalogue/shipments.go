package catalogue

import "slices"

// Shipments are what was sent off of orders, orders.v2.oas2.yml. There is no list of them but each order's own, so they are read
// through their orders, whose filters they take; each has its order's fields below "order". They are told apart by their order and
// tracking number. Creating one takes lines and an address of the order; both stay as they are afterwards. Deleting one does not
// take back that the order counts as shipped, nor any e-mail (API facts, 5.1).
var Shipments = Object{
	Name: "shipments", Singular: "shipment", IDField: "id",
	Version: "v2", ListPath: "/orders/{id}/shipments", Within: "orders", WithinField: "shipments", OfField: "order_id",
	Keys: []Key{
		{Field: "tracking_number", Finding: ListOnly},
		{Field: "id", Finding: ListOnly},
	},
	Fields:  slices.Concat(writableShipment(), ofOrder()),
	Filters: orderFilters(),
	Create: Operation{
		Kind: "shipments.create", Method: "POST", Path: "/orders/{order_id}/shipments", Batch: 1, Reaches: true,
		Effect: "may send an e-mail to the customer, and changes the order's status",
	},
	Update: Operation{Kind: "shipments.update", Method: "PUT", Path: "/orders/{order_id}/shipments/{id}", Batch: 1},
	Delete: Operation{Kind: "shipments.delete", Method: "DELETE", Path: "/orders/{order_id}/shipments/{id}", Batch: 1},

	ReadScope: "store_v2_orders_read_only", WriteScope: "store_v2_orders", Scope: "Orders",
	SpecFile: "orders.v2.oas2.yml",
}

// writableShipment are the fields of a shipment by itself: what shipmentFields has of it, with what may be written.
func writableShipment() []Field {
	written := map[string]Field{}
	for _, field := range []Field{
		whole("order_id", "1", "").clears(NoClear).createOnly().required().ref("order").note("with tracking_number the key"),
		text("tracking_number", 50).clears(NoClear).note("with order_id the key"),
		text("tracking_carrier", 0).note("the carrier's code at AfterShip, which makes the link with the tracking number"),
		text("tracking_link", 500).note("a link of your own in place of the carrier's"),
		text("shipping_provider", 0).
			note("auspost, canadapost, endicia, usps, fedex, ups, upsready, upsonline, shipperhq, royalmail, carrier_{id} or empty"),
		text("shipping_method", 0),
		text("comments", 65535),
		money("merchant_shipping_cost").quoted().note("what the shipment cost the merchant"),
		whole("order_address_id", "1", "").clears(NoClear).note("id of one of the order's shipping_addresses; needed where it has several"),
	} {
		written[field.Path] = field
	}
	fields := shipmentFields()
	for i := range fields {
		if field, ok := written[fields[i].Path]; ok {
			fields[i] = field
		}
	}
	items := map[string]Field{
		"items[].order_product_id": whole("items[].order_product_id", "1", "").clears(NoClear).createOnly().note("the line's own id, not the product's; or give its SKU"),
		"items[].quantity":         whole("items[].quantity", "1", "").clears(NoClear).createOnly().note("all that is left of the line unless given"),
	}
	for i := range fields {
		if field, ok := items[fields[i].Path]; ok {
			fields[i] = field
		}
	}
	at := slices.IndexFunc(fields, func(f Field) bool { return f.Path == "items[].order_product_id" })
	return slices.Insert(fields, at, text("items[].sku", 0).clears(NoClear).createOnly().writeOnly().note("names the order's line by its SKU; the API does not have it"))
}
