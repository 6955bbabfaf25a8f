package emulator

import (
	"encoding/json"
	"maps"
)

// customNameLength is the longest name of a line without a product.
const customNameLength = 250

// line judges a new line of an order and gives it as the builder takes it. A line with a product_id sells something of the catalogue,
// one without is a custom line, which needs a name, a quantity and both prices (orders.v2.oas2.yml).
func (w *orderWrite) line(body map[string]any) (map[string]any, *reply) {
	var p problems
	r := orderLineFields.new()
	orderLineFields.patch(r, body, updating, &p)
	refused := w.c.refusedV2(&p, orderLineFields)
	if refused == nil {
		refused = w.lineAmounts(r, body)
	}
	if refused != nil {
		return nil, refused
	}
	if number(r[lQuantity]) < 1 {
		return nil, invalidV2("quantity", "must be 1 or more")
	}
	if number(r[lProduct]) == 0 {
		return w.customLine(body)
	}
	return w.catalogueLine(r, body)
}

// lineAmounts judges what belongs together in a line: prices in pairs, wrapping with its costs.
func (w *orderWrite) lineAmounts(r row, body map[string]any) *reply {
	refused := w.pair(body, "price_ex_tax", "price_inc_tax")
	if refused == nil {
		refused = w.pair(body, "wrapping_cost_ex_tax", "wrapping_cost_inc_tax")
	}
	if _, costs := body["wrapping_cost_ex_tax"]; refused == nil && !costs && orderLineFields.int(r, "wrapping_id") > 0 && body["wrapping_id"] != nil {
		refused = requiredV2("wrapping_cost_ex_tax")
	}
	return refused
}

// lineNames judges the names of a line: name and name_customer are one, and none may be empty. customer or merchant is "" if not given.
func lineNames(body map[string]any) (customer, merchant string, refused *reply) {
	for _, name := range []string{"name", "name_customer", "name_merchant"} {
		if text, said := body[name].(string); said && text == "" {
			return "", "", invalidV2(name, "must not be empty")
		}
	}
	customer, said := body["name"].(string)
	other, alias := body["name_customer"].(string)
	if said && alias && customer != other {
		return "", "", invalidV2("name_customer", "must be the same as name")
	}
	if alias {
		customer = other
	}
	merchant, _ = body["name_merchant"].(string)
	return customer, merchant, nil
}

func (w *orderWrite) customLine(body map[string]any) (map[string]any, *reply) {
	customer, merchant, refused := lineNames(body)
	if refused != nil {
		return nil, refused
	}
	for _, name := range []string{"quantity", "price_ex_tax", "price_inc_tax"} {
		if _, said := body[name]; !said {
			return nil, requiredV2(name)
		}
	}
	for _, name := range []string{"variant_id", "product_options", "wrapping_id"} {
		if _, said := body[name]; said {
			return nil, invalidV2(name, "is not available for custom products")
		}
	}
	if customer == "" {
		customer = merchant
	}
	if customer == "" {
		return nil, requiredV2("name")
	}
	if len([]rune(customer)) > customNameLength {
		return nil, invalidV2("name", "must have at most 250 characters")
	}
	if merchant == "" {
		merchant = customer
	}
	item := maps.Clone(body)
	item["name"], item["name_customer"], item["name_merchant"] = customer, customer, merchant
	return item, nil
}

// catalogueLine takes from the catalogue what the body does not give. Bulk prices, taxes and adjusters of modifiers are not reckoned in.
// r holds the body's fields as they were accepted.
func (w *orderWrite) catalogueLine(r row, body map[string]any) (map[string]any, *reply) {
	id, units := number(r[lProduct]), number(r[lQuantity])
	if _, said := body["sku"]; said {
		return nil, w.c.readOnlyV2("sku")
	}
	customer, merchant, refused := lineNames(body)
	if refused != nil {
		return nil, refused
	}
	p := w.s.st.findProduct(id)
	if p == nil {
		return nil, invalidV2("product_id", "the product "+textInt(id)+" does not exist")
	}
	variant := 0
	if _, said := body["variant_id"]; said {
		variant = number(r[lVariant])
	}
	v, options, refused := w.choose(p, variant, body["product_options"])
	if refused != nil {
		return nil, refused
	}
	w.sold = append(w.sold, sale{p.id, v.id, units, units})
	item := maps.Clone(body)
	item["variant_id"] = v.id
	delete(item, "product_options")
	if len(options) > 0 {
		item["product_options"] = options
	}
	item["name"], item["name_merchant"] = customer, merchant
	if customer == "" {
		item["name"] = unquote(p.f[pName])
	}
	if merchant == "" {
		item["name_merchant"] = unquote(p.f[pName])
	}
	item["name_customer"] = item["name"]
	item["sku"], item["type"] = unquote(v.f[vSKU]), productFields.str(p.f, "type")
	if _, said := body["upc"]; !said {
		item["upc"] = variantFields.str(v.f, "upc")
	}
	if _, priced := body["price_ex_tax"]; !priced {
		price := json.Number(p.price(v))
		item["price_ex_tax"], item["price_inc_tax"] = price, price
	}
	for from, names := range map[string][]string{
		"weight": {"weight"}, "width": {"width"}, "height": {"height"}, "depth": {"depth"},
		"cost_price": {"base_cost_price", "cost_price_ex_tax", "cost_price_inc_tax"},
	} {
		text := variantFields.get(v.f, from)
		if text == textNull {
			text = productFields.get(p.f, from)
		}
		for _, name := range names {
			item[name] = json.Number(text)
		}
	}
	item["bin_picking_number"] = variantFields.str(v.f, "bin_picking_number")
	if brand := findRow(w.s.st.brands, number(p.f[pBrand])); brand != nil {
		item["brand"] = brandFields.str(brand, "name")
	}
	return item, nil
}

// price is what a variant costs: its own or its product's price, or what either is on sale for.
func (p *product) price(v *variant) string {
	price, sale := v.f[vPrice], v.f[vSale]
	if price == textNull {
		price = p.f[pPrice]
		if sale == textNull {
			sale = p.f[pSalePrice]
		}
	}
	if positive(sale) {
		return sale
	}
	return price
}
