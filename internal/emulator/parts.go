package emulator

import (
	"net/http"
	"slices"
	"strings"
)

// Limits of the lists that hang on one product.
const (
	maxCustomFields = 200
	maxBulkRules    = 50
	maxImages       = 1000
)

// customFields, ruleFields, imageFields, videoFields and reviewFields are the sub-resources of a
// product; source: catalog/products_catalog.v3.yml.
var (
	customFields = newTable(
		field{name: "id", kind: kindInt, access: readOnly},
		field{name: "name", kind: kindString, min: 1, max: 250, required: true},
		field{name: "value", kind: kindString, min: 1, max: 250, required: true},
	)
	ruleFields = newTable(
		field{name: "id", kind: kindInt, access: readOnly},
		field{name: "quantity_min", kind: kindInt, required: true},
		field{name: "quantity_max", kind: kindInt, required: true},
		field{name: "type", kind: kindString, enum: []string{"price", "percent", "fixed"}, required: true},
		field{name: "amount", kind: kindDecimal, required: true},
	)
	imageFields = newTable(
		field{name: "id", kind: kindInt, access: readOnly},
		field{name: "product_id", kind: kindInt, access: readOnly},
		field{name: "is_thumbnail", kind: kindBool, def: textFalse},
		field{name: "sort_order", kind: kindInt, def: "0", min: minInt32, max: maxInt32},
		field{name: "description", kind: kindString, def: textEmpty},
		field{name: "image_file", kind: kindString, def: textEmpty, access: readOnly},
		field{name: "url_zoom", kind: kindString, access: readOnly},
		field{name: "url_standard", kind: kindString, access: readOnly},
		field{name: "url_thumbnail", kind: kindString, access: readOnly},
		field{name: "url_tiny", kind: kindString, access: readOnly},
		field{name: "date_modified", kind: kindTime, access: tolerated},
		field{name: "image_url", kind: kindString, access: writeOnly},
	)
	videoFields = newTable(
		field{name: "id", kind: kindInt, access: readOnly},
		field{name: "product_id", kind: kindInt, access: readOnly},
		field{name: "title", kind: kindString, def: textEmpty, max: 255},
		field{name: "description", kind: kindString, def: textEmpty},
		field{name: "sort_order", kind: kindInt, def: "0", min: minInt32, max: maxInt32},
		field{name: "type", kind: kindString, def: `"youtube"`, enum: []string{"youtube"}},
		field{name: "video_id", kind: kindString, max: 25, required: true},
		field{name: "length", kind: kindString, def: `"00:00"`, access: readOnly},
	)
	reviewFields = newTable(
		field{name: "id", kind: kindInt, access: readOnly},
		field{name: "title", kind: kindString, max: 255, required: true},
		field{name: "text", kind: kindString, def: textEmpty},
		field{name: "status", kind: kindString, def: `"approved"`},
		field{name: "rating", kind: kindInt, def: "5", max: 5},
		field{name: "email", kind: kindString, def: textEmpty},
		field{name: "name", kind: kindString, def: textEmpty, max: 255},
		field{name: "date_reviewed", kind: kindTime, required: true},
		field{name: "date_created", kind: kindTime, access: readOnly},
		field{name: "date_modified", kind: kindTime, access: readOnly},
	)
)

// child is a list of rows that hangs on a product, with its rules.
type child struct {
	path  string // last part of its URL
	name  string // in error texts
	table *table
	rows  func(*product) *[]row
	max   int
	// check judges r, which is one of rows of p, and may complete it.
	check func(s *Store, p *product, r row, body map[string]any) *failure
}

var children = []*child{
	{path: "custom-fields", name: "custom field", table: customFields, rows: func(p *product) *[]row { return &p.fields }, max: maxCustomFields, check: checkCustomField},
	{path: "bulk-pricing-rules", name: "bulk pricing rule", table: ruleFields, rows: func(p *product) *[]row { return &p.rules }, max: maxBulkRules, check: checkRule},
	{path: "images", name: "product image", table: imageFields, rows: func(p *product) *[]row { return &p.images }, max: maxImages, check: checkImage},
	{path: "videos", name: "product video", table: videoFields, rows: func(p *product) *[]row { return &p.videos }, max: maxImages, check: checkVideo},
	{path: "reviews", name: "review", table: reviewFields, rows: func(p *product) *[]row { return &p.reviews }, max: maxImages, check: checkReview},
}

// childNames maps the keys of a product's body to the lists behind them.
var childNames = map[string]*child{
	"custom_fields": children[0], "bulk_pricing_rules": children[1], "images": children[2], "videos": children[3],
}

// put adds a row of body to p (id 0), or changes the one of that id. p is the caller's own.
func (ch *child) put(s *Store, p *product, id int, body map[string]any, pr *problems) (row, *failure) {
	rows := ch.rows(p)
	at := -1
	m := creating
	r := ch.table.new()
	if id != 0 {
		m = updating
		at = slices.IndexFunc(*rows, func(r row) bool { return number(r[0]) == id })
		if at < 0 {
			return nil, notFound(ch.name, id)
		}
		r = slices.Clone((*rows)[at])
	}
	ch.table.patch(r, body, m, pr, "id", "product_id", "image_file")
	if f := pr.failure(); f != nil {
		return nil, f
	}
	if id == 0 {
		if len(*rows) >= ch.max {
			return nil, failField(http.StatusUnprocessableEntity, strings.ReplaceAll(ch.path, "-", "_"),
				"A product can have at most "+textInt(ch.max)+" of "+ch.path)
		}
		r[0] = textInt(s.st.next(ch.path))
		at = len(*rows)
		*rows = append(*rows, r)
	} else {
		(*rows)[at] = r
	}
	if ch.check != nil {
		if f := ch.check(s, p, r, body); f != nil {
			return nil, f
		}
	}
	return (*rows)[at], nil
}

// keepOnly drops the rows of p, which is the caller's own, that a list of objects does not name by id.
func (ch *child) keepOnly(p *product, list []any) {
	named := map[string]bool{}
	for _, item := range list {
		if id, ok := wholeNumber(walkKey(item, "id")); ok {
			named[textInt(id)] = true
		}
	}
	rows := ch.rows(p)
	*rows = slices.DeleteFunc(*rows, func(r row) bool { return !named[r[0]] })
}

// parts applies the sub-resources in a product's body: with an id they change, without they add.
func (w *writing) parts(old *product, body map[string]any, pr *problems) *failure {
	for _, name := range []string{"custom_fields", "bulk_pricing_rules", "images", "videos"} {
		v, ok := body[name]
		if !ok || v == nil {
			continue
		}
		list, ok := v.([]any)
		if !ok {
			pr.add(&pr.typed, name, "error.expected.jsarray")
			return pr.failure()
		}
		if old != nil && w.s.opts.PartsReplaced {
			childNames[name].keepOnly(w.p, list)
		}
		for _, item := range list {
			o, ok := item.(map[string]any)
			if !ok {
				pr.add(&pr.typed, name, "error.expected.jsobject")
				return pr.failure()
			}
			id, _ := wholeNumber(o["id"])
			if old == nil {
				id = 0
			}
			if _, f := childNames[name].put(w.s, w.p, id, o, pr); f != nil {
				return f
			}
		}
	}
	if old != nil { // variants of a PUT have no effect
		return nil
	}
	list, ok := body["variants"].([]any)
	if !ok {
		return nil
	}
	for _, item := range list {
		o, ok := item.(map[string]any)
		if !ok {
			pr.add(&pr.typed, "variants", "error.expected.jsobject")
			return pr.failure()
		}
		_, side, f := w.s.addVariant(w.p, o, true, pr)
		if f != nil {
			return f
		}
		if side != nil {
			w.side = side
		}
	}
	return nil
}

func checkCustomField(_ *Store, p *product, r row, _ map[string]any) *failure {
	for _, other := range p.fields {
		if other[0] != r[0] && other[1] == r[1] && other[2] == r[2] {
			return failField(http.StatusConflict, "name", "A custom field with the same name and value exists")
		}
	}
	return nil
}

// checkRule keeps the ranges of the rules apart; quantity_max 0 is open.
func checkRule(_ *Store, p *product, r row, _ map[string]any) *failure {
	low, high := ruleRange(r)
	if high < low {
		return failField(http.StatusUnprocessableEntity, "quantity_max", "quantity_max must not be less than quantity_min")
	}
	for _, other := range p.rules {
		if other[0] == r[0] {
			continue
		}
		if from, to := ruleRange(other); low <= to && from <= high {
			return failField(http.StatusConflict, "quantity_min", "The quantity range overlaps with another bulk pricing rule")
		}
	}
	return nil
}

func ruleRange(r row) (low, high int) {
	low, high = number(r[1]), number(r[2])
	if high == 0 {
		high = int(^uint(0) >> 1)
	}
	return low, high
}

func checkVideo(_ *Store, p *product, r row, _ map[string]any) *failure {
	videoFields.set(r, "product_id", textInt(p.id))
	return nil
}

func checkReview(s *Store, _ *product, r row, _ map[string]any) *failure {
	now := textTime(s.now())
	if reviewFields.get(r, "date_created") == "" {
		reviewFields.set(r, "date_created", now)
	}
	reviewFields.set(r, "date_modified", now)
	return nil
}
