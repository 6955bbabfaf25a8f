package apply

import (
	"fmt"
	"slices"

	"bcetl/internal/bigcommerce/catalogue"
	"bcetl/internal/record"
)

// addressID says which address of an order is meant.
const addressID = orderAddresses + "[].id"

// adjustAddress gives the addresses that a row means the fields that differ, each with its id. Without ids a row means the one address of
// an order; of several it is not known which.
func adjustAddress(change *Change, f *found) *record.Problem {
	wanted, stored := change.Body.Get(orderAddresses).List(), f.record.Get(orderAddresses).List()
	meant, problem := meantAddresses(wanted, stored)
	var bodies, befores []record.Value
	for i, address := range meant {
		if body, before := addressChange(wanted[i].Object(), address); body.Len() > 1 {
			bodies, befores = append(bodies, record.ObjectValue(body)), append(befores, record.ObjectValue(before))
		}
	}
	if len(bodies) == 0 {
		change.drop(orderAddresses)
		return problem
	}
	change.Body.Set(orderAddresses, record.ListValue(bodies))
	change.Before.Set(orderAddresses, record.ListValue(befores))
	return nil
}

// meantAddresses finds the stored address of each wanted one: by its id, or the only one.
func meantAddresses(wanted, stored []record.Value) ([]*record.Object, *record.Problem) {
	var meant []*record.Object
	for i := range wanted {
		id := wanted[i].Object().Get("id")
		if id.IsEmpty() {
			if len(wanted) == 1 && len(stored) == 1 {
				return []*record.Object{stored[0].Object()}, nil
			}
			return nil, &record.Problem{
				Code: "ambiguous_address", Field: orderAddresses,
				Message: fmt.Sprintf("the order's shipping addresses are %d (%s) and the row gives %d, so which one is meant is not known without %s; addresses were left alone", len(stored), addressIDs(stored), len(wanted), addressID),
			}
		}
		at := slices.IndexFunc(stored, func(v record.Value) bool { return v.Object().Get("id").String() == id.String() })
		if at < 0 {
			return nil, &record.Problem{Code: "not_found", Field: addressID, Message: fmt.Sprintf("the order has no shipping address %s; it has %s", id, addressIDs(stored))}
		}
		if slices.Contains(meant, stored[at].Object()) {
			return nil, &record.Problem{Code: "ambiguous_address", Field: addressID, Message: fmt.Sprintf("shipping address %s is given in two ways; addresses were left alone", id)}
		}
		meant = append(meant, stored[at].Object())
	}
	return meant, nil
}

// addressChange gives the id of an address and what of it differs.
func addressChange(wanted, stored *record.Object) (body, before *record.Object) {
	body, before = record.NewObject(4), record.NewObject(4)
	body.Set("id", stored.Get("id"))
	before.Set("id", stored.Get("id"))
	for _, field := range wanted.Fields() {
		known, ok := catalogue.Orders.Field(orderAddresses + "[]." + field.Name)
		if have := stored.Get(field.Name); ok && field.Name != "id" && !equal(known, field.Value, have) {
			body.Set(field.Name, field.Value)
			before.Set(field.Name, have)
		}
	}
	return body, before
}

func addressIDs(addresses []record.Value) string {
	ids := make([]int64, len(addresses))
	for i := range addresses {
		ids[i], _ = addresses[i].Object().Get("id").Int()
	}
	if len(ids) == 0 {
		return "none"
	}
	return "ids " + joined(ids)
}
