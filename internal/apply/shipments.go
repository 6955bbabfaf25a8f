package apply

import (
	"context"
	"fmt"
	"slices"

	"bcetl/internal/bigcommerce"
	"bcetl/internal/bigcommerce/catalogue"
	"bcetl/internal/ledger"
	"bcetl/internal/record"
)

func shipmentHandling() *handling {
	return &handling{
		object:     &catalogue.Shipments,
		operations: []catalogue.Operation{catalogue.Shipments.Create, catalogue.Shipments.Update, catalogue.Shipments.Delete},
		inTurn:     true, lookUp: lookUpShipments, absent: keyless,
		element: ownedElement, send: sendBelow, created: createdShipments, createdAtOnce: 100, stored: storedShipments,
		lagging: true, // a second parcel of a tracking number is taken as long as the order has so much left
	}
}

// The fields of a shipment that say what of the order it holds and where it goes.
const (
	shipmentItems   = "items"
	shipmentAddress = "order_address_id"
)

// lookUpShipments judges all rows, order by order: what the order has been sent is one list, and what is left of its lines another
// request, for orders of which something is to be created. The rows of an order are judged in the order of the sheet: what one ships is
// not there for the next.
func lookUpShipments(ctx context.Context, p *Planner) error {
	o, err := p.owners(ctx)
	if err != nil {
		return err
	}
	p.looks.Strategy = SingleLookup
	err = p.eachOwner(ctx, "look up shipments", func(ctx context.Context, items []record.Item) ([]ledger.Verdict, error) {
		s := &orderShipments{planner: p, owners: o}
		return s.judge(ctx, items)
	})
	p.looks.Requests += o.requests.Load()
	return err
}

// keyless rejects an item without the key: nobody could tell whether it was made already.
func keyless(p *Planner, item *record.Item) ledger.Verdict {
	return rejected(item, &record.Problem{
		Code: "empty_key", Column: p.Target.KeyColumn, Field: p.Target.keyField(),
		Message: fmt.Sprintf("a %s needs %s: without it a second run could not tell that it is there", p.Target.Object.Singular, p.Target.keyField()),
	})
}

// orderShipments judges the rows of one order.
type orderShipments struct {
	planner   *Planner
	owners    *owners
	id        int64
	shipments []bigcommerce.Record
	left      *orderLeft // nil while it was not needed
}

func (s *orderShipments) judge(ctx context.Context, items []record.Item) ([]ledger.Verdict, error) {
	problem, err := s.read(ctx, items[0].Doc.Get(catalogue.Shipments.OfField))
	if err != nil {
		return nil, err
	}
	if problem != nil {
		return rejectAll(items, problem), nil
	}
	verdicts := make([]ledger.Verdict, len(items))
	for i := range items {
		if verdicts[i], err = s.verdict(ctx, &items[i]); err != nil {
			return nil, err
		}
	}
	return verdicts, nil
}

// read finds the order and lists its shipments.
func (s *orderShipments) read(ctx context.Context, named record.Value) (problem *record.Problem, err error) {
	if s.id, problem, err = s.owners.find(ctx, named); err != nil || problem != nil {
		return problem, err
	}
	s.owners.requests.Add(1)
	s.shipments, err = s.planner.Client.OrderShipments(ctx, s.id)
	if isGone(err) {
		return &record.Problem{Code: "not_found", Field: catalogue.Shipments.OfField, Message: fmt.Sprintf("the store has no order %d", s.id)}, nil
	}
	return nil, err
}

// isGone tells of the answer for a record that the store does not have.
func isGone(err error) bool {
	return bigcommerce.IsRowLevel(err) && bigcommerce.ProblemOf(err).Code == bigcommerce.CodeNotFound
}

// verdict decides about one row.
func (s *orderShipments) verdict(ctx context.Context, item *record.Item) (ledger.Verdict, error) {
	own := below(item, catalogue.Shipments.OfField, s.id)
	existing := s.find(item)
	if existing == nil {
		return s.absent(ctx, own)
	}
	if len(existing.others) > 0 {
		return rejected(item, severalFound(&s.planner.Target, item, existing)), nil
	}
	wanted := own.Doc.Get(shipmentItems)
	own.Doc.Delete(shipmentItems)
	if mode := s.planner.Target.Mode; len(wanted.List()) > 0 && (mode == "update" || mode == "upsert") {
		problem, err := s.differentItems(ctx, wanted, existing.record)
		if err != nil || problem != nil {
			return rejected(item, problem), err
		}
	}
	verdict, err := s.planner.verdict(own, existing)
	for i := range verdict.Ops {
		verdict.Ops[i].Before.Set(catalogue.Shipments.OfField, record.IntValue(s.id))
	}
	return verdict, err
}

// find gives the order's shipment that the row means.
func (s *orderShipments) find(item *record.Item) *found {
	t := &s.planner.Target
	var f *found
	for i := range s.shipments {
		doc := s.shipments[i].Doc
		switch {
		case t.FoldKey(doc.Get(t.keyField()).String()) != t.FoldKey(item.Key):
		case f == nil:
			f = &found{object: t.Object, record: doc}
		default:
			f.others = append(f.others, s.shipments[i].ID)
		}
	}
	return f
}

// absent plans a new shipment where the mode says so: of the items that the row names, or of all that is left.
func (s *orderShipments) absent(ctx context.Context, item *record.Item) (ledger.Verdict, error) {
	t := &s.planner.Target
	if (t.Mode != "create" && t.Mode != "upsert") || t.keyField() == t.Object.IDField {
		return rejected(item, &record.Problem{
			Code: "not_found", Column: t.KeyColumn, Field: t.keyField(),
			Message: fmt.Sprintf("order %d has no shipment with %s %q", s.id, t.keyField(), item.Key),
		}), nil
	}
	problem, err := s.readLeft(ctx)
	if err != nil || problem != nil {
		return rejected(item, problem), err
	}
	address, items, problem := s.left.take(item.Doc)
	if problem != nil {
		return rejected(item, problem), nil
	}
	item.Doc.Set(shipmentAddress, record.IntValue(address))
	item.Doc.Set(shipmentItems, record.ListValue(items))
	return s.planner.usuallyAbsent(item), nil
}

// readLeft reads what is left of the order to ship, once.
func (s *orderShipments) readLeft(ctx context.Context) (*record.Problem, error) {
	if s.left == nil {
		s.owners.requests.Add(1)
		left, err := readOrderLeft(ctx, s.planner.Client, s.id)
		if err != nil {
			return nil, err
		}
		s.left = left
	}
	if s.left.archived {
		return &record.Problem{Code: "archived", Field: catalogue.Shipments.OfField, Message: fmt.Sprintf("order %d is archived; nothing is shipped of it", s.id)}, nil
	}
	if s.left.closed != "" {
		return &record.Problem{Code: "not_shipped", Field: catalogue.Shipments.OfField, Message: fmt.Sprintf("order %d is %s; nothing is shipped of it unless its status is another", s.id, s.left.closed)}, nil
	}
	return nil, nil
}

// differentItems compares the items that a row names with those of the shipment, which cannot be changed.
func (s *orderShipments) differentItems(ctx context.Context, wanted record.Value, stored *record.Object) (*record.Problem, error) {
	held := map[int64]int64{}
	for _, item := range stored.Get(shipmentItems).List() {
		line, _ := item.Object().Get("order_product_id").Int()
		quantity, _ := item.Object().Get("quantity").Int()
		held[line] += quantity
	}
	rest := map[int64]int64{}
	for line, quantity := range held {
		rest[line] = quantity
	}
	same := true
	for _, item := range wanted.List() {
		lines := []int64{}
		if line, err := item.Object().Get("order_product_id").Int(); err == nil {
			lines = append(lines, line)
		} else {
			if problem, err := s.readLeft(ctx); err != nil || problem != nil {
				return problem, err
			}
			for _, l := range s.left.ofSKU(item.Object().Get("sku").String()) {
				lines = append(lines, l.id)
			}
		}
		quantity, err := item.Object().Get("quantity").Int()
		for _, line := range lines {
			if err != nil { // all that was left then
				rest[line] = 0
				continue
			}
			n := min(quantity, rest[line])
			rest[line], quantity = rest[line]-n, quantity-n
		}
		same = same && quantity == 0 && slices.ContainsFunc(lines, func(line int64) bool { return held[line] > 0 })
	}
	for _, quantity := range rest {
		same = same && quantity == 0
	}
	if same {
		return nil, nil
	}
	return &record.Problem{
		Code: "fixed_items", Field: shipmentItems,
		Message: fmt.Sprintf("order %d was sent other items with this shipment (id %s), and what it holds cannot be changed: delete it, or correct the row",
			s.id, stored.Get("id")),
	}, nil
}
