package apply

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"bcetl/internal/bigcommerce"
	"bcetl/internal/bigcommerce/catalogue"
	"bcetl/internal/record"
)

func orderHandling() *handling {
	return &handling{
		object:     &catalogue.Orders,
		operations: []catalogue.Operation{catalogue.Orders.Create, catalogue.Orders.Update, catalogue.Orders.Delete},
		lookUp:     lookUpOrders, paths: orderPaths, refuse: refuseOrder, adjust: adjustOrder, complete: completeOrder,
		// Changed lines lose their discounts, and fees are replaced as a set (API facts 5.2), so an order keeps those that it has.
		onlyCreated: []string{orderLines, "fees"},
		created:     createdOrders, keys: &keyList{field: externalID, each: eachOrderKey}, lagging: true, isGone: isArchived,
	}
}

// The fields of orders that have a meaning here.
const (
	orderLines     = "products"
	lineOptions    = "product_options"
	orderAddresses = "shipping_addresses"
	externalID     = "external_order_id"
	archivedFlag   = "is_deleted"
)

func isArchived(order *record.Object) bool { return order.Get(archivedFlag).Bool() }

// orderPaths leaves out what is sent only when an order is created; addresses come with the order, see readAddresses.
func orderPaths(t *Target) []record.Path {
	texts := []string{"id", externalID, archivedFlag}
	for _, field := range t.fieldPaths() {
		if list, _, below := strings.Cut(field, "[]"); !below && list != orderLines && list != "fees" && list != orderAddresses {
			texts = append(texts, field)
		}
	}
	if t.Mode == "delete" {
		texts = append(texts, modifiedField, "status_id")
	}
	return parsePaths(texts)
}

// comparesAddresses tells whether the addresses of orders that the store has are compared.
func (t *Target) comparesAddresses() bool {
	return t.Mode != "create" && t.Mode != "delete" && t.Only[orderAddresses] != "create" && slices.ContainsFunc(t.Fields, func(field string) bool {
		return strings.HasPrefix(field, orderAddresses)
	})
}

func refuseOrder(p *Planner, item *record.Item, f *found) *record.Problem {
	if !isArchived(f.record) {
		return nil
	}
	t, has := &p.Target, "has this "+externalID
	if t.keyField() == "id" {
		has = "is the one of this id"
	}
	return &record.Problem{
		Code: "archived", Column: t.KeyColumn, Field: t.keyField(),
		Message: fmt.Sprintf("archived order %s %s; it was left alone, and no other was made beside it", f.record.Get("id"), has),
	}
}

// adjustOrder sends amounts in pairs, and an address with the id of the one that it changes.
func adjustOrder(change *Change, doc *record.Object, f *found) *record.Problem {
	for _, f := range slices.Clone(change.Body.Fields()) {
		if partner, ok := catalogue.Orders.Partner(f.Name); ok && change.Body.Get(partner).IsMissing() && !doc.Get(partner).IsMissing() {
			change.Body.Set(partner, doc.Get(partner))
		}
	}
	for _, field := range change.Body.Fields() {
		if change.Before.Get(field.Name).IsMissing() {
			change.Before.Set(field.Name, f.record.Get(field.Name))
		}
	}
	return cmp.Or(judgeIPAddresses(change), adjustAddress(change, f))
}

// completeOrder makes lines that are of no product custom ones, and wants what the store needs of a new order beside what its catalogue
// says.
func completeOrder(_ *Target, body *record.Object) *record.Problem {
	if billing := body.Get("billing_address").Object(); billing.Get("country").IsEmpty() && billing.Get("country_iso2").IsEmpty() {
		return lacking("billing_address.country", "a new order needs billing_address.country or billing_address.country_iso2")
	}
	for _, address := range body.Get(orderAddresses).List() {
		if id := address.Object().Get("id"); !id.IsEmpty() {
			return &record.Problem{Code: "not_found", Field: addressID, Message: fmt.Sprintf("a new order has no shipping address %s: the store gives the ids", id)}
		}
	}
	if problem := judgeNewOrder(body); problem != nil {
		return problem
	}
	lines := body.Get(orderLines).List()
	if len(lines) == 0 {
		return nil // the catalogue says that an order needs them
	}
	completed := make([]record.Value, len(lines))
	for i, line := range lines {
		line, problem := completeLine(line.Object())
		if problem != nil {
			return problem
		}
		completed[i] = record.ObjectValue(line)
	}
	body.Set(orderLines, record.ListValue(completed))
	return nil
}

// completeLine gives a line as it is sent: one of the catalogue has no SKU of its own, a custom one no product.
func completeLine(line *record.Object) (*record.Object, *record.Problem) {
	out := record.NewObject(line.Len())
	id := line.Get("product_id").String()
	custom := id == "" || id == "0"
	for _, f := range line.Fields() {
		switch {
		case f.Value.Kind() == record.Null, f.Value.Kind() == record.Text && f.Value.String() == "":
		case custom && (f.Name == "product_id" || f.Name == "variant_id" || f.Name == lineOptions || strings.HasPrefix(f.Name, "wrapping_")):
		case !custom && f.Name == "sku":
		default:
			out.Set(f.Name, f.Value)
		}
	}
	for _, name := range []string{"name", "quantity", "price_ex_tax", "price_inc_tax"} {
		named := name == "name" && !(out.Get("name_customer").IsEmpty() && out.Get("name_merchant").IsEmpty())
		if needed := custom || name == "quantity"; needed && out.Get(name).IsEmpty() && !named {
			return nil, lacking(orderLines+"[]."+name, fmt.Sprintf("a line that is not in the catalogue needs products[].%s", name))
		}
	}
	if problem := judgeLine(out); problem != nil {
		return nil, problem
	}
	return out, nil
}

func lacking(field, text string) *record.Problem {
	return &record.Problem{Code: "missing_required", Field: field, Message: text}
}

// createdOrders finds the orders that creates would make by their external ids, archived ones too. Of several that have one, which the
// store does not rule out, that with the values that were sent is taken.
func createdOrders(ctx context.Context, e *Executor, kind opKind, ops []record.Op) (map[int64]bigcommerce.Record, error) {
	hidden, err := e.orders.hidesArchived(ctx, e.Client)
	if err != nil {
		return nil, err
	}
	found := map[int64]bigcommerce.Record{}
	for i := range ops {
		value := ops[i].Body.Get(externalID).String()
		if value == "" {
			continue
		}
		names := make([]string, 0, ops[i].Body.Len())
		for _, f := range ops[i].Body.Fields() {
			names = append(names, f.Name)
		}
		records, err := e.Client.OrdersByExternalID(ctx, value, parsePaths(append([]string{"id"}, names...)), hidden)
		if err != nil {
			return nil, err
		}
		for j := range records {
			if _, taken := found[ops[i].ID]; taken {
				own, err := e.isOwn(ctx, kind, &ops[i], records[j].Doc)
				if err != nil {
					return nil, err
				}
				if !own {
					continue
				}
			}
			found[ops[i].ID] = records[j]
		}
	}
	return found, nil
}
