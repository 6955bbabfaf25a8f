package emulator

import (
	"math/rand/v2"
	"net/http"
	"strings"
)

// promotion gives the promotion that the path names, or a 404.
func (c *call) promotion() (row, *reply) {
	r := findRow(c.s.st.promotions, c.ids[0])
	if r == nil {
		return nil, noPromotion(c.ids[0])
	}
	return r, nil
}

// listCodes answers the codes of a promotion by cursor, by page, or, where the request says
// neither, with what both need to go on.
func listCodes(c *call) *reply {
	if _, refused := c.promotion(); refused != nil {
		return refused
	}
	rows := c.s.st.codes.of[c.ids[0]]
	if want := c.param("code"); want != "" {
		rows = filterRows(rows, []rowTest{func(r row) bool { return strings.EqualFold(unquote(r[cdCode]), want) }})
	}
	return c.codeList(rows)
}

func (c *call) codeList(rows []row) *reply {
	list, f := c.eitherList(rows, appendCode)
	if f != nil {
		return failPromotion(f.status, f.title)
	}
	return list
}

func createCode(c *call) *reply {
	promotion, refused := c.promotion()
	if refused != nil {
		return refused
	}
	body, refused := c.promotionBody()
	if refused != nil {
		return refused
	}
	var p problems
	r, refused := c.s.buildCode(promotion, body, &p)
	if strict := c.strictBody(&p); strict != nil {
		refused = strict
	}
	if refused != nil {
		return refused
	}
	c.s.addCode(c.ids[0], r)
	return created(single(appendCode(nil, r)))
}

// deleteCode deletes a code; one that is not there is no failure.
func deleteCode(c *call) *reply {
	r := findRow(c.s.st.codes.rows, c.ids[1])
	if r != nil && number(r[cdPromotion]) == c.ids[0] {
		c.s.st.codes.drop(r)
	}
	return noContent()
}

// deleteCodes deletes the promotion's codes that id:in names; ids of others are ignored.
func deleteCodes(c *call) *reply {
	ids, refused := c.bulkIDs(maxCodeDelete)
	if refused != nil {
		return refused
	}
	want := c.param("code")
	for _, id := range ids {
		r := findRow(c.s.st.codes.rows, id)
		if r == nil || number(r[cdPromotion]) != c.ids[0] || want != "" && !strings.EqualFold(unquote(r[cdCode]), want) {
			continue
		}
		c.s.st.codes.drop(r)
	}
	return noContent()
}

func noCodeNamed() *reply {
	return failPromotion(http.StatusUnprocessableEntity, "Parameter code is required")
}

// findCode answers a list of one code, or of none.
func findCode(c *call) *reply {
	if c.param("code") == "" {
		return noCodeNamed()
	}
	var rows []row
	if r := c.s.st.codes.named[fold(c.param("code"))]; r != nil {
		rows = []row{r}
	}
	return c.codeList(rows)
}

func deleteCodeByName(c *call) *reply {
	if c.param("code") == "" {
		return noCodeNamed()
	}
	if r := c.s.st.codes.named[fold(c.param("code"))]; r != nil {
		c.s.st.codes.drop(r)
	}
	return noContent()
}

// generateCodes adds a batch of random codes to a promotion for bulk codes. The same store state
// gives the same codes.
func generateCodes(c *call) *reply {
	promotion, refused := c.promotion()
	if refused != nil {
		return refused
	}
	if promotion[prRedeem] != redeemCoupon || promotion[prType] != couponBulk {
		return &reply{status: http.StatusMethodNotAllowed, body: []byte(`{"status":"405","title":"Method not allowed",` +
			`"error":"Bulk code generation is only supported for promotions with redemption_type of 'COUPON' and coupon_type of 'BULK'."}`)}
	}
	body, refused := c.promotionBody()
	if refused != nil {
		return refused
	}
	var p problems
	made, refused := readRecipe(body, &p)
	if strict := c.strictBody(&p); strict != nil {
		refused = strict
	}
	if refused != nil {
		return refused
	}
	codes := c.s.drawCodes(c.ids[0], made)
	if codes == nil {
		return failPromotion(http.StatusUnprocessableEntity, "exclude_characters: too few codes are left")
	}
	now := textTime(c.s.now())
	data := []byte(`{"max_uses":` + made.uses + `,"max_uses_per_customer":` + made.customer + `,"created":` + now + `,"batch_size":` + textInt(made.size) + `,"codes":[`)
	for i, code := range codes {
		r := codeFields.new()
		r[cdCode], r[cdUses], r[cdPerCustomer], r[cdCreated] = quote(code), made.uses, made.customer, now
		c.s.addCode(c.ids[0], r)
		if i > 0 {
			data = append(data, ',')
		}
		data = append(append(append(data, `{"code":`...), r[cdCode]...), '}')
	}
	return created(single(append(data, `]}`...)))
}

// drawCodes draws codes that the store does not have; nil if it does not find enough of them.
func (s *Store) drawCodes(promotion int, made recipe) []string {
	if made.alphabet == "" {
		return nil
	}
	rng := rand.New(rand.NewPCG(uint64(promotion), uint64(s.st.last["code"])))
	codes := make([]string, 0, made.size)
	drawn := map[string]bool{}
	for range 100 * made.size {
		part := make([]byte, made.length)
		for i := range part {
			part[i] = made.alphabet[rng.IntN(len(made.alphabet))]
		}
		code := made.before + string(part) + made.after
		if drawn[code] || s.st.codes.named[fold(code)] != nil {
			continue
		}
		drawn[code] = true
		if codes = append(codes, code); len(codes) == made.size {
			return codes
		}
	}
	return nil
}
