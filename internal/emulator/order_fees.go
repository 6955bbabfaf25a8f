package emulator

import "maps"

// fee judges a fee and gives it as the builder takes it: it needs one display name and two of its three costs (orders.v2.oas2.yml).
func (w *orderWrite) fee(body map[string]any, extra ...string) (map[string]any, *reply) {
	var p problems
	r := orderFeeFields.new()
	orderFeeFields.patch(r, body, updating, &p, extra...)
	if refused := w.c.refusedV2(&p, orderFeeFields); refused != nil {
		return nil, refused
	}
	item := maps.Clone(body)
	customer, merchant := orderFeeFields.str(r, "display_name_customer"), orderFeeFields.str(r, "display_name_merchant")
	switch {
	case customer == "" && merchant == "":
		return nil, requiredV2("display_name_customer")
	case customer == "":
		item["display_name_customer"] = merchant
	case merchant == "":
		item["display_name_merchant"] = customer
	}
	_, hasEx := body["cost_ex_tax"]
	_, hasInc := body["cost_inc_tax"]
	_, hasTax := body["cost_tax"]
	ex, inc, tax := money(orderFeeFields.get(r, "cost_ex_tax")), money(orderFeeFields.get(r, "cost_inc_tax")), money(orderFeeFields.get(r, "cost_tax"))
	switch {
	case hasEx && hasInc && !hasTax:
		tax = inc.Sub(ex)
	case hasEx && hasTax && !hasInc:
		inc = ex.Add(tax)
	case hasInc && hasTax && !hasEx:
		ex = inc.Sub(tax)
	case !hasEx || !hasInc:
		return nil, requiredV2("cost_ex_tax")
	}
	if !ex.Add(tax).Equal(inc) || ex.IsNegative() || tax.IsNegative() {
		return nil, invalidV2("cost_inc_tax", "must be cost_ex_tax and cost_tax together")
	}
	item["cost_ex_tax"], item["cost_inc_tax"], item["cost_tax"], item["base_cost"] = ex, inc, tax, ex
	if w.s.opts.PricesWithTax {
		item["base_cost"] = inc
	}
	return item, nil
}
