package emulator

import (
	"net/http"
	"slices"

	"github.com/shopspring/decimal"
)

// paymentActionRoutes are the writes to an order's payments; source: orders.v3.yml.
func paymentActionRoutes() []routeEntry {
	const one = "v3/orders/{}/payment_actions/"
	post := func(run func(*call) *reply) map[string]*endpoint { return map[string]*endpoint{"POST": {run: run}} }
	return []routeEntry{
		at(one+"capture", post(func(c *call) *reply { return c.settlePayment("capture pending") })),
		at(one+"void", post(func(c *call) *reply { return c.settlePayment("void pending") })),
		at(one+"refund_quotes", post(quoteRefund)),
		at(one+"refunds", map[string]*endpoint{"GET": {run: listOrderRefunds, query: []string{"transaction_id"}}, "POST": {run: createRefund}}),
	}
}

var oPaid = orderFields.index["payment_status"]

// settlePayment schedules the capture or the void of an authorized payment; nothing ever comes of it here, as no time passes for a gateway.
func (c *call) settlePayment(status string) *reply {
	old, refused := c.orderV3()
	if refused != nil {
		return refused
	}
	if unquote(old.f[oPaid]) != "authorized" {
		return fail(http.StatusUnprocessableEntity, "The payment of the order is not authorized").reply()
	}
	o := old.clone()
	o.f[oPaid] = quote(status)
	o.touch(c.s.now())
	c.s.st.orders.put(o)
	return &reply{status: http.StatusCreated, body: []byte(`{}`)}
}

// refundBody reads the body of a quote or refund and what it comes to.
func (c *call) refundBody(names ...string) (*order, map[string]any, *refundQuote, *reply) {
	o, refused := c.orderV3()
	if refused != nil {
		return nil, nil, nil, refused
	}
	body, refused := c.object()
	if refused != nil {
		return nil, nil, nil, refused
	}
	var p problems
	for name := range body {
		if !slices.Contains(names, name) {
			p.unknown = append(p.unknown, name)
		}
	}
	if f := c.strictFields(&p); f != nil {
		return nil, nil, nil, f.reply()
	}
	q, f := o.quote(body)
	if f != nil {
		return nil, nil, nil, f.reply()
	}
	return o, body, q, nil
}

// quoteRefund says what a refund would come to and how it can be paid: with what paid the order, with store credit, or past the store.
func quoteRefund(c *call) *reply {
	o, _, q, refused := c.refundBody("items", "tax_adjustment_amount")
	if refused != nil {
		return refused
	}
	method := func(provider, name string, offline bool) []any {
		reason := ""
		if offline {
			reason = "This is an offline payment provider."
		}
		return []any{map[string]any{
			"provider_id": provider, "provider_description": name, "amount": number4(q.total), "offline": offline, "offline_provider": offline, "offline_reason": reason,
		}}
	}
	methods := []any{method("custom", "Custom", true)}
	if o.f[oCustomer] != "0" {
		methods = append([]any{method("storecredit", "Store Credit", false)}, methods...)
	}
	if len(o.transactions) > 0 {
		gateway := transactionFields.str(o.transactions[0], "gateway")
		methods = append([]any{method(gateway, gateway, false)}, methods...)
	}
	answer := single([]byte(encode(map[string]any{
		"order_id": o.id, "total_refund_amount": number4(q.total), "total_refund_tax_amount": number4(q.tax), "order_level_refund_amount": number4(q.order),
		"rounding": 0, "adjustment": 0, "tax_inclusive": true, "refund_methods": methods,
	})))
	answer.status = http.StatusCreated
	return answer
}

// createRefund gives money back. The payments must come to what a quote of the same items says, or to the merchant's own total.
func createRefund(c *call) *reply {
	old, body, q, refused := c.refundBody("items", "payments", "tax_adjustment_amount", "merchant_calculated_override", "order_id")
	if refused != nil {
		return refused
	}
	own, overridden := body["merchant_calculated_override"].(map[string]any)
	if overridden {
		total, okTotal := refundAmount(own["total_amount"])
		tax, okTax := refundAmount(own["total_tax"])
		if !okTotal || !okTax || total.GreaterThan(old.refundable()) {
			return refusedRefund("merchant_calculated_override", "total_amount and total_tax must be amounts of two places that can be refunded").reply()
		}
		q.total, q.tax = total, tax
	}
	payments, f := old.refundPayments(body["payments"], q.total)
	if f != nil {
		return f.reply()
	}
	b, now := c.s.st.orders, c.s.now()
	for _, payment := range payments {
		payment["id"] = b.next("refund_payments")
	}
	r := refundFields.new()
	r[0] = textInt(b.next("refunds"))
	for name, text := range map[string]string{
		"order_id": old.f[0], "created": textTime(now), "total_amount": q.total.String(), "total_tax": q.tax.String(),
		"uses_merchant_override_values": textBool(overridden), "payments": encode(payments), "items": encodeList(q.items),
	} {
		refundFields.set(r, name, text)
	}
	c.s.refund(old, r, q)
	answer := single(refundFields.append(nil, r, nil))
	answer.status = http.StatusCreated
	return answer
}

func encodeList(list []any) string {
	if list == nil {
		return "[]"
	}
	return encode(list)
}

// refundPayments judges how a refund is paid out.
func (o *order) refundPayments(v any, total decimal.Decimal) ([]map[string]any, *failure) {
	list, err := items(v)
	if err != nil || len(list) == 0 {
		return nil, refusedRefund("payments", "payments are required")
	}
	sum := decimal.Zero
	var payments []map[string]any
	for _, item := range list {
		provider, _ := item["provider_id"].(string)
		amount, ok := refundAmount(item["amount"])
		if provider == "" || !ok {
			return nil, refusedRefund("payments", "a payment needs a provider_id and an amount of two places")
		}
		if provider == "storecredit" && o.f[oCustomer] == "0" {
			return nil, fail(http.StatusUnprocessableEntity, "Unable to provide store credit for a guest customer.")
		}
		offline, _ := item["offline"].(bool)
		sum = sum.Add(amount)
		payments = append(payments, map[string]any{
			"provider_id": provider, "amount": number4(amount), "offline": offline, "is_declined": false, "declined_message": "", "transaction_id": "",
		})
	}
	if !sum.Equal(total) {
		return nil, refusedRefund("payments", "The payments come to "+sum.String()+", the refund to "+total.String())
	}
	return payments, nil
}

// refund puts a refund on an order: units of its lines, the sum of its refunds, and its status.
func (s *Store) refund(old *order, r row, q *refundQuote) {
	o := old.shipmentCopy()
	m := &orderBuilder{book: s.st.orders, opts: &s.opts, o: o}
	for _, item := range q.items {
		if entry, _ := item.(map[string]any); entry != nil {
			m.moved("refunds", entry)
		}
	}
	o.refunds = append(slices.Clone(old.refunds), r)
	now := s.now()
	sum := money(o.f[oTotal]).Sub(o.refundable())
	o.f[oRefunded] = textMoney(sum)
	if sum.LessThan(money(o.f[oTotal])) {
		o.f[oPaid] = quote("partially refunded")
		s.enterStatus(o, statusPartRefund, now)
	} else {
		o.f[oPaid] = quote("refunded")
		s.enterStatus(o, statusRefunded, now)
	}
	o.touch(now)
	s.st.orders.put(o)
}
