package emulator

import (
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/shopspring/decimal"
)

// demoOrders is the recipe of demo orders: everything that they depend on, so that they can be
// made later, or after a restart, and still be the same.
type demoOrders struct {
	First    int        `json:"first"` // id
	Count    int        `json:"count"`
	Seed     uint64     `json:"seed"`
	Now      time.Time  `json:"now"`
	Currency string     `json:"currency"` // the store's own
	Foreign  string     `json:"foreign"`  // of one order in five
	Goods    []demoGood `json:"goods"`
	Codes    []demoCode `json:"codes"`
}

// demoGood is what a line of an order can sell, as it was when the data was seeded.
type demoGood struct {
	Product int    `json:"p"`
	Variant int    `json:"v,omitempty"`
	Name    string `json:"n"`
	SKU     string `json:"s"`
	UPC     string `json:"u,omitempty"`
	Type    string `json:"t"`
	Price   string `json:"a"`
	Weight  string `json:"w"`
	Option  string `json:"o,omitempty"` // label of the variant
}

// demoCode is a coupon that orders used.
type demoCode struct {
	ID   int    `json:"id"`
	Code string `json:"code"`
}

// maxDemoOrders bounds a recipe: what a damaged snapshot asks for is not made.
const maxDemoOrders = 1_000_000

// demoGoods bounds the goods of a recipe: enough for variety, little to carry along.
const demoGoods = 200

// demoYears is how far back demo orders reach.
const demoYears = 3

// DemoForeign is the currency of one demo order in five: a store with demo data transacts in it too, see Options.Currencies.
const DemoForeign = "EUR"

// planOrders leaves the recipe of n demo orders with the store, and gives some of them a metafield.
func (g *demoMaker) planOrders(n int, seed int64) {
	n = min(n, maxDemoOrders)
	b, st := g.s.st.orders, &g.s.st
	d := &demoOrders{
		First: b.last["order"] + 1, Count: n, Seed: uint64(seed), Now: g.s.now().Truncate(time.Second),
		Currency: g.s.opts.Currency, Foreign: DemoForeign, Goods: st.goods(),
	}
	if d.Currency == DemoForeign {
		d.Foreign = "USD"
	}
	for _, r := range st.coupons {
		if r[cpType] != promotionCoupon && len(d.Codes) < 10 {
			d.Codes = append(d.Codes, demoCode{number(r[0]), unquote(r[cpCode])})
		}
	}
	b.last["order"] += n
	b.pending = append(b.pending, d)
	h := metaHosts[len(metaHosts)-1]
	for id := d.First; id < d.First+n; id += 40 {
		item := map[string]any{"namespace": "erp", "key": "invoice", "value": fmt.Sprintf("INV-%06d", id), "permission_set": "read"}
		if _, f := h.put(&call{s: g.s}, resource{"order", id}, nil, item); f != nil {
			panic("emulator: demo metafield: " + f.asError().Error())
		}
	}
}

// goods spreads a sample over the catalogue.
func (st *state) goods() []demoGood {
	var goods []demoGood
	step := max(1, len(st.products)/demoGoods)
	for i := 0; i < len(st.products) && len(goods) < demoGoods; i += step {
		p := st.products[i]
		good := demoGood{
			Product: p.id, Name: productFields.str(p.f, "name"), SKU: productFields.str(p.f, "sku"), UPC: productFields.str(p.f, "upc"),
			Type: productFields.str(p.f, "type"), Price: productFields.get(p.f, "price"), Weight: productFields.get(p.f, "weight"), Variant: p.baseID,
		}
		if len(p.variants) > 0 {
			v := p.variants[i%len(p.variants)]
			good.Variant, good.SKU = v.id, variantFields.str(v.f, "sku")
			if price := variantFields.get(v.f, "price"); price != textNull && price != "" {
				good.Price = price
			}
			if len(v.values) > 0 {
				for _, r := range p.values[v.values[0].option] {
					if number(r[0]) == v.values[0].value {
						good.Option = valueFields.str(r, "label")
					}
				}
			}
		}
		goods = append(goods, good)
	}
	if len(goods) == 0 {
		goods = []demoGood{{Name: "Gift box", SKU: "BOX", Type: "physical", Price: "12.5", Weight: "0.4"}}
	}
	return goods
}

// valid reports whether orders can be made of a recipe that was read from somewhere.
func (d *demoOrders) valid() bool {
	for _, good := range d.Goods {
		_, price := parseDecimal(good.Price)
		_, weight := parseDecimal(good.Weight)
		if !price || !weight {
			return false
		}
	}
	year := d.Now.Year()
	return d.First > 0 && d.Count > 0 && d.Count <= maxDemoOrders && len(d.Goods) > 0 && year > 1970 && year < 9999
}

// orderMaker makes demo orders one after the other.
type orderMaker struct {
	*demoOrders
	rng      *rand.Rand
	body     map[string]any
	created  time.Time
	modified time.Time
	place    int // among the orders, from 0
	status   int
	taxes    []demoTax
	units    []int // of each line
	paid     bool

	fee, handling, wrapping, off decimal.Decimal
}

func (d *demoOrders) make(b *orderBook) {
	m := &orderMaker{demoOrders: d, rng: rand.New(rand.NewPCG(d.Seed, 22))}
	start := d.Now.AddDate(-demoYears, 0, 0)
	slot := d.Now.Sub(start) / time.Duration(d.Count)
	for i := range d.Count {
		m.place = i
		m.created = start.Add(time.Duration(i)*slot + time.Duration(m.rng.Int64N(max(1, int64(slot/2))))).Truncate(time.Second)
		m.compose()
		o, err := b.build(m.body, d.First+i, m.created)
		if err != nil {
			panic("emulator: demo order: " + err.Error())
		}
		b.put(o)
	}
}

func (m *orderMaker) chance(p int) bool { return m.rng.IntN(100) < p }

// pickStatus gives each status in turn now and then, else what is likely at the order's age.
func (m *orderMaker) pickStatus() int {
	switch {
	case m.place%23 == 5:
		return m.place / 23 % len(orderStatuses)
	case m.Now.Sub(m.created) < 30*24*time.Hour:
		return pick(m.rng, []int{0, 1, 7, 8, 9, 11, 11, 11, 11, 3})
	default:
		return pick(m.rng, []int{2, 2, 2, 10, 10, 10, 10, 10, 5, 4, 14, 0})
	}
}

// compose writes the next order's body.
func (m *orderMaker) compose() {
	m.status = m.pickStatus()
	m.paid = m.status != statusIncomplete && m.status != 1 && m.status != 6 && m.status != 7 && m.status != 5
	who := m.rng.IntN(len(demoPeople))
	person := &demoPeople[who]
	email := demoMail(who)
	m.taxes = demoTaxes[person[9]]
	m.modified = m.created
	m.after(time.Duration(m.rng.IntN(20*24*3600)) * time.Second)
	m.body = map[string]any{
		"customer_id": who + 1, "status_id": m.status, "billing_address": person.address(email), "date_created": m.created,
		"order_source": pick(m.rng, []string{"www", "www", "www", "checkout_api", "manual", "external"}), "is_deleted": m.place%31 == 11,
		"tax_provider_id": "BasicTaxProvider", "customer_locale": "en", "geoip_country": person[8], "geoip_country_iso2": person[9],
		"ip_address": fmt.Sprintf("203.0.113.%d", m.rng.IntN(255)), "is_email_opt_in": m.chance(30),
		"cart_id": fmt.Sprintf("%08x-0000-4000-8000-%012x", m.rng.Uint32(), m.First+m.place),
	}
	if m.chance(25) {
		m.body["customer_id"] = 0
	}
	m.addresses(person, who, email)
	m.lines()
	m.currency()
	m.remarks()
	m.discounts()
	m.extras()
	m.shipments()
	m.payments()
	m.body["date_modified"] = m.modified
}

// after gives a moment so long after the order was made, never in the future; the order counts as modified then.
func (m *orderMaker) after(d time.Duration) time.Time {
	at := m.created.Add(d)
	if at.After(m.Now) {
		at = m.Now
	}
	if at.After(m.modified) {
		m.modified = at
	}
	return at
}

// addresses ships most orders to their buyer, some to two or three people; those to pick up have none.
func (m *orderMaker) addresses(person *demoPerson, who int, email string) {
	if m.status == statusPickup {
		m.body["shipping_addresses"] = []map[string]any{}
		m.body["pickups"] = []any{map[string]any{
			"pickup_method_id": 1, "pickup_method_display_name": "Pick up in store", "collection_instructions": "Bring your ID", "collection_time_description": "9am - 6pm",
			"location": map[string]any{
				"id": 1, "name": "Main store", "code": "MAIN-1", "address_line_1": "1 Example Street", "address_line_2": "", "city": "Boston", "state": "Massachusetts",
				"postal_code": "02134", "country_alpha2": "US", "email": "store@example.com", "phone": "+1 617 555 0100",
			},
		}}
		return
	}
	to := []map[string]any{person.address(email)}
	if m.chance(8) {
		for i := range 1 + m.rng.IntN(2) {
			other := (who + 1 + i) % len(demoPeople)
			to = append(to, demoPeople[other].address(demoMail(other)))
		}
	}
	for _, address := range to {
		cost := decimal.New(int64(pick(m.rng, []int{0, 0, 595, 1299, 2450})), -2)
		inc := cost.Add(m.tax(cost))
		address["cost_ex_tax"], address["cost_inc_tax"] = cost, inc
		address["shipping_method"] = pick(m.rng, []string{"Flat rate", "Free shipping", "Express, tracked", "None"})
		address["shipping_zone_id"], address["shipping_zone_name"] = 1, "Worldwide"
		if m.chance(3) {
			address["shipping_zone_id"], address["shipping_zone_name"] = -1, "" // a zone that is gone
		}
	}
	m.body["shipping_addresses"] = to
}

// tax is the tax on an amount at all rates of the order.
func (m *orderMaker) tax(ex decimal.Decimal) decimal.Decimal {
	sum := decimal.Zero
	for _, t := range m.taxes {
		sum = sum.Add(share(ex, t.basis))
	}
	return sum
}

// share is so many hundredths of a percent of an amount, to four places.
func share(d decimal.Decimal, basis int64) decimal.Decimal {
	return d.Mul(decimal.New(basis, -4)).Round(4)
}

func (m *orderMaker) lines() {
	n := 1 + m.rng.IntN(5)
	if m.place%97 == 53 {
		n = 51 + m.rng.IntN(80)
	}
	addresses, _ := m.body["shipping_addresses"].([]map[string]any)
	m.units = m.units[:0]
	var lines, taxes []any
	for i := range n {
		good := pick(m.rng, m.Goods)
		price, _ := parseDecimal(good.Price)
		inc := price.Add(m.tax(price))
		units := 1 + m.rng.IntN(3)
		m.units = append(m.units, units)
		line := map[string]any{
			"product_id": good.Product, "variant_id": good.Variant, "name": good.Name, "sku": good.SKU, "upc": good.UPC, "type": good.Type,
			"price_ex_tax": price, "price_inc_tax": inc, "quantity": units, "weight": good.Weight, "address": i % max(1, len(addresses)),
			"cost_price_ex_tax": price.Div(decimalInt(2)).Round(4), "cost_price_inc_tax": price.Div(decimalInt(2)).Round(4), "base_cost_price": price.Div(decimalInt(2)).Round(4),
		}
		switch {
		case good.Type == "digital":
			delete(line, "address")
		case m.status == statusPickup:
			line["pickup"] = 0
			delete(line, "address")
		case i == 0 && m.chance(2):
			line["type"], line["name"], line["sku"], line["product_id"], line["variant_id"] = "giftcertificate", "Gift Certificate", "", 0, 0
			line["price_inc_tax"], line["gift_certificate_id"] = price, m.place+1
			delete(line, "address")
			lines = append(lines, line)
			continue
		}
		if good.Option != "" {
			line["product_options"] = []any{map[string]any{
				"id": m.place*1000 + i + 1, "option_id": good.Product, "product_option_id": good.Variant,
				"display_name": "Choice", "display_name_customer": "Choice", "display_name_merchant": "Choice", "display_value": good.Option,
				"display_value_customer": good.Option, "display_value_merchant": good.Option, "value": fmt.Sprint(good.Variant),
				"type": "Multiple choice", "name": "Choice", "display_style": "Rectangle",
			}}
		}
		if i == 0 && m.chance(6) { // a line of no product of the catalogue
			line["product_id"], line["variant_id"], line["sku"], line["name"] = 0, 0, "", "Custom engraving, \"à la carte\""
			delete(line, "product_options")
		}
		lines = append(lines, line)
		taxes = append(taxes, m.lineTaxes(i, line, price)...)
	}
	for i, address := range addresses {
		for j, t := range m.taxes {
			cost, _ := address["cost_ex_tax"].(decimal.Decimal)
			if amount := share(cost, t.basis); amount.IsPositive() {
				taxes = append(taxes, map[string]any{
					"address": i, "name": t.name, "class": "Shipping", "rate": decimal.New(t.basis, -2), "priority": j, "tax_rate_id": j + 1,
					"sales_tax_id": fmt.Sprintf("rate-%d", j+1), "line_item_type": "shipping", "priority_amount": amount, "line_amount": amount,
				})
			}
		}
	}
	m.body["products"], m.body["taxes"] = lines, taxes
}

// lineTaxes are the rows of tax on one line, a row for each rate.
func (m *orderMaker) lineTaxes(place int, line map[string]any, price decimal.Decimal) []any {
	var taxes []any
	for i, t := range m.taxes {
		amount := share(price, t.basis).Mul(decimalInt(int64(m.units[place])))
		tax := map[string]any{
			"line": place, "name": t.name, "class": "Default Tax Class", "rate": decimal.New(t.basis, -2), "priority": i, "tax_rate_id": i + 1,
			"sales_tax_id": fmt.Sprintf("rate-%d", i+1), "tax_class_id": 0, "priority_amount": amount, "line_amount": amount,
		}
		if pickup, ok := line["pickup"]; ok {
			tax["pickup"] = pickup
		}
		if address, ok := line["address"]; ok {
			tax["address"] = address
		} else {
			tax["order_address_id"] = 0
		}
		taxes = append(taxes, tax)
	}
	return taxes
}
