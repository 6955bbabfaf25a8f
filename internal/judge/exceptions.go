package judge

import (
	"net/http"
	"slices"
	"strings"
)

// exception excuses what the specification files get wrong: where they contradict themselves, their own prose, or recorded answers.
// Nothing else is excused, and each use is counted by name.
type exception struct {
	name       string
	reason     string
	rule       string
	operations []string // as "GET /v3/catalog/products"; a final * stands for any rest; none means every operation
	pointers   []string // with * for a list's place; none means any
	null       bool     // only a null is excused
	holds      func(op *operation, found fault) bool
}

var productReads = []string{"GET /v3/catalog/products", "GET /v3/catalog/products/{product_id}", "POST /v3/catalog/products", "PUT /v3/catalog/products", "PUT /v3/catalog/products/{product_id}"}

// exceptions are looked through in order.
var exceptions = append(orderExceptions, []exception{
	{
		name: "batch-id", rule: RuleReadOnlyField,
		reason:   "batch updates require the id that their schema calls read-only",
		pointers: []string{"/*/id"},
		holds:    func(op *operation, _ fault) bool { return op.method == http.MethodPut },
	},
	{
		name: "child-id", rule: RuleReadOnlyField,
		reason:     "an update names a child by its id (the file's own example sends it), which the child's schema calls read-only",
		operations: []string{"PUT /v3/catalog/products", "PUT /v3/catalog/products/{product_id}"},
		pointers: []string{
			"/*/bulk_pricing_rules/*/id", "/*/custom_fields/*/id", "/*/images/*/id",
			"/bulk_pricing_rules/*/id", "/custom_fields/*/id", "/images/*/id",
		},
	},
	{
		name: "batch-variant-create", rule: RuleReadOnlyField,
		reason:     "the prose of the batch names these fields for a variant to create, its schema does not",
		operations: []string{"PUT /v3/catalog/variants"},
		pointers:   []string{"/*/product_id", "/*/sku", "/*/option_values"},
	},
	{
		name: "batch-variant-codes", rule: RuleUnknownField,
		reason:     "the schema of the same file's single variant has these fields, the batch's does not",
		operations: []string{"PUT /v3/catalog/variants"},
		pointers:   []string{"/*/gtin", "/*/mpn", "/*/map_price", "/*/image_url"},
	},
	{
		name: "included-children", rule: RuleAnswerField,
		reason:     "include= offers variants, reviews and channels, the product's schema does not have them; variants are held against the product's list of variants instead",
		operations: productReads,
		pointers:   []string{"/data/variants", "/data/*/variants", "/data/reviews", "/data/*/reviews", "/data/channels", "/data/*/channels"},
	},
	{
		name: "variant-fields", rule: RuleAnswerField,
		reason: "the schemas of variants differ between the lists of one file; examples and recorded answers carry these fields on all of them",
		pointers: []string{
			"/data/map_price", "/data/*/map_price", "/data/*/gtin", "/data/*/mpn", "/data/*/image_url", "/data/*/calculated_weight",
			"/data/gtin", "/data/mpn", "/data/image_url", "/data/calculated_weight",
		},
		operations: []string{
			"GET /v3/catalog/variants", "PUT /v3/catalog/variants",
			"GET /v3/catalog/products/{product_id}/variants*", "PUT /v3/catalog/products/{product_id}/variants*", "POST /v3/catalog/products/{product_id}/variants",
		},
	},
	{
		name: "modifier-nulls", rule: RuleAnswerSchema, null: true,
		reason:     "recorded modifiers have null for an adjuster or a date limit that is not set",
		operations: []string{"GET /v3/catalog/products*", "POST /v3/catalog/products*", "PUT /v3/catalog/products*"},
		holds: func(_ *operation, found fault) bool {
			for _, end := range []string{"/adjusters/price", "/adjusters/weight", "/config/date_earliest_value", "/config/date_latest_value"} {
				if strings.HasSuffix(found.pointer, end) {
					return true
				}
			}
			return false
		},
	},
	{
		name: "image-file", rule: RuleAnswerField,
		reason:     "examples and recorded answers carry the stored file's name, the schema of answers does not",
		operations: append([]string{"GET /v3/catalog/products/{product_id}/images*", "POST /v3/catalog/products/{product_id}/images", "PUT /v3/catalog/products/{product_id}/images*"}, productReads...),
		pointers:   []string{"/data/image_file", "/data/*/image_file", "/data/images/*/image_file", "/data/*/images/*/image_file", "/data/primary_image/image_file", "/data/*/primary_image/image_file"},
	},
	{
		name: "option-name", rule: RuleAnswerField,
		reason:   "recorded options have the internal name beside the display name",
		pointers: []string{"/data/options/*/name", "/data/*/options/*/name", "/data/name", "/data/*/name"},
		holds: func(op *operation, found fault) bool {
			return strings.Contains(op.name, "/options") || strings.Contains(found.pointer, "/options/")
		},
	},
	{
		name: "empty-config", rule: RuleAnswerSchema,
		reason:   "recorded options and modifiers without configuration have [] where the schema has an object",
		pointers: []string{"/data/config", "/data/*/config", "/data/options/*/config", "/data/*/options/*/config", "/data/modifiers/*/config", "/data/*/modifiers/*/config"},
		holds:    func(_ *operation, found fault) bool { list, ok := found.value.([]any); return ok && len(list) == 0 },
	},
	{
		name: "modifier-value-option-id", rule: RuleAnswerField,
		reason:     "the file's examples of modifier values carry option_id, their schema does not",
		operations: []string{"POST /v3/catalog/products/{product_id}/modifiers/{modifier_id}/values", "PUT /v3/catalog/products/{product_id}/modifiers/{modifier_id}/values/{value_id}"},
		pointers:   []string{"/data/option_id"},
	},
	{
		name: "modifier-created", rule: RuleAnswerField,
		reason:     "the answer to a created modifier is the modifier itself in the file's example; its schema is empty of them",
		operations: []string{"POST /v3/catalog/products/{product_id}/modifiers"},
		pointers:   []string{"/data/id", "/data/product_id", "/data/name", "/data/display_name", "/data/type", "/data/required", "/data/sort_order", "/data/config", "/data/option_values"},
	},
	{
		name: "review-product-id", rule: RuleAnswerField,
		reason:     "the file's examples of reviews carry product_id, their schema does not",
		operations: []string{"GET /v3/catalog/products/{product_id}/reviews*", "POST /v3/catalog/products/{product_id}/reviews", "PUT /v3/catalog/products/{product_id}/reviews*"},
		pointers:   []string{"/data/product_id"},
	},
	{
		name: "bulk-pricing-list", rule: RuleAnswerSchema,
		reason:     "the list of bulk pricing rules is described as one object; recorded answers and the title say list",
		operations: []string{"GET /v3/catalog/products/{product_id}/bulk-pricing-rules"},
		pointers:   []string{"/data"},
		holds:      func(_ *operation, found fault) bool { _, ok := found.value.([]any); return ok },
	},
	{
		name: "lowest-variant-price", rule: RuleAnswerSchema,
		reason:     "the summary's lowest price is a string in the schema, a number in recorded answers",
		operations: []string{"GET /v3/catalog/summary"},
		pointers:   []string{"/data/lowest_variant_price"},
	},
	{
		name: "empty-date", rule: RuleAnswerSchema,
		reason:     "recorded products without a date have an empty string in it",
		operations: productReads,
		pointers:   []string{"/data/preorder_release_date", "/data/*/preorder_release_date", "/data/date_last_imported", "/data/*/date_last_imported"},
		holds:      func(_ *operation, found fault) bool { return found.value == "" },
	},
	{
		name: "product-nulls", rule: RuleAnswerSchema, null: true,
		reason:     "base_variant_id is null for complex products in the prose and option sets are null in recorded answers, the schema allows neither",
		operations: productReads,
		pointers: []string{
			"/data/base_variant_id", "/data/*/base_variant_id",
			"/data/option_set_id", "/data/*/option_set_id", "/data/option_set_display", "/data/*/option_set_display",
		},
	},
	{
		name: "primary-image-null", rule: RuleAnswerSchema, null: true,
		reason:     "a live store has null for the primary image of a product without images, the schema an object only",
		operations: productReads,
		pointers:   []string{"/data/primary_image", "/data/*/primary_image"},
	},
	{
		name: "image-alternatives", rule: RuleAnswerSchema,
		reason:     "the two alternatives of an image's answer overlap: every image fits both, and oneOf allows one",
		operations: []string{"POST /v3/catalog/products/{product_id}/images", "PUT /v3/catalog/products/{product_id}/images/{image_id}"},
		pointers:   []string{"/data"},
		holds:      func(_ *operation, found fault) bool { return strings.Contains(found.message, "more than one") },
	},
	{
		name: "sale-price-null", rule: RuleAnswerSchema, null: true,
		reason:   "recorded answers have null for a price that is not set; not every schema allows it",
		pointers: []string{"/data/sale_price", "/data/*/sale_price", "/data/*/variants/*/sale_price", "/data/variants/*/sale_price"},
	},
	{
		name: "brand-null-meta", rule: RuleAnswerSchema, null: true,
		reason:     "recorded brands have a null description",
		operations: []string{"GET /v3/catalog/brands*"},
		pointers:   []string{"/data/meta_description", "/data/*/meta_description"},
	},
	{
		name: "null-meta", rule: RuleAnswerSchema, null: true,
		reason:   "recorded answers of single records have a null meta",
		pointers: []string{"/meta"},
	},
	{
		name: "error-details", rule: RuleAnswerField,
		reason:   "recorded V3 errors carry errors, code, instance, title and type, whatever the operation's own schema of errors names",
		pointers: []string{"/errors", "/code", "/instance", "/status", "/title", "/type", "/message"},
		holds:    func(op *operation, found fault) bool { return op.version == "v3" && found.status >= 400 },
	},
	{
		name: "v2-empty", rule: RuleAnswerStatus,
		reason: "empty V2 lists are answered 204 (observed), which most files do not list",
		holds: func(op *operation, found fault) bool {
			return op.version == "v2" && op.method == http.MethodGet && found.status == http.StatusNoContent
		},
	},
	{
		name: "order-fields", rule: RuleAnswerField,
		reason:     "the file's examples and recorded orders carry these fields, the schemas do not",
		operations: []string{"GET /v2/orders*", "POST /v2/orders", "PUT /v2/orders*"},
		pointers: []string{
			"/custom_status", "/*/custom_status", "/credit_card_type", "/*/credit_card_type",
			"/fees/*/cost_exc_tax", "/*/fees/*/cost_exc_tax", "/product_options/*/option id",
		},
	},
	{
		name: "order-fees", rule: RuleAnswerField,
		reason:     "the fees of an order are {\"fees\": [...]} in the example, one bare fee in the schema",
		operations: []string{"GET /v2/orders/{order_id}/fees"},
		pointers:   []string{"/fees"},
	},
	{
		name: "order-status-place", rule: RuleAnswerField,
		reason:     "the examples of order statuses carry order, the schema does not",
		operations: []string{"GET /v2/order_statuses*"},
		pointers:   []string{"/order", "/*/order"},
	},
	{
		name: "generated-code", rule: RuleAnswerSchema,
		reason:     "the pattern of generated codes fits no prefix, delimiter or length other than the default, which the same operation takes",
		operations: []string{"POST /v3/promotions/{promotion_id}/codegen"},
		pointers:   []string{"/data/codes/*/code"},
	},
	{
		name: "promotion-refused", rule: RuleAnswerSchema,
		reason:     "the file writes the status of a 403 as a text; recorded answers of the gateway, which knows the scopes, have a number",
		operations: []string{"POST /v3/promotions", "POST /v3/promotions/{promotion_id}/codegen"},
		pointers:   []string{"/status"},
		holds:      func(_ *operation, found fault) bool { return found.status == http.StatusForbidden },
	},
	{
		name: "customer-segments", rule: RuleAnswerField,
		reason:     "the examples of customers carry the fields of shopper segments, the schema does not",
		operations: []string{"GET /v3/customers", "POST /v3/customers", "PUT /v3/customers"},
		pointers:   []string{"/data/*/shopper_profile_id", "/data/*/segment_ids"},
	},
}...)

// excuse names the exception that excuses a fault, or nothing.
func excuse(op *operation, found fault) string {
	for i := range exceptions {
		if exceptions[i].excuses(op, found) {
			return exceptions[i].name
		}
	}
	return ""
}

func (e *exception) excuses(op *operation, found fault) bool {
	switch {
	case e.rule != found.rule:
		return false
	case e.null && found.value != nil:
		return false
	case len(e.operations) > 0 && !slices.ContainsFunc(e.operations, func(name string) bool { return covers(name, op.name) }):
		return false
	case len(e.pointers) > 0 && !slices.Contains(e.pointers, placeless(found.pointer)):
		return false
	}
	return e.holds == nil || e.holds(op, found)
}

func covers(pattern, name string) bool {
	if stem, open := strings.CutSuffix(pattern, "*"); open {
		return strings.HasPrefix(name, stem)
	}
	return pattern == name
}

// placeless writes the places of lists in a pointer as *.
func placeless(pointer string) string {
	segments := strings.Split(pointer, "/")
	for i, segment := range segments {
		if numeric(segment) {
			segments[i] = "*"
		}
	}
	return strings.Join(segments, "/")
}
