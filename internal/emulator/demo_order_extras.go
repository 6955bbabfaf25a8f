package emulator

import (
	"fmt"
	"time"

	"github.com/shopspring/decimal"
)

// currency puts one order in five into the other currency, at the rate of its day.
func (m *orderMaker) currency() {
	if m.place%5 != 3 {
		return
	}
	rate := decimal.New(int64(8500+m.rng.IntN(1500)), -4)
	m.body["currency_id"], m.body["default_currency_id"] = 2, 2
	m.body["currency_code"], m.body["default_currency_code"] = m.Foreign, m.Foreign
	m.body["store_default_currency_code"] = m.Currency
	m.body["store_default_to_transactional_exchange_rate"] = rate
	if m.chance(50) {
		m.body["currency_exchange_rate"] = rate // orders of the storefront; those of the API have 1
	}
}

func (m *orderMaker) code() string {
	if m.place%5 == 3 {
		return m.Foreign
	}
	return m.Currency
}

// remarks spreads texts and references: null, empty and filled ones.
func (m *orderMaker) remarks() {
	switch m.rng.IntN(6) {
	case 0:
		m.body["staff_notes"] = ""
	case 1:
		m.body["staff_notes"] = "Called; \"leave at the door\",\nthen ring twice."
	}
	switch m.rng.IntN(6) {
	case 0:
		m.body["customer_message"] = ""
	case 1:
		m.body["customer_message"] = "Bitte als Geschenk verpacken – für Zoë ♥"
	}
	switch {
	case m.chance(8):
		m.body["external_source"], m.body["external_order_id"] = "M-MIG", fmt.Sprintf("%07d", 1000+m.place)
	case m.chance(5):
		m.body["external_source"], m.body["external_order_id"] = "ERP (NAV)", fmt.Sprintf("SO-%d/%02d", m.place, m.created.Year()%100)
	}
	if m.chance(10) {
		m.body["cart_id"] = nil
	}
	if m.chance(4) {
		m.body["ip_address"], m.body["ip_address_v6"] = "", "2001:db8::17"
	}
	if m.chance(5) {
		m.body["messages"] = []any{map[string]any{
			"customer_id": m.body["customer_id"], "subject": "Where is my parcel?", "message": "Hello,\r\nany news?", "date_created": m.after(48 * time.Hour),
			"status": pick(m.rng, []string{"read", "unread"}), "is_flagged": m.chance(30),
		}}
	}
}

// sum is the value of the lines, without and with tax.
func (m *orderMaker) sum() (ex, inc decimal.Decimal) {
	lines, _ := m.body["products"].([]any)
	for i, item := range lines {
		line, _ := item.(map[string]any)
		units := decimalInt(int64(m.units[i]))
		priceEx, _ := line["price_ex_tax"].(decimal.Decimal)
		priceInc, _ := line["price_inc_tax"].(decimal.Decimal)
		ex, inc = ex.Add(priceEx.Mul(units)), inc.Add(priceInc.Mul(units))
	}
	return ex, inc
}

// total is what the order comes to.
func (m *orderMaker) total() decimal.Decimal {
	_, total := m.sum()
	addresses, _ := m.body["shipping_addresses"].([]map[string]any)
	for _, address := range addresses {
		cost, _ := address["cost_inc_tax"].(decimal.Decimal)
		total = total.Add(cost)
	}
	return decimal.Sum(total, m.handling, m.wrapping, m.fee).Sub(m.off)
}

func (m *orderMaker) discounts() {
	lines, _ := m.body["products"].([]any)
	first, _ := lines[0].(map[string]any)
	ex, _ := m.sum()
	m.off = decimal.Zero
	switch {
	case m.chance(12):
		off := share(ex, 500).Round(2)
		m.off = off
		m.body["discount_amount"] = off
		first["applied_discounts"] = []any{map[string]any{"id": "manual-discount", "amount": off.StringFixed(4), "name": "Manual Discount", "code": nil, "target": "order"}}
	case len(m.Codes) > 0 && m.chance(15):
		off := share(ex, 1000).Round(2)
		m.off = off
		used := pick(m.rng, m.Codes)
		m.body["coupons"] = []any{map[string]any{"coupon_id": used.ID, "code": used.Code, "amount": "10", "type": 1, "discount": off}}
		first["applied_discounts"] = []any{map[string]any{"id": "coupon", "amount": off.StringFixed(4), "name": "Coupon", "code": used.Code, "target": "order"}}
	}
}

// extras spreads fees, handling, gift wrapping, store credit and gift certificates.
func (m *orderMaker) extras() {
	addresses, _ := m.body["shipping_addresses"].([]map[string]any)
	m.fee, m.handling, m.wrapping = decimal.Zero, decimal.Zero, decimal.Zero
	if m.chance(5) {
		m.fee = decimal.New(25, -1)
		m.body["fees"] = []any{map[string]any{
			"display_name_customer": "Small order fee", "display_name_merchant": "Small order fee", "source": "AA",
			"cost_ex_tax": m.fee, "cost_inc_tax": m.fee, "tax_class_id": pick(m.rng, []any{nil, 3}),
		}}
	}
	if len(addresses) > 0 && m.chance(5) {
		m.handling = decimal.New(195, -2)
		for _, name := range []string{"handling_cost_ex_tax", "handling_cost_inc_tax", "base_handling_cost"} {
			addresses[0][name] = m.handling
		}
	}
	if m.chance(4) {
		m.wrapping = decimal.New(4, 0)
		for _, name := range []string{"wrapping_cost_ex_tax", "wrapping_cost_inc_tax", "base_wrapping_cost"} {
			m.body[name] = m.wrapping
		}
	}
	if m.chance(4) {
		m.body["store_credit_amount"] = "1.25"
	}
	if m.chance(4) {
		m.body["gift_certificate_amount"] = "5"
	}
	if m.chance(3) {
		m.body["is_tax_inclusive_pricing"] = true
	}
}

// shipments sends what the status says: everything, or the first half of the lines.
func (m *orderMaker) shipments() {
	lines, _ := m.body["products"].([]any)
	count := 0
	switch m.status {
	case statusShipped, statusCompleted, statusPartRefund:
		count = len(lines)
	case statusPartly:
		count = (len(lines) + 1) / 2
	}
	addresses, _ := m.body["shipping_addresses"].([]map[string]any)
	sent := make([][]any, len(addresses))
	for i := range count {
		line, _ := lines[i].(map[string]any)
		if to, ok := line["address"].(int); ok {
			sent[to] = append(sent[to], map[string]any{"line": i, "quantity": m.units[i]})
		}
	}
	at := m.after(time.Duration(24+m.rng.IntN(72)) * time.Hour)
	var list []any
	for to, entries := range sent {
		if len(entries) == 0 {
			continue
		}
		list = append(list, map[string]any{
			"address": to, "items": entries, "date_created": at, "tracking_number": fmt.Sprintf("00%010d", m.rng.Uint32()),
			"shipping_provider": pick(m.rng, []string{"usps", "fedex", "", "royalmail"}), "tracking_carrier": pick(m.rng, []string{"", "dhl"}),
			"comments": pick(m.rng, []string{"", "Handle with care"}), "shipping_method": "Flat rate",
		})
	}
	if len(list) > 0 {
		m.body["shipments"], m.body["date_shipped"] = list, at
	}
}

// refundAfter is how long after the order its refund comes.
const refundAfter = 240 * time.Hour

// payments pays the order, and refunds what the status says.
func (m *orderMaker) payments() {
	method := pick(m.rng, []string{"Credit card", "Credit card", "PayPal", "Manual", "Bank Deposit"})
	m.body["payment_method"] = method
	if !m.paid {
		if m.status == statusIncomplete || m.status == 6 {
			m.body["payment_status"] = "declined"
		}
		return
	}
	total := m.total()
	stamp := m.after(time.Minute)
	payment := map[string]any{
		"event": "purchase", "method": "credit_card", "amount": total, "currency": m.code(), "gateway": "stripe", "date_created": stamp,
		"gateway_transaction_id": fmt.Sprintf("ch_%08x", m.rng.Uint32()), "payment_method_id": "stripe.card",
		"credit_card": map[string]any{"card_type": "visa", "card_iin": "411111", "card_last4": "1111", "card_expiry_month": 3, "card_expiry_year": 2030},
	}
	provider := "stripe"
	switch method {
	case "Credit card":
		m.body["credit_card_type"], m.body["payment_provider_id"] = "visa", payment["gateway_transaction_id"]
	case "PayPal":
		provider = "checkout_paypalexpress"
		payment["gateway"], payment["method"], payment["payment_method_id"], payment["credit_card"] = "paypalexpress", "electronic_wallet", "paypal", map[string]any{}
		m.body["payment_provider_id"] = ""
	default: // paid outside of the store: no transaction
		provider = "custom"
		payment = nil
	}
	m.body["payment_status"] = "captured"
	list := []any{}
	if payment != nil {
		list = append(list, payment)
	}
	if m.status == statusRefunded || m.status == statusPartRefund {
		amount := m.refund(provider)
		m.body["payment_status"] = "refunded"
		if m.status == statusPartRefund {
			m.body["payment_status"] = "partially refunded"
		}
		if payment != nil {
			back := map[string]any{}
			for name, v := range payment {
				back[name] = v
			}
			back["event"], back["amount"], back["date_created"] = "refund", amount, m.after(refundAfter)
			list = append(list, back)
		}
	}
	if len(list) > 0 {
		m.body["transactions"] = list
	}
}

// refund gives back every line, the first one, or a sum on the order as a whole, which carries no split of tax.
func (m *orderMaker) refund(provider string) decimal.Decimal {
	lines, _ := m.body["products"].([]any)
	var entries []any
	amount, tax := decimal.Zero, decimal.Zero
	back := len(lines)
	if m.status == statusPartRefund {
		back = m.rng.IntN(2)
	}
	for i := range back {
		line, _ := lines[i].(map[string]any)
		units := decimalInt(int64(m.units[i]))
		ex, _ := line["price_ex_tax"].(decimal.Decimal)
		inc, _ := line["price_inc_tax"].(decimal.Decimal)
		value := inc.Mul(units)
		amount, tax = amount.Add(value), tax.Add(inc.Sub(ex).Mul(units))
		entries = append(entries, map[string]any{
			"item_type": "PRODUCT", "line": i, "quantity": m.units[i], "requested_amount": number4(value), "reason": "Returned", "adjustments": []any{},
		})
	}
	if total := m.total(); m.status == statusRefunded || amount.GreaterThan(total) {
		amount = total // shipping and discounts are settled with the whole
	}
	if back == 0 {
		amount = decimal.New(599, -2)
		entries = []any{map[string]any{"item_type": "ORDER", "quantity": 1, "requested_amount": number4(amount), "reason": "Goodwill", "adjustments": []any{}}}
	}
	m.body["refunds"] = []any{map[string]any{
		"user_id": 1, "created": m.after(refundAfter), "reason": pick(m.rng, []string{"", "Damaged in transit", "Größe passt nicht"}),
		"total_amount": amount, "total_tax": tax, "uses_merchant_override_values": m.status == statusRefunded, "items": entries, "payments": []any{map[string]any{
			"id": m.place + 1, "provider_id": provider, "amount": number4(amount), "offline": provider == "custom", "is_declined": false, "declined_message": "",
			"transaction_id": fmt.Sprint(m.First + m.place),
		}},
	}}
	return amount
}
