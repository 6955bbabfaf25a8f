package emulator

import (
	"cmp"
	"net/http"
	"slices"
	"strings"
)

func promotionRoutes() []routeEntry {
	return []routeEntry{
		at("v3/promotions", map[string]*endpoint{
			"GET": {run: listPromotions, query: names(pageNames, []string{
				"id", "name", "code", "currency_code", "redemption_type", "status", "sort", "direction", "channels", "query",
			})},
			"POST":   {run: createPromotion},
			"DELETE": {run: deletePromotions, query: []string{"id:in"}},
		}),
		at("v3/promotions/{}", map[string]*endpoint{"GET": {run: getPromotion}, "PUT": {run: updatePromotion}, "DELETE": {run: deletePromotion}}),
		at("v3/promotions/codes", map[string]*endpoint{
			"GET":    {run: findCode, query: []string{"code"}},
			"DELETE": {run: deleteCodeByName, query: []string{"code"}},
		}),
		at("v3/promotions/{}/codes", map[string]*endpoint{
			"GET":    {run: listCodes, query: names(pageNames, []string{"before", "after", "code"})},
			"POST":   {run: createCode},
			"DELETE": {run: deleteCodes, query: []string{"id:in", "code"}},
		}),
		at("v3/promotions/{}/codes/{}", map[string]*endpoint{"DELETE": {run: deleteCode}}),
		at("v3/promotions/{}/codegen", map[string]*endpoint{"POST": {run: generateCodes}}),
	}
}

func listPromotions(c *call) *reply {
	w, f := c.judgedWindow()
	if f != nil {
		return failPromotion(f.status, f.title)
	}
	tests, refused := c.promotionTests()
	if refused != nil {
		return refused
	}
	rows := filterRows(c.s.st.promotions, tests)
	if rows, refused = c.sortPromotions(rows); refused != nil {
		return refused
	}
	from, to := w.bounds(len(rows))
	data := appendRows(nil, promotionFields, rows[from:to])
	return c.listed(data, to-from, len(rows), w)
}

func (c *call) promotionTests() ([]rowTest, *reply) {
	var tests []rowTest
	for name, at := range map[string]int{"name": prName, "currency_code": prCurrency, "status": prStatus, "redemption_type": prRedeem} {
		if want := c.param(name); want != "" {
			tests = append(tests, func(r row) bool { return strings.EqualFold(unquote(r[at]), want) })
		}
	}
	if text := c.param("id"); text != "" {
		id, ok := wholeText(text)
		if !ok {
			return nil, failPromotion(http.StatusUnprocessableEntity, "id must be a whole number")
		}
		tests = append(tests, func(r row) bool { return number(r[0]) == id })
	}
	if want := c.param("code"); want != "" {
		tests = append(tests, func(r row) bool { return c.s.st.codes.promotionOf(want) == number(r[0]) })
	}
	if want := c.param("query"); want != "" {
		tests = append(tests, func(r row) bool {
			return strings.Contains(fold(unquote(r[prName])), fold(want)) || c.s.st.codes.promotionOf(want) == number(r[0])
		})
	}
	if c.param("channels") != "" {
		ids, ok := intList(c.list("channels"))
		if !ok {
			return nil, failPromotion(http.StatusUnprocessableEntity, "channels must be whole numbers")
		}
		tests = append(tests, func(r row) bool { return inChannels(r[prChannels], ids) })
	}
	return tests, nil
}

// inChannels reports whether a promotion is for one of the channels; none of its own are all.
func inChannels(text string, ids []int) bool {
	if text == "[]" {
		return true
	}
	for item := range elements(text) {
		for name, value := range members(item) {
			if name == "id" && slices.Contains(ids, number(value)) {
				return true
			}
		}
	}
	return false
}

// sortPromotions sorts by id unless the request says otherwise; priority, which cannot be set here, is the id too.
func (c *call) sortPromotions(rows []row) ([]row, *reply) {
	rows = slices.Clone(rows)
	switch c.param("sort") {
	case "", "id", "priority":
	case "name":
		slices.SortStableFunc(rows, func(a, b row) int { return cmp.Compare(fold(a[prName]), fold(b[prName])) })
	case "start_date":
		slices.SortStableFunc(rows, func(a, b row) int { return cmp.Compare(a[prStart], b[prStart]) })
	default:
		return nil, failPromotion(http.StatusUnprocessableEntity, "sort must be id, name, priority or start_date")
	}
	if c.param("direction") == "desc" {
		slices.Reverse(rows)
	}
	return rows, nil
}

func getPromotion(c *call) *reply {
	r := findRow(c.s.st.promotions, c.ids[0])
	if r == nil {
		return noPromotion(c.ids[0])
	}
	return single(promotionFields.append(nil, r, nil))
}

// createPromotion takes a promotion, with its first code if it brings one in codes.
func createPromotion(c *call) *reply {
	body, refused := c.promotionBody()
	if refused != nil {
		return refused
	}
	var p problems
	r, refused := c.s.buildPromotion(body, nil, &p)
	if strict := c.strictBody(&p); strict != nil {
		refused = strict
	}
	if refused != nil {
		return refused
	}
	first, brought := body["codes"].(map[string]any)
	var code row
	if brought {
		for _, name := range []string{"id", "current_uses", "created"} { // the schema asks for them, the store gives them
			delete(first, name)
		}
		if code, refused = c.s.buildCode(r, first, &p); refused != nil {
			return refused
		}
	}
	id := c.s.st.addPromotion(r)
	if brought {
		c.s.addCode(id, code)
	}
	return created(single(promotionFields.append(nil, r, nil)))
}

func created(r *reply) *reply {
	r.status = http.StatusCreated
	return r
}

// promotionBody decodes a body as an object; its refusals have the form of promotions.
func (c *call) promotionBody() (map[string]any, *reply) {
	v, err := decode(c.body)
	if err != nil {
		return nil, &reply{status: http.StatusBadRequest, body: []byte(`{"status":"400","title":"Input is invalid","type":"` + statusType + `","detail":"Syntax error"}`)}
	}
	o, ok := v.(map[string]any)
	if !ok {
		return nil, failPromotion(http.StatusUnprocessableEntity, "the body must be an object")
	}
	return o, nil
}

// updatePromotion takes any part of a promotion.
func updatePromotion(c *call) *reply {
	at, ok := rowAt(c.s.st.promotions, c.ids[0])
	if !ok {
		return noPromotion(c.ids[0])
	}
	body, refused := c.promotionBody()
	if refused != nil {
		return refused
	}
	var p problems
	r, refused := c.s.buildPromotion(body, c.s.st.promotions[at], &p)
	if strict := c.strictBody(&p); strict != nil {
		refused = strict
	}
	if refused != nil {
		return refused
	}
	c.s.st.promotions[at] = r
	return single(promotionFields.append(nil, r, nil))
}

func deletePromotion(c *call) *reply {
	if !c.s.st.dropPromotion(c.ids[0]) {
		return failPromotion(http.StatusUnprocessableEntity, codesRemain(c.ids[0]))
	}
	return noContent()
}

func codesRemain(id int) string {
	return "Failed for id=" + textInt(id) + ". Error: some relating codes are still present."
}

// deletePromotions deletes what id:in names and has no codes any more; the others are named, by
// their place in the request, in a 422 that says how many were deleted.
func deletePromotions(c *call) *reply {
	ids, refused := c.bulkIDs(maxPromotionDelete)
	if refused != nil {
		return refused
	}
	failed := map[string]string{}
	for i, id := range ids {
		if !c.s.st.dropPromotion(id) {
			failed[textInt(i)+".code"] = codesRemain(id)
		}
	}
	if len(failed) == 0 {
		return noContent()
	}
	return bulkRefusal("Errors occurred in bulk delete action.", failed, len(ids))
}

// bulkIDs reads the id:in that a deletion needs.
func (c *call) bulkIDs(limit int) ([]int, *reply) {
	ids, ok := intList(c.list("id:in"))
	switch {
	case len(c.list("id:in")) == 0:
		return nil, bulkRefusal("Parameter id:in is required", nil, 0)
	case !ok:
		return nil, bulkRefusal("Parameter id:in must be a list of integers", nil, 0)
	case len(ids) > limit:
		return nil, bulkRefusal("Parameter id:in must have at most "+textInt(limit)+" items", nil, 0)
	}
	return ids, nil
}

// bulkRefusal is the answer to a deletion of which failed items, or all, were not done.
func bulkRefusal(title string, failed map[string]string, total int) *reply {
	b := []byte(`{"errors":[{"status":422,"title":` + quote(title) + `,"type":"` + statusType + `"`)
	if len(failed) > 0 {
		b = appendErrors(append(b, `,"errors":`...), failed)
	}
	b = append(b, `}],"meta":{"total":`+textInt(total)+`,"success":`+textInt(total-len(failed))+`,"failed":`+textInt(len(failed))+`}}`...)
	return &reply{status: http.StatusUnprocessableEntity, body: b}
}
