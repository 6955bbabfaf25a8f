package emulator

import (
	"fmt"
	"time"
)

// seedCoupons adds n coupons: every type, several audiences, expired and endless ones, and rows of promotions.
func (g *demoMaker) seedCoupons(n int) {
	now := g.s.now().Truncate(time.Second)
	types := []string{"percentage_discount", "per_total_discount", "per_item_discount", "shipping_discount", "free_shipping"}
	first := g.s.st.last["coupon"] + 1
	for i := range n {
		at := first + i
		body := map[string]any{
			"name": fmt.Sprintf("Campaign %d – %s", at, pick(g.rng, []string{"Frühling", "Summer", "Black Friday", "Très cher client"})),
			"code": fmt.Sprintf("%s%02d", pick(g.rng, []string{"SAVE", "Welcome-", "tea_", "VIP "}), at), "type": types[i%len(types)],
			"amount": fmt.Sprintf("%d.%02d", 5+g.rng.IntN(20), 25*g.rng.IntN(4)), "enabled": !g.chance(20), "num_uses": g.rng.IntN(50),
			"date_created": now.AddDate(0, -g.rng.IntN(36), -g.rng.IntN(28)), "max_uses": g.rng.IntN(3) * 50, "max_uses_per_customer": g.rng.IntN(2),
		}
		if g.chance(50) {
			body["expires"] = now.AddDate(0, g.rng.IntN(24)-12, 0)
		}
		if g.chance(40) {
			body["min_purchase"] = fmt.Sprintf("%d", 10*(1+g.rng.IntN(10)))
		}
		switch {
		case i%8 == 7:
			body["type"], body["amount"], body["shipping_methods"] = "promotion", "0", nil
		case g.chance(30) && len(g.s.st.products) > 0:
			p := pick(g.rng, g.s.st.products)
			body["applies_to"] = map[string]any{"entity": "products", "ids": []int{p.id}}
		case g.chance(40) && len(g.s.st.categories) > 1:
			r := pick(g.rng, g.s.st.categories)
			body["applies_to"] = map[string]any{"entity": "categories", "ids": []int{number(r[0])}}
		}
		if g.chance(20) {
			body["restricted_to"] = map[string]any{"countries": []string{"DE", "AU"}}
		}
		if g.chance(15) && body["type"] != "promotion" {
			body["shipping_methods"] = []string{"shipping_flatrate", "shipping_upsonline"}
		}
		r, err := g.s.plainCoupon(body)
		if err != nil {
			continue // its name or code is taken by what was there
		}
		g.s.st.addCoupon(r)
	}
}
