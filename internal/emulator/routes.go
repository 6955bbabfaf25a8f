package emulator

import (
	"slices"
	"strconv"
	"strings"
)

// endpoint is one method of one path.
type endpoint struct {
	run       func(*call) *reply
	query     []string // query names that it documents
	multipart bool
}

// routeEntry is a path pattern; {} stands for a number.
type routeEntry struct {
	parts   []string
	methods map[string]*endpoint
}

// at is a path with its methods.
func at(path string, methods map[string]*endpoint) routeEntry {
	return routeEntry{strings.Split(strings.Trim(path, "/"), "/"), methods}
}

var (
	pageNames  = []string{"page", "limit"}
	fieldNames = []string{"include_fields", "exclude_fields"}
)

func names(groups ...[]string) []string { return slices.Concat(groups...) }

// routes lists every path of the store; a new resource adds its own function here.
var routes = slices.Concat(productRoutes(), childRoutes(), variantRoutes(), optionRoutes(), modifierRoutes(),
	brandRoutes(), treeRoutes(), categoryRoutes(), assignmentRoutes(), infoRoutes(), metafieldRoutes(),
	orderRoutes(), orderPartRoutes(), shipmentRoutes(), paymentRoutes(), paymentActionRoutes(), couponRoutes(),
	promotionRoutes(), customerRoutes())

func productRoutes() []routeEntry {
	list := names(pageNames, fieldNames, []string{
		"include", "sort", "direction", "id", "id:in", "id:min", "id:max", "id:greater", "id:less", "name", "sku", "sku:in",
	})
	for name := range productFilters {
		list = append(list, name)
	}
	list = append(list, "keyword_context")
	return []routeEntry{
		at("v3/catalog/products", map[string]*endpoint{
			"GET":    {run: listProducts, query: list},
			"POST":   {run: createProduct, query: fieldNames[:1]},
			"PUT":    {run: updateProducts, query: fieldNames[:1]},
			"DELETE": {run: deleteProducts, query: deleteFilters},
		}),
		at("v3/catalog/products/{}", map[string]*endpoint{
			"GET":    {run: getProduct, query: names(fieldNames, []string{"include"})},
			"PUT":    {run: updateProduct, query: []string{"include", "include_fields"}},
			"DELETE": {run: deleteProduct},
		}),
	}
}

// find gives the endpoint of a request and keeps the path's numbers in it; known is false if no
// route has that path.
func find(c *call) (e *endpoint, known bool) {
	parts := strings.Split(strings.Trim(c.path, "/"), "/")
	method := c.method
	if method == "HEAD" {
		method = "GET"
	}
	for _, r := range routes {
		if ids, ok := r.match(parts); ok {
			c.ids = ids
			return r.methods[method], true
		}
	}
	return nil, false
}

func (r routeEntry) match(parts []string) (ids []int, ok bool) {
	if len(parts) != len(r.parts) {
		return nil, false
	}
	for i, want := range r.parts {
		if want != "{}" {
			if want != parts[i] {
				return nil, false
			}
			continue
		}
		n, err := strconv.Atoi(parts[i])
		if err != nil || n < 0 {
			return nil, false
		}
		ids = append(ids, n)
	}
	return ids, true
}
