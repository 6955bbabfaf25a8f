package emulator

import (
	"slices"
	"strings"
)

// paymentRoutes are the V3 reads of an order's payments; source: orders.v3.yml.
func paymentRoutes() []routeEntry {
	get := func(run func(*call) *reply, query ...string) map[string]*endpoint {
		return map[string]*endpoint{"GET": {run: run, query: query}}
	}
	return []routeEntry{
		at("v3/orders/{}/transactions", get(listTransactions)),
		at("v3/orders/payment_actions/refunds", get(listRefunds, names(pageNames, []string{
			"order_id:in", "id:in", "created:min", "created:max", "transaction_id",
		})...)),
		at("v3/orders/payment_actions/refunds/{}", get(getRefund)),
	}
}

// orderV3 gives the order that the path names, or the V3 404.
func (c *call) orderV3() (*order, *reply) {
	if o := c.s.st.orders.find(c.ids[0]); o != nil {
		return o, nil
	}
	return nil, notFound("order", c.ids[0]).reply()
}

// listTransactions answers the order's transactions, 204 if it has none.
func listTransactions(c *call) *reply {
	o, refused := c.orderV3()
	if refused != nil {
		return refused
	}
	if len(o.transactions) == 0 {
		return noContent()
	}
	return c.rowList(transactionFields, o.transactions)
}

func listOrderRefunds(c *call) *reply {
	o, refused := c.orderV3()
	if refused != nil {
		return refused
	}
	rows := filterRows(o.refunds, c.refundTransaction())
	return single(appendRows(nil, refundFields, rows))
}

// refundTransaction is the filter transaction_id: refunds with a payment of that transaction.
func (c *call) refundTransaction() []rowTest {
	want := c.param("transaction_id")
	if want == "" {
		return nil
	}
	return []rowTest{func(r row) bool {
		return strings.Contains(refundFields.get(r, "payments"), `"transaction_id":`+quote(want))
	}}
}

// refunds gives the refunds of all orders, archived ones too, by id.
func (b *orderBook) refunds() []row {
	var rows []row
	for _, o := range b.all() {
		rows = append(rows, o.refunds...)
	}
	slices.SortFunc(rows, func(x, y row) int { return number(x[0]) - number(y[0]) })
	return rows
}

func listRefunds(c *call) *reply {
	tests := c.refundTransaction()
	for name, field := range map[string]string{"order_id:in": "order_id", "id:in": "id"} {
		if !c.has(name) {
			continue
		}
		ids, ok := intList(c.list(name))
		if !ok {
			return badFilter(name).reply()
		}
		tests = append(tests, func(r row) bool { return slices.Contains(ids, refundFields.int(r, field)) })
	}
	dates, f := c.dateTests("created", refundFields.index["created"])
	if f != nil {
		return f.reply()
	}
	return c.rowList(refundFields, filterRows(c.s.st.orders.refunds(), append(tests, dates...)))
}

func getRefund(c *call) *reply {
	r := findRow(c.s.st.orders.refunds(), c.ids[0])
	if r == nil {
		return notFound("refund", c.ids[0]).reply()
	}
	return single(refundFields.append(nil, r, nil))
}
