package emulator_test

import "strings"

func (c *court) promotions() {
	const p = "/v3/promotions"
	rules := `"rules":[{"action":{"cart_items":{"discount":{"fixed_amount":"5"},"items":{"products":[1,2]}}},"apply_once":true,"stop":false,` +
		`"condition":{"cart":{"minimum_spend":"10.5"}}}]`
	one := `{"name":"Contract","display_name":"Ten off","redemption_type":"COUPON","coupon_type":"BULK","max_uses":50,"currency_code":"*","channels":[{"id":1}],` +
		`"end_date":"2027-01-01T00:00:00+00:00","notifications":[{"content":"Nearly","type":"UPSELL","locations":["CART_PAGE"]}],` +
		`"schedule":{"week_frequency":1,"week_days":["Monday"],"daily_start_time":"01:20:00","daily_end_time":"23:59:00"},` +
		`"shipping_address":{"countries":[{"iso2_country_code":"US"}]},"customer":{"group_ids":[1],"minimum_order_count":0,"excluded_group_ids":[]},` + rules + `}`
	automatic := `{"name":"Contract too","redemption_type":"AUTOMATIC",` + rules + `}`
	c.do(200, "GET", p, "")
	c.do(200, "GET", p+"?limit=250&page=2&sort=name&direction=desc&redemption_type=coupon&status=ENABLED&currency_code=USD", "")
	c.do(200, "GET", p+"?query=bulk&channels=1,2", "")
	c.do(422, "GET", p+"?limit=x", "")
	c.do(201, "POST", p, automatic)
	id := c.do(201, "POST", p, one)
	c.do(422, "POST", p, `{"name":"x"}`)
	c.do(400, "POST", p, `{`)
	c.do(200, "GET", p+"/"+id, "")
	c.do(404, "GET", p+"/99999", "")
	c.do(200, "PUT", p+"/"+id, `{"status":"DISABLED","max_uses":9}`)
	c.do(422, "PUT", p+"/"+id, `{"status":"INVALID"}`)
	c.do(404, "PUT", p+"/99999", `{"max_uses":9}`)
	codes := p + "/" + id + "/codes"
	code := c.do(201, "POST", codes, `{"code":"Contract 1","max_uses":2,"max_uses_per_customer":1}`)
	c.do(422, "POST", codes, `{"code":"contract 1"}`)
	c.do(404, "POST", p+"/99999/codes", `{"code":"x"}`)
	c.do(201, "POST", p+"/"+id+"/codegen", `{"batch_size":3,"prefix":"X","delimiter":"-","code_length":6}`)
	c.do(422, "POST", p+"/"+id+"/codegen", `{"batch_size":251}`)
	c.do(400, "POST", p+"/"+id+"/codegen", `{`)
	c.do(405, "POST", p+"/1/codegen", `{"batch_size":3}`)
	c.do(200, "GET", codes+"?limit=2", "")
	c.do(200, "GET", codes+"?limit=2&page=2", "")
	c.do(200, "GET", codes+"?limit=2&after=", "")
	c.do(422, "GET", codes+"?after=nonsense", "")
	c.do(404, "GET", p+"/99999/codes", "")
	c.do(200, "GET", p+"/codes?code=CONTRACT+1", "")
	c.do(422, "GET", p+"/codes", "")
	c.do(422, "DELETE", p+"?id:in=99999,"+id, "")
	c.do(422, "DELETE", p, "")
	c.do(422, "DELETE", codes, "")
	c.do(204, "DELETE", p+"/codes?code=none", "")
	c.do(204, "DELETE", codes+"/"+code, "")
	c.do(204, "DELETE", codes+"?id:in="+strings.Join([]string{code, "15", "16", "17"}, ","), "")
	c.do(204, "DELETE", p+"?id:in="+id, "")
	c.do(204, "DELETE", p+"/"+id, "")
	c.do(200, "GET", "/v3/customers", "")
	c.do(200, "GET", "/v3/customers?email:in=customer01@example.com,x@example.com&limit=250&page=1&sort=last_name:asc", "")
	c.do(200, "GET", "/v3/customers?id:in=1,2&limit=1&after=", "")
	c.do(422, "GET", "/v3/customers?id:in=x", "")
}
