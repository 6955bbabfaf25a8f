package emulator

import (
	"fmt"
	"time"
)

// seedCustomers adds the people of the demo orders, whose ids and addresses the orders name.
func (g *demoMaker) seedCustomers() {
	now := g.s.now().Truncate(time.Second)
	for i, person := range demoPeople {
		body := map[string]any{
			"id": i + 1, "email": demoMail(i), "first_name": person[0], "last_name": person[1], "company": person[2], "phone": person[10],
			"date_created": now.AddDate(-demoYears, 0, i), "date_modified": now.AddDate(0, 0, -i),
		}
		if _, err := g.s.addCustomer(body); err != nil {
			continue // they are there from before
		}
	}
}

// demoMail is the address of a demo person, by place from 0.
func demoMail(place int) string { return fmt.Sprintf("customer%02d@example.com", place+1) }

// seedPromotions adds n promotions: automatic ones, such with one code, and such for bulk codes, with and without codes.
func (g *demoMaker) seedPromotions(n int) {
	now := g.s.now().Truncate(time.Second)
	rules := []any{map[string]any{
		"action":     map[string]any{"cart_value": map[string]any{"discount": map[string]any{"percentage_amount": "10"}}},
		"apply_once": true, "stop": false,
	}}
	for i := range n {
		at := g.s.st.last["promotion"] + 1
		body := map[string]any{
			"name":            fmt.Sprintf("Promotion %d – %s", at, []string{"Ten percent", "Newsletter", "Bulk codes", "Next season"}[i%4]),
			"redemption_type": "COUPON", "rules": rules, "start_date": formatTime(now.AddDate(0, -1, 0)),
		}
		codes := 0
		switch i % 4 {
		case 0:
			body["redemption_type"] = "AUTOMATIC"
		case 1:
			body["coupon_type"], body["max_uses"], codes = "SINGLE", 100, 1
		case 2:
			body["coupon_type"], body["end_date"], codes = "BULK", formatTime(now.AddDate(1, 0, 0)), 12
		case 3:
			body["coupon_type"], body["status"] = "BULK", "DISABLED"
		}
		id, err := g.s.addPromotion(body)
		if err != nil {
			panic("emulator: demo promotion: " + err.Error())
		}
		for k := range codes {
			code := map[string]any{"code": fmt.Sprintf("P%d-%04d", id, k+1), "max_uses": 1}
			if _, err := g.s.addPromotionCode(id, code); err != nil {
				continue // somebody has it
			}
		}
	}
}
