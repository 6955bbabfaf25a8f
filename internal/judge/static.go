package judge

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strconv"
	"strings"
)

// batch is an endpoint that takes an array, with the most items that one request may hold and what makes an item name its record.
// Sources: catalog/products_catalog.v3.yml (413 above 10), catalog/product-variants_catalog.v3.yml (50; an item without id creates a variant
// when it has product_id, sku and option_values).
type batch struct {
	limit int
	names [][]string // an item has all fields of one of these
}

var batches = map[string]batch{
	"PUT /v3/catalog/products": {10, [][]string{{"id"}}},
	"PUT /v3/catalog/variants": {50, [][]string{{"id"}, {"product_id", "sku", "option_values"}}},
}

// deleteLimit is how many ids one DELETE of a collection may name (catalog/products_catalog.v3.yml, promotions.v3.yml); 0 = not documented.
func deleteLimit(path string) int {
	switch {
	case path == "/v3/catalog/products":
		return 250
	case path == "/v3/promotions":
		return 50
	case strings.HasPrefix(path, "/v3/promotions/") && strings.HasSuffix(path, "/codes"):
		return 250
	}
	return 0
}

// singles are last segments of paths that name one thing and not a collection: deleting an image needs no filter.
var singles = map[string]bool{"image": true, "site": true, "checkout-url": true}

// static applies the rules that need no specification file.
func static(method, path string, query url.Values, body []byte) []fault {
	switch method {
	case "PUT":
		if rule, ok := batches[method+" "+path]; ok {
			return rule.check(body)
		}
	case "DELETE":
		return checkDelete(path, query, body)
	case "GET":
		return checkLimit(path, query)
	}
	return nil
}

// checkLimit holds a page to 250 records: V2 answers 413 above, and what V3 does is not documented. Inventory has pages of 1000.
func checkLimit(path string, query url.Values) []fault {
	limit, err := strconv.Atoi(query.Get("limit"))
	if err != nil || limit <= 250 || strings.HasPrefix(path, "/v3/inventory/") {
		return nil
	}
	return []fault{{rule: RuleTooManyItems, where: "query limit", message: fmt.Sprintf("pages of %d, at most 250 are given", limit)}}
}

// fault is a violation before it is tied to its request.
type fault struct {
	rule, where, message string
	pointer              string // of a body's field
	value                any    // what stands there, for exceptions
	status               int    // of an answer
}

func (b batch) check(body []byte) []fault {
	var items []map[string]json.RawMessage
	if err := json.Unmarshal(body, &items); err != nil || items == nil {
		return []fault{{rule: RuleNotABatch, where: "body", message: "the endpoint takes an array of objects", pointer: "/"}}
	}
	var faults []fault
	if len(items) > b.limit {
		faults = append(faults, fault{rule: RuleTooManyItems, where: "body", message: fmt.Sprintf("%d items, at most %d are taken", len(items), b.limit)})
	}
	for i, item := range items {
		if !b.named(item) {
			faults = append(faults, fault{rule: RuleMissingID, where: fmt.Sprintf("body /%d", i), message: "the item has no id", pointer: fmt.Sprintf("/%d/id", i)})
		}
	}
	return faults
}

func (b batch) named(item map[string]json.RawMessage) bool {
	for _, names := range b.names {
		all := true
		for _, name := range names {
			value := string(item[name])
			all = all && value != "" && value != "null" && value != "0" && value != `""`
		}
		if all {
			return true
		}
	}
	return false
}

func checkDelete(path string, query url.Values, body []byte) []fault {
	if !collection(path) {
		return nil
	}
	if strings.HasSuffix(path, "/metafields") {
		var ids []json.Number
		if json.Unmarshal(body, &ids) != nil || len(ids) == 0 {
			return []fault{{rule: RuleUnfilteredDelete, where: "body", message: "the body must be an array of ids"}}
		}
		return nil
	}
	named := false
	for name, values := range query {
		if !strings.HasSuffix(name, ":in") && (name != "code" || path != "/v3/promotions/codes") {
			continue
		}
		for _, value := range values {
			ids := strings.Split(value, ",")
			if !blank(ids) {
				named = true
			}
			if limit := deleteLimit(path); limit > 0 && len(ids) > limit {
				return []fault{{rule: RuleTooManyItems, where: "query " + name, message: fmt.Sprintf("%d ids, at most %d are taken", len(ids), limit)}}
			}
		}
	}
	if !named {
		return []fault{{rule: RuleUnfilteredDelete, where: "query", message: "a DELETE of a collection must name ids"}}
	}
	return nil
}

func blank(pieces []string) bool {
	for _, piece := range pieces {
		if strings.TrimSpace(piece) == "" {
			return true
		}
	}
	return false
}

// collection tells /v3/catalog/products from /v3/catalog/products/7. The one path that ends in a name and is no collection but for the
// singles is a price record's, /v3/pricelists/1/records/2/USD.
func collection(path string) bool {
	segments := strings.Split(strings.Trim(path, "/"), "/")
	last := segments[len(segments)-1]
	if singles[last] || numeric(last) {
		return false
	}
	if n := len(segments); n >= 3 && segments[n-3] == "records" && numeric(segments[n-2]) {
		return false
	}
	return true
}

func numeric(text string) bool {
	for _, r := range text {
		if r < '0' || r > '9' {
			return false
		}
	}
	return text != ""
}
