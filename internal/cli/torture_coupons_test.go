package cli

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"testing"

	"bcetl/internal/emulator"
)

// couponModes are what runs do with coupons.
func couponModes() []tortureMode {
	var modes []tortureMode
	for _, name := range []string{"create", "upsert", "delete"} {
		mode := tortureMode{name: "coupons-" + name, planned: 3, again: name == "upsert", contents: couponContents}
		mode.sheet = func(random *rand.Rand, _ uint64) string { return couponSheet(random, name) }
		mode.victim = func(t *testing.T, sheet string, _ uint64, workers int) *victim {
			mapping := "  code: Code\n  name: Name\n  type: { value: percentage_discount, only: create }\n  amount: { from: Amount, type: decimal }\n" +
				"  max_uses: { from: Uses, type: int }\n  applies_to.entity: { value: categories, only: create }\n  applies_to.ids: { from: For, split: \";\", list: add }\n"
			if name == "delete" {
				mapping = "  code: Code\n"
			}
			v := victimOf(t, "source: { csv: sheet.csv }\nmapping:\n"+mapping+"sink: { bigcommerce: coupons, mode: "+name+", match: code }\n", sheet, workers)
			v.store.Seed(emulator.Demo{Products: 8, Orders: -1, Coupons: -1, Promotions: -1})
			for i := range 16 {
				body := map[string]any{
					"code": fmt.Sprintf("OLD-%02d", i), "name": fmt.Sprintf("Old coupon %d", i), "type": "percentage_discount", "amount": "5",
					"applies_to": map[string]any{"entity": "categories", "ids": []int{1, 2}}, "max_uses": 3, "min_purchase": "10",
				}
				if i%7 == 6 {
					body["type"] = "promotion"
				}
				v.store.InsertCoupon(body)
			}
			return v
		}
		modes = append(modes, mode)
	}
	return modes
}

// couponSheet makes rows: known and new codes, some in other case, coupons of promotions, a name that is taken, and amounts that are none.
func couponSheet(random *rand.Rand, mode string) string {
	rows := [][]string{{"Code", "Name", "Amount", "Uses", "For"}}
	for i := range 12 + random.IntN(8) {
		code, name := fmt.Sprintf("NEW-%02d", i), fmt.Sprintf("New coupon %d", i)
		if i < 16 && (mode == "delete" || random.IntN(map[string]int{"create": 6}[mode]+2) == 0) {
			code, name = fmt.Sprintf("OLD-%02d", i), fmt.Sprintf("Old coupon %d", i)
			if random.IntN(3) == 0 {
				code = strings.ToLower(code)
			}
		}
		amount := fmt.Sprintf("%d.%02d", 5+random.IntN(2), 25*random.IntN(4))
		switch random.IntN(14) {
		case 0:
			amount = "a lot"
		case 1:
			name = "Old coupon 15" // the store refuses it
		}
		rows = append(rows, []string{code, name, amount, fmt.Sprint(random.IntN(3)), []string{"", "1", "2;3", "1;4"}[random.IntN(4)]})
	}
	return sheetOf(rows)
}

func couponContents(t *testing.T, v *victim) map[string]string {
	contents := map[string]string{}
	for _, id := range v.store.CouponIDs() {
		coupon, _ := v.store.Coupon(id)
		delete(coupon, "id")
		delete(coupon, "date_created")
		addOnce(t, contents, "coupon "+strings.ToLower(fmt.Sprint(coupon["code"])), coupon)
	}
	return contents
}

// couponHands: coupons are edited, and made with codes that the run has still to make.
func couponHands() []hand {
	edit := func(t *testing.T, v *victim, rows, before map[string]string) (keys, records []string) {
		now := couponContents(t, v)
		keys = lastOf(rows, "updated ", func(key string) bool {
			name := "coupon " + strings.ToLower(key)
			return now[name] == before[name]
		})
		for _, key := range keys {
			records = append(records, strings.ToLower(key))
			v.send(t, http.MethodPut, fmt.Sprintf("/v2/coupons/%d", v.couponID(t, key)), `{"min_purchase":"77","applies_to":{"entity":"categories","ids":[1,2,5]}}`)
		}
		return keys, records
	}
	edited := func(t *testing.T, v *victim, record string) string {
		coupon, _ := v.store.Coupon(v.couponID(t, record))
		applies, _ := coupon["applies_to"].(map[string]any)
		ids, _ := applies["ids"].([]any)
		return fmt.Sprintf("min_purchase %v, category 5 %v", coupon["min_purchase"], slices.Contains(ids, any(json.Number("5"))))
	}
	ends := []string{"updated ", "rejected changed_since_plan", "in_doubt in_doubt"}
	return []hand{
		{name: "coupons-edited", mode: "coupons-upsert", planned: true, strike: edit, theirs: edited, ends: ends},
		{
			name: "coupons-made", mode: "coupons-create",
			strike: func(t *testing.T, v *victim, rows, _ map[string]string) (keys, records []string) {
				now := couponContents(t, v)
				keys = lastOf(rows, "created ", func(key string) bool { return now["coupon "+strings.ToLower(key)] == "" })
				for _, key := range keys {
					records = append(records, strings.ToLower(key))
					v.store.InsertCoupon(map[string]any{"code": key, "name": "Theirs " + key, "type": "free_shipping", "amount": "1"})
				}
				return keys, records
			},
			theirs: func(t *testing.T, v *victim, record string) string { return couponContents(t, v)["coupon "+record] },
			ends:   []string{"rejected ", "in_doubt in_doubt"},
		},
	}
}

// couponID gives the id of the coupon of that code.
func (v *victim) couponID(t *testing.T, code string) int {
	t.Helper()
	for _, id := range v.store.CouponIDs() {
		if coupon, _ := v.store.Coupon(id); strings.EqualFold(fmt.Sprint(coupon["code"]), code) {
			return id
		}
	}
	t.Fatalf("the store has no coupon %s", code)
	return 0
}
