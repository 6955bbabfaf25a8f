package emulator

import "maps"

// pickup judges consignments: one place where the whole order is collected (orders.v2.oas2.yml: an order has one pickup at most).
// Pickup methods of the store are not kept, so any id of one is taken.
func (w *orderWrite) pickup(full map[string]any) *reply {
	consignments, _ := w.body["consignments"].(map[string]any)
	for name := range consignments {
		if name != "pickups" {
			return w.c.unsupportedV2(name)
		}
	}
	list, err := items(consignments["pickups"])
	if err != nil || len(list) != 1 {
		return invalidV2("consignments", "must have one pickup")
	}
	var p problems
	orderPickupFields.patch(orderPickupFields.new(), list[0], updating, &p, "pickup_method_id", "line_items")
	if refused := w.c.refusedV2(&p, orderPickupFields); refused != nil {
		return refused
	}
	if id, _ := wholeNumber(list[0]["pickup_method_id"]); id < 1 {
		return requiredV2("pickup_method_id")
	}
	lines, err := items(list[0]["line_items"])
	if err != nil || len(lines) == 0 {
		return requiredV2("line_items")
	}
	item := maps.Clone(list[0])
	delete(item, "line_items")
	full["pickups"], full["shipping_addresses"] = []any{item}, []any{}
	return w.newLines(full, lines, true)
}
