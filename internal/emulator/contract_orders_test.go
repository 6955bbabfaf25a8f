package emulator_test

import "fmt"

func (c *court) orders() {
	const o, one = "/v2/orders", "/v2/orders/120"
	object := "consignment_structure=object"
	for _, query := range []string{
		"limit=250", "limit=250&page=2", "limit=50&page=3&sort=date_created:desc", "include=consignments&limit=250&" + object,
		"include=consignments.line_items&limit=250&" + object, "include=fees&limit=250", "include=fees,consignments&" + object,
		"min_id=110&max_id=300&status_id=10", "min_date_created=2025-01-01T00:00:00%2B00:00&customer_id=3&limit=5",
		"min_total=10.5&max_total=999&channel_id=1", "external_order_id=0001000", "email=customer01%40example.com",
	} {
		status := 200
		if query == "external_order_id=0001000" {
			status = 204
		}
		c.do(status, "GET", o+"?"+query, "")
	}
	c.do(204, "GET", o+"?min_id=99999", "")
	c.do(204, "GET", o+"?page=99", "")
	c.do(413, "GET", o+"?limit=251", "")
	c.do(400, "GET", o+"?min_id=x", "")
	c.do(400, "GET", o+"?nonsense=1", "")
	c.do(200, "GET", o+"/count", "")
	c.do(200, "GET", o+"/count?status_id=2", "")
	c.do(200, "GET", "/v2/order_statuses", "")
	c.do(200, "GET", "/v2/order_statuses/11", "")
	for id := 101; id <= 500; id += 11 {
		c.parts(fmt.Sprint(id))
	}
	c.parts("154") // more than fifty lines
	c.do(200, "GET", one+"?include=consignments.line_items,fees&"+object, "")
	c.do(404, "GET", o+"/99999", "")
	c.do(404, "GET", o+"/99999/fees", "")
	c.do(404, "GET", o+"/99999/products", "")
	c.do(200, "PUT", one, `{"status_id":2,"staff_notes":"x","external_order_id":"E-1","billing_address":{"zip":"01067"}}`)
	c.do(400, "PUT", one, `{"id":1}`)
	c.do(400, "PUT", one, `{"nonsense":1}`)
	c.do(404, "PUT", o+"/99999", `{"status_id":2}`)
	c.do(204, "DELETE", one, "")
	c.do(404, "DELETE", o+"/99999", "")
	c.payments()
	c.placeOrders()
	c.do(204, "DELETE", o+"?limit=3", "")
}

// ship takes an order through its shipments.
func (c *court) ship(order string) {
	path := "/v2/orders/" + order
	line, address := c.do(200, "GET", path+"/products?limit=1", ""), c.do(200, "GET", path+"/shipping_addresses", "")
	one := `{"order_address_id":` + address + `,"items":[{"order_product_id":` + line + `,"quantity":1}]`
	c.do(204, "GET", path+"/shipments", "")
	c.do(204, "DELETE", path+"/shipments", "")
	id := c.do(201, "POST", path+"/shipments", one+`,"tracking_number":"EJ958083578US","shipping_provider":"usps","shipping_method":"Ship by Weight","comments":"Ready","merchant_shipping_cost":"1.5"}`)
	c.do(201, "POST", path+"/shipments", one+`,"tracking_link":"https://track.example.com/1","tracking_carrier":"dhl"}`)
	c.do(400, "POST", path+"/shipments", one+`}`)
	c.do(400, "POST", path+"/shipments", `{"order_address_id":`+address+`}`)
	c.do(404, "POST", "/v2/orders/99999/shipments", one+`}`)
	c.do(200, "GET", path+"/shipments", "")
	c.do(200, "GET", path+"/shipments/"+id, "")
	c.do(200, "GET", path+"/shipments/count", "")
	c.do(200, "PUT", path+"/shipments/"+id, `{"tracking_number":"1","order_address_id":`+address+`,"shipping_provider":"carrier_77"}`)
	c.do(400, "PUT", path+"/shipments/"+id, `{"items":[]}`)
	c.do(404, "PUT", path+"/shipments/99999", `{"tracking_number":"1"}`)
	c.do(204, "DELETE", path+"/shipments/"+id, "")
	c.do(404, "DELETE", path+"/shipments/"+id, "")
	c.do(204, "DELETE", path+"/shipments", "")
}

// refund quotes and makes a refund. Items of the order as a whole fit two of the file's alternatives, of which oneOf allows one.
func (c *court) refund(order string) {
	path := "/v3/orders/" + order + "/payment_actions/"
	line, address := c.do(200, "GET", "/v2/orders/"+order+"/products?limit=1", ""), c.do(200, "GET", "/v2/orders/"+order+"/shipping_addresses", "")
	list := `{"items":[{"item_type":"PRODUCT","item_id":` + line + `,"quantity":1,"reason":"broken"},{"item_type":"SHIPPING","item_id":` + address + `,"amount":0}]`
	c.do(201, "POST", path+"refund_quotes", list+`}`)
	c.do(422, "POST", path+"refund_quotes", `{"items":[]}`)
	c.do(422, "POST", path+"refunds", list+`,"payments":[{"provider_id":"storecredit","amount":50,"offline":false}]}`)
	c.do(201, "POST", path+"refunds", list+`,"payments":[{"provider_id":"custom","amount":50,"offline":true}]}`)
	c.do(200, "GET", path+"refunds", "")
	c.do(422, "POST", path+"capture", "")
	c.do(422, "POST", path+"void", "")
	c.do(404, "POST", "/v3/orders/99999/payment_actions/capture", "")
}

// change takes an order through what a PUT can do to it.
func (c *court) change(order, product, variant string) {
	path := "/v2/orders/" + order
	line, address := c.do(200, "GET", path+"/products?limit=1", ""), c.do(200, "GET", path+"/shipping_addresses", "")
	c.do(200, "PUT", path, `{"products":[{"id":`+line+`,"name":"Mug","name_merchant":"Mug 2","quantity":3,"price_ex_tax":40,"price_inc_tax":45}]}`)
	c.do(200, "PUT", path, `{"products":[{"product_id":`+product+`,"variant_id":`+variant+`,"quantity":1},{"name":"Spoon","quantity":1,"price_ex_tax":1,"price_inc_tax":1}]}`)
	c.do(200, "PUT", path, `{"shipping_addresses":[{"id":`+address+`,"zip":"01067"},{"first_name":"Second"}],"fees":[{"display_name_customer":"F","cost_ex_tax":"1","cost_inc_tax":"1"}]}`)
	c.parts(order)
	c.do(200, "PUT", path, `{"products":[{"id":`+line+`,"quantity":0}],"fees":[],"is_deleted":true}`)
	c.do(200, "PUT", path+"/shipping_addresses/"+address, `{"city":"Dresden","shipping_method":"Express"}`)
	c.do(400, "PUT", path+"/shipping_addresses/"+address, `{"items_total":3}`)
	c.do(404, "PUT", path+"/shipping_addresses/99999", `{"city":"Dresden"}`)
	c.do(200, "PUT", path, `{"billing_address":{"city":"Dresden"}}`)
	c.do(400, "PUT", path, `{"external_merchant_id":"x"}`)
	c.do(400, "PUT", path, `{"products":[{"id":99999,"quantity":1}]}`)
}

// placeOrders creates orders of every documented style, and is refused.
func (c *court) placeOrders() {
	const o = "/v2/orders"
	const bill = `"billing_address":{"first_name":"Jane","last_name":"Doe","street_1":"123 Main Street","city":"Austin","state":"Texas","zip":"78751",` +
		`"country":"United States","country_iso2":"US","email":"janedoe@example.com"}`
	const mug = `{"name":"Mug","quantity":2,"price_inc_tax":50,"price_ex_tax":45,"sku":"MUG","upc":"012"}`
	first := c.do(200, "POST", o, `{`+bill+`,"products":[`+mug+`]}`)
	c.parts(first)
	product := c.do(200, "POST", productsPath, `{"name":"Ordered","type":"physical","weight":1,"price":5,"sku":"ORD","variants":[{"sku":"ORD-S","option_values":[{"option_display_name":"Size","label":"S"}]}]}`)
	option := c.do(200, "GET", productsPath+"/"+product+"/options", "")
	value := c.do(200, "GET", productsPath+"/"+product+"/options/"+option+"/values", "")
	variant := c.do(200, "GET", productsPath+"/"+product+"/variants", "")
	second := c.do(200, "POST", o+"?include=consignments.line_items,fees&consignment_structure=object", `{"status_id":11,"customer_id":0,"channel_id":1,"external_source":"M-MIG","external_order_id":"E-2",`+
		`"external_merchant_id":"m","date_created":"Tue, 20 Nov 2012 00:00:00 +0000","shipping_cost_ex_tax":"5","shipping_cost_inc_tax":"6","total_ex_tax":"90","total_inc_tax":"100","discount_amount":"1",`+
		bill+`,"shipping_addresses":[{"first_name":"Trish","zip":"78751","country_iso2":"US","shipping_method":"Free Shipping"}],`+
		`"fees":[{"type":"custom_fee","display_name_customer":"Fee","source":"AA","cost_ex_tax":"22.5","cost_inc_tax":"25","tax_class_id":22}],`+
		`"products":[{"product_id":`+product+`,"quantity":1,"variant_id":`+variant+`},{"product_id":`+product+`,"quantity":1,"price_inc_tax":9,"price_ex_tax":8,"name":"Renamed","product_options":[{"id":`+option+`,"value":"`+value+`"}]}]}`)
	c.parts(second)
	c.do(200, "POST", o, `{`+bill+`,"consignments":{"pickups":[{"pickup_method_id":1,"pickup_method_display_name":"Shop","location":{"name":"Here","country_alpha2":"US"},"line_items":[`+mug+`]}]}}`)
	c.ship(first)
	c.refund(first)
	c.change(first, product, variant)
	c.do(400, "POST", o, `{"products":[`+mug+`]}`)
	c.do(400, "POST", o, `{`+bill+`,"products":[{"product_id":`+product+`,"quantity":1}]}`)
	c.do(400, "POST", o, `{`+bill+`,"id":1,"products":[`+mug+`]}`)
	c.do(400, "POST", o, `{`+bill+`,"channel_id":77,"products":[`+mug+`]}`)
	c.do(400, "POST", o, `{`)
}

// parts reads every part of an order: whatever the demo orders hold fits the specification.
func (c *court) parts(id string) {
	path := "/v2/orders/" + id
	c.do(200, "GET", path, "")
	c.do(200, "GET", path+"/products?limit=250", "")
	line := c.do(200, "GET", path+"/products?limit=1", "")
	c.do(200, "GET", path+"/products/"+line, "")
	c.do(404, "GET", path+"/products/99999", "")
	c.do(404, "GET", path+"/shipping_addresses/99999", "")
	c.do(404, "GET", path+"/shipments/99999", "")
	c.do(200, "GET", path+"/consignments", "")
	c.do(200, "GET", path+"/consignments?include=consignments.line_items", "")
	if address := c.either("GET", path+"/shipping_addresses"); address != "" {
		c.do(200, "GET", path+"/shipping_addresses/"+address, "")
		c.do(204, "GET", path+"/shipping_addresses/"+address+"/shipping_quotes", "")
		c.do(204, "GET", path+"/consignments/shipping/"+address+"/shipping_quotes", "")
	}
	if shipment := c.either("GET", path+"/shipments"); shipment != "" {
		c.do(200, "GET", path+"/shipments/"+shipment, "")
	}
	c.either("GET", path+"/messages?is_flagged=false&status=unread&min_id=1&customer_id=1&min_date_created=2024-01-01T00:00:00Z")
	c.do(200, "GET", path+"/shipments/count", "")
	for _, part := range []string{
		"/coupons", "/taxes", "/taxes?details=true", "/messages", "/fees",
	} {
		c.either("GET", path+part)
	}
	c.either("GET", "/v3/orders/"+id+"/transactions")
	c.do(200, "GET", "/v3/orders/"+id+"/payment_actions/refunds", "")
	c.do(200, "GET", "/v3/orders/"+id+"/metafields", "")
}

func (c *court) payments() {
	const r = "/v3/orders/payment_actions/refunds"
	c.do(200, "GET", r+"?limit=250", "")
	c.do(200, "GET", r+"?order_id:in=101,102,103&created:min=2025-01-01T00:00:00%2B00:00&created:max=2026-01-01T00:00:00Z", "")
	first := c.do(200, "GET", r+"?limit=1", "")
	c.do(200, "GET", r+"?id:in="+first, "")
	c.do(200, "GET", r+"/"+first, "")
	c.do(404, "GET", r+"/99999", "")
	c.do(422, "GET", r+"?created:min=yesterday", "")
	c.do(404, "GET", "/v3/orders/99999/transactions", "")
	c.do(404, "GET", "/v3/orders/99999/payment_actions/refunds", "")
	c.do(200, "GET", "/v3/orders/metafields", "")
	meta := c.do(200, "POST", "/v3/orders/101/metafields", `{"namespace":"n","key":"k","value":"v","permission_set":"read"}`)
	c.do(200, "GET", "/v3/orders/101/metafields/"+meta, "")
	c.do(204, "DELETE", "/v3/orders/101/metafields/"+meta, "")
}

func (c *court) coupons() {
	const p = "/v2/coupons"
	one := `{"name":"Contract","code":"CON-1","type":"percentage_discount","amount":"12.5","applies_to":{"entity":"categories","ids":[0]},` +
		`"expires":"Tue, 20 Nov 2029 00:00:00 +0000","min_purchase":"10","enabled":true,"max_uses":3,"restricted_to":{"countries":"AU"},"shipping_methods":["shipping_flatrate"]}`
	c.do(200, "GET", p+"?limit=250", "")
	c.do(200, "GET", p+"?min_id=5&limit=5&exclude_type=promotion", "")
	c.do(204, "GET", p+"?id=99999", "")
	c.do(413, "GET", p+"?limit=999", "")
	c.do(200, "GET", p+"/count", "")
	id := c.do(201, "POST", p, one)
	c.do(409, "POST", p, one)
	c.do(400, "POST", p, `{"name":"x"}`)
	c.do(400, "POST", p, `{`)
	c.do(200, "PUT", p+"/"+id, `{"name":"Contract","code":"CON-1","type":"percentage_discount","amount":"10","applies_to":{"entity":"products","ids":[1]}}`)
	c.do(404, "PUT", p+"/99999", `{"name":"Contract","code":"CON-1","type":"percentage_discount","amount":"10","applies_to":{"entity":"products","ids":[1]}}`)
	c.do(204, "DELETE", p+"/"+id, "")
	c.do(404, "DELETE", p+"/"+id, "")
	c.do(204, "DELETE", p+"?id:in=1,2", "")
	c.do(204, "DELETE", p, "")
}
