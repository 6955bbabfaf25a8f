package emulator

import (
	"net/http"
	"slices"
)

func couponRoutes() []routeEntry {
	return []routeEntry{
		at("v2/coupons", map[string]*endpoint{
			"GET": {run: listCoupons, query: names(pageNames, []string{
				"id", "code", "name", "type", "exclude_type", "min_id", "max_id",
			})},
			"POST":   {run: createCoupon},
			"DELETE": {run: deleteCoupons, query: []string{"id:in"}},
		}),
		at("v2/coupons/count", map[string]*endpoint{"GET": {run: countCoupons}}),
		at("v2/coupons/{}", map[string]*endpoint{"PUT": {run: updateCoupon}, "DELETE": {run: deleteCoupon}}),
	}
}

// listCoupons answers coupons by id; min_id is inclusive.
func listCoupons(c *call) *reply {
	var tests []rowTest
	for name, keep := range map[string]func(have, want int) bool{
		"id":     func(have, want int) bool { return have == want },
		"min_id": func(have, want int) bool { return have >= want },
		"max_id": func(have, want int) bool { return have <= want },
	} {
		text := c.param(name)
		if text == "" {
			continue
		}
		want, ok := wholeText(text)
		if !ok {
			return invalidV2(name, "must be a whole number")
		}
		tests = append(tests, func(r row) bool { return keep(number(r[0]), want) })
	}
	if want := c.param("code"); want != "" {
		tests = append(tests, func(r row) bool { return c.s.opts.sameCode(unquote(r[cpCode]), want) })
	}
	if want := c.param("name"); want != "" {
		tests = append(tests, func(r row) bool { return unquote(r[cpName]) == want })
	}
	if want := c.param("type"); want != "" {
		tests = append(tests, func(r row) bool { return unquote(r[cpType]) == want })
	}
	if want := c.param("exclude_type"); want != "" {
		tests = append(tests, func(r row) bool { return unquote(r[cpType]) != want })
	}
	rows := filterRows(c.s.st.coupons, tests)
	return c.listV2(len(rows), func(dst []byte, i int) []byte { return c.s.appendCoupon(dst, rows[i]) })
}

// countCoupons counts the whole store: it has no filters.
func countCoupons(c *call) *reply { return countV2(len(c.s.st.coupons)) }

func createCoupon(c *call) *reply {
	body, refused := c.object()
	if refused != nil {
		return refused
	}
	r, refused := c.s.buildCoupon(body, nil)
	if refused != nil {
		return refused
	}
	c.s.st.addCoupon(r)
	return &reply{status: http.StatusCreated, body: c.s.appendCoupon(nil, r)}
}

// updateCoupon takes any part of a coupon, but clears applies_to if that is left out. The row of
// a promotion is not a coupon to edit.
func updateCoupon(c *call) *reply {
	at, ok := rowAt(c.s.st.coupons, c.ids[0])
	if !ok {
		return notFoundV2()
	}
	body, refused := c.object()
	if refused != nil {
		return refused
	}
	old := c.s.st.coupons[at]
	if old[cpType] == promotionCoupon {
		return invalidV2("type", "a coupon of a promotion is edited with its promotion")
	}
	r, refused := c.s.buildCoupon(body, old)
	if refused != nil {
		return refused
	}
	c.s.st.coupons[at] = r
	return plain(c.s.appendCoupon(nil, r))
}

func deleteCoupon(c *call) *reply {
	if !c.s.st.dropCoupon(c.ids[0]) {
		return notFoundV2()
	}
	return noContent()
}

func (st *state) dropCoupon(id int) bool {
	at, ok := rowAt(st.coupons, id)
	if ok {
		st.coupons = slices.Delete(slices.Clone(st.coupons), at, at+1)
	}
	return ok
}

// deleteCoupons deletes the coupons that id:in names; without the filter, or with an empty one, it
// deletes every coupon of the store, as the platform does (marketing.v2.yml). Ids that are not there are ignored.
func deleteCoupons(c *call) *reply {
	ids, ok := intList(c.list("id:in"))
	switch {
	case !ok:
		return invalidV2("id:in", "must be whole numbers")
	case len(ids) > c.s.opts.batchLimit():
		return failV2(http.StatusRequestEntityTooLarge, "The specified limit exceeds the maximum allowed.", `{"max_limit":`+textInt(c.s.opts.batchLimit())+`}`)
	case len(ids) == 0:
		c.s.st.coupons = nil
	}
	for _, id := range ids {
		c.s.st.dropCoupon(id)
	}
	return noContent()
}
