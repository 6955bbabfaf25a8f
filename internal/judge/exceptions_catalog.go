package judge

import (
	"net/http"
	"strings"
)

var productReads = []string{"GET /v3/catalog/products", "GET /v3/catalog/products/{product_id}", "POST /v3/catalog/products", "PUT /v3/catalog/products", "PUT /v3/catalog/products/{product_id}"}

// catalogExceptions are those of the catalogue.
var catalogExceptions = []exception{
	{
		name: "child-id", follows: followsExample, rule: RuleReadOnlyField,
		reason:     "an update names a child by its id (the file's own example sends it), which the child's schema calls read-only",
		operations: []string{"PUT /v3/catalog/products", "PUT /v3/catalog/products/{product_id}"},
		pointers: []string{
			"/*/bulk_pricing_rules/*/id", "/*/custom_fields/*/id", "/*/images/*/id",
			"/bulk_pricing_rules/*/id", "/custom_fields/*/id", "/images/*/id",
		},
	},
	{
		name: "batch-variant-create", follows: followsProse, rule: RuleReadOnlyField,
		reason:     "the prose of the batch names these fields for a variant to create, its schema does not",
		operations: []string{"PUT /v3/catalog/variants"},
		pointers:   []string{"/*/product_id", "/*/sku", "/*/option_values"},
	},
	{
		name: "batch-variant-codes", follows: followsOther, rule: RuleUnknownField,
		reason:     "the schema of the same file's single variant has these fields, the batch's does not",
		operations: []string{"PUT /v3/catalog/variants"},
		pointers:   []string{"/*/gtin", "/*/mpn", "/*/map_price", "/*/image_url"},
	},
	{
		name: "included-children", follows: followsProse, rule: RuleAnswerField,
		reason:     "include= offers variants, reviews and channels, the product's schema does not have them; variants are held against the product's list of variants instead",
		operations: productReads,
		pointers:   []string{"/data/variants", "/data/*/variants", "/data/reviews", "/data/*/reviews", "/data/channels", "/data/*/channels"},
	},
	{
		name: "variant-fields", follows: followsRecorded, rule: RuleAnswerField,
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
		name: "modifier-nulls", follows: followsRecorded, rule: RuleAnswerSchema, null: true,
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
		name: "image-file", follows: followsRecorded, rule: RuleAnswerField,
		reason:     "examples and recorded answers carry the stored file's name, the schema of answers does not",
		operations: append([]string{"GET /v3/catalog/products/{product_id}/images*", "POST /v3/catalog/products/{product_id}/images", "PUT /v3/catalog/products/{product_id}/images*"}, productReads...),
		pointers:   []string{"/data/image_file", "/data/*/image_file", "/data/images/*/image_file", "/data/*/images/*/image_file", "/data/primary_image/image_file", "/data/*/primary_image/image_file"},
	},
	{
		name: "option-name", follows: followsRecorded, rule: RuleAnswerField,
		reason:   "recorded options have the internal name beside the display name",
		pointers: []string{"/data/options/*/name", "/data/*/options/*/name", "/data/name", "/data/*/name"},
		holds: func(op *operation, found fault) bool {
			return strings.Contains(op.name, "/options") || strings.Contains(found.pointer, "/options/")
		},
	},
	{
		name: "empty-config", follows: followsRecorded, rule: RuleAnswerSchema,
		reason:   "recorded options and modifiers without configuration have [] where the schema has an object",
		pointers: []string{"/data/config", "/data/*/config", "/data/options/*/config", "/data/*/options/*/config", "/data/modifiers/*/config", "/data/*/modifiers/*/config"},
		holds:    func(_ *operation, found fault) bool { list, ok := found.value.([]any); return ok && len(list) == 0 },
	},
	{
		name: "modifier-value-option-id", follows: followsExample, rule: RuleAnswerField,
		reason:     "the file's examples of modifier values carry option_id, their schema does not",
		operations: []string{"POST /v3/catalog/products/{product_id}/modifiers/{modifier_id}/values", "PUT /v3/catalog/products/{product_id}/modifiers/{modifier_id}/values/{value_id}"},
		pointers:   []string{"/data/option_id"},
	},
	{
		name: "modifier-created", follows: followsExample, rule: RuleAnswerField,
		reason:     "the answer to a created modifier is the modifier itself in the file's example; its schema is empty of them",
		operations: []string{"POST /v3/catalog/products/{product_id}/modifiers"},
		pointers:   []string{"/data/id", "/data/product_id", "/data/name", "/data/display_name", "/data/type", "/data/required", "/data/sort_order", "/data/config", "/data/option_values"},
	},
	{
		name: "review-product-id", follows: followsExample, rule: RuleAnswerField,
		reason:     "the file's examples of reviews carry product_id, their schema does not",
		operations: []string{"GET /v3/catalog/products/{product_id}/reviews*", "POST /v3/catalog/products/{product_id}/reviews", "PUT /v3/catalog/products/{product_id}/reviews*"},
		pointers:   []string{"/data/product_id"},
	},
	{
		name: "bulk-pricing-list", follows: followsRecorded, rule: RuleAnswerSchema,
		reason:     "the list of bulk pricing rules is described as one object; recorded answers and the title say list",
		operations: []string{"GET /v3/catalog/products/{product_id}/bulk-pricing-rules"},
		pointers:   []string{"/data"},
		holds:      func(_ *operation, found fault) bool { _, ok := found.value.([]any); return ok },
	},
	{
		name: "lowest-variant-price", follows: followsEither, rule: RuleAnswerSchema,
		reason:     "the summary's lowest price is a string in the schema, a number in recorded answers",
		operations: []string{"GET /v3/catalog/summary"},
		pointers:   []string{"/data/lowest_variant_price"},
	},
	{
		name: "empty-date", follows: followsRecorded, rule: RuleAnswerSchema,
		reason:     "recorded products without a date have an empty string in it",
		operations: productReads,
		pointers:   []string{"/data/preorder_release_date", "/data/*/preorder_release_date", "/data/date_last_imported", "/data/*/date_last_imported"},
		holds:      func(_ *operation, found fault) bool { return found.value == "" },
	},
	{
		name: "product-nulls", follows: followsRecorded, rule: RuleAnswerSchema, null: true,
		reason:     "base_variant_id is null for complex products in the prose and option sets are null in recorded answers, the schema allows neither",
		operations: productReads,
		pointers: []string{
			"/data/base_variant_id", "/data/*/base_variant_id",
			"/data/option_set_id", "/data/*/option_set_id", "/data/option_set_display", "/data/*/option_set_display",
		},
	},
	{
		name: "primary-image-null", follows: followsRecorded, rule: RuleAnswerSchema, null: true,
		reason:     "a live store has null for the primary image of a product without images, the schema an object only",
		operations: productReads,
		pointers:   []string{"/data/primary_image", "/data/*/primary_image"},
	},
	{
		name: "image-alternatives", follows: followsSense, rule: RuleAnswerSchema,
		reason:     "the two alternatives of an image's answer overlap: every image fits both, and oneOf allows one",
		operations: []string{"POST /v3/catalog/products/{product_id}/images", "PUT /v3/catalog/products/{product_id}/images/{image_id}"},
		pointers:   []string{"/data"},
		holds:      func(_ *operation, found fault) bool { return strings.Contains(found.message, "more than one") },
	},
	{
		name: "sale-price-null", follows: followsRecorded, rule: RuleAnswerSchema, null: true,
		reason:   "recorded answers have null for a price that is not set; not every schema allows it",
		pointers: []string{"/data/sale_price", "/data/*/sale_price", "/data/*/variants/*/sale_price", "/data/variants/*/sale_price"},
	},
	{
		name: "brand-null-meta", follows: followsRecorded, rule: RuleAnswerSchema, null: true,
		reason:     "recorded brands have a null description",
		operations: []string{"GET /v3/catalog/brands*"},
		pointers:   []string{"/data/meta_description", "/data/*/meta_description"},
	},
	{
		name: "new-variant-ids", follows: followsSense, rule: RuleRequestSchema,
		reason:     "the schema of a new product wants the ids of its new variants, which no create can know",
		operations: []string{"POST /v3/catalog/products"},
		pointers:   []string{"/variants/*/id", "/variants/*/product_id"},
	},
	{
		name: "rule-id-in-path", follows: followsSense, rule: RuleRequestSchema,
		reason:     "a bulk pricing rule must carry the id that its schema calls read-only; the path names the rule",
		operations: []string{"PUT /v3/catalog/products/{product_id}/bulk-pricing-rules/{bulk_pricing_rule_id}"},
		pointers:   []string{"/id"},
	},
	{
		name: "duplicate-variant", follows: followsRecorded, rule: RuleAnswerStatus,
		reason:     "409 answers a variant with a SKU or option values that exist (recorded); the file does not list it",
		operations: []string{"POST /v3/catalog/products/{product_id}/variants"},
		holds:      func(_ *operation, found fault) bool { return found.status == http.StatusConflict },
	},
	{
		name: "modifier-option-id", follows: followsOther, rule: RuleAnswerField,
		reason:     "the list of modifiers has option_id in its values, the schema of a changed modifier does not",
		operations: []string{"PUT /v3/catalog/products/{product_id}/modifiers/{modifier_id}"},
		pointers:   []string{"/data/option_values/*/option_id"},
	},
	{
		name: "variant-metafield-pages", follows: followsOther, rule: RuleAnswerField,
		reason:     "every list has pages; the meta of this one is described without",
		operations: []string{"GET /v3/catalog/products/{product_id}/variants/{variant_id}/metafields"},
		pointers:   []string{"/meta/pagination"},
	},
	{
		name: "category-errors", follows: followsRecorded, rule: RuleAnswerField,
		reason:     "recorded errors of categories name an item by its index (0.name), the schema nests them",
		operations: []string{"POST /v3/catalog/trees/categories", "PUT /v3/catalog/trees/categories"},
		holds: func(_ *operation, found fault) bool {
			return found.status >= 400 && strings.HasPrefix(found.pointer, "/errors/")
		},
	},
}
