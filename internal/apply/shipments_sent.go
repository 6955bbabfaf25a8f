package apply

import (
	"context"
	"encoding/json"
	"strings"

	"bcetl/internal/bigcommerce"
	"bcetl/internal/bigcommerce/catalogue"
	"bcetl/internal/record"
)

// ownedElement is the usual body without the owner's id, which stands in the path.
func ownedElement(ctx context.Context, e *Executor, kind opKind, op *record.Op) (json.RawMessage, *record.Problem, error) {
	body, problem, err := e.body(ctx, op)
	if problem != nil || err != nil {
		return nil, problem, err
	}
	body.Delete(kind.object.OfField)
	if kind.object.Version == "v2" {
		body = onWire(kind.object, "", body)
	}
	return body.AppendJSON(nil), nil, nil
}

// sendBelow sends ops of records below one other, whose id they have noted.
func sendBelow(ctx context.Context, e *Executor, kind opKind, ops []record.Op, elements []json.RawMessage) (*bigcommerce.WriteResult, error) {
	owner := opOwner(&ops[0], kind.object.OfField)
	if kind.creates() {
		return e.Client.WriteIn(ctx, kind.Operation, owner, elements, nil)
	}
	ids := make([]int64, len(ops))
	for i := range ops {
		ids[i] = ops[i].Target
	}
	if kind.deletes() {
		return e.Client.DeleteIn(ctx, kind.Operation, owner, ids)
	}
	return e.Client.WriteIn(ctx, kind.Operation, owner, elements, ids)
}

// createdShipments finds shipments that creates would make, by their tracking numbers among those of their order, which is one.
func createdShipments(ctx context.Context, e *Executor, _ opKind, ops []record.Op) (map[int64]bigcommerce.Record, error) {
	shipments, err := e.shipmentsOf(ctx, &ops[0])
	if err != nil {
		return nil, err
	}
	found := map[int64]bigcommerce.Record{}
	for i := range ops {
		for j := range shipments {
			if strings.TrimSpace(shipments[j].Doc.Get("tracking_number").String()) == strings.TrimSpace(ops[i].Key) {
				shipments[j].Doc.Set(shipmentItems, asSent(shipments[j].Doc.Get(shipmentItems)))
				found[ops[i].ID] = shipments[j]
			}
		}
	}
	return found, nil
}

// asSent gives the items of a shipment as a create names them.
func asSent(items record.Value) record.Value {
	sent := make([]record.Value, 0, len(items.List()))
	for _, item := range items.List() {
		line, _ := item.Object().Get("order_product_id").Int()
		quantity, _ := item.Object().Get("quantity").Int()
		sent = append(sent, shippedItem(line, quantity))
	}
	return record.ListValue(byLine(sent))
}

// storedShipments reads the shipments that updates and deletes are about.
func storedShipments(ctx context.Context, e *Executor, ops []record.Op) (map[int64]*record.Object, error) {
	now := map[int64]*record.Object{}
	for i := range ops {
		shipments, err := e.shipmentsOf(ctx, &ops[i])
		if err != nil {
			return nil, err
		}
		for j := range shipments {
			if shipments[j].ID == ops[i].Target {
				now[ops[i].Target] = shipments[j].Doc
			}
		}
	}
	return now, nil
}

// shipmentsOf lists the shipments of an op's order; an order that is gone has none.
func (e *Executor) shipmentsOf(ctx context.Context, op *record.Op) ([]bigcommerce.Record, error) {
	shipments, err := e.Client.OrderShipments(ctx, opOwner(op, catalogue.Shipments.OfField))
	if isGone(err) {
		return nil, nil
	}
	return shipments, err
}
