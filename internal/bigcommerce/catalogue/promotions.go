package catalogue

// Promotions are the promotions of V3, section 6 of the API facts and promotions.v3.yml. They are read, and named by rows that make
// codes for them; what they do is set in the control panel.
var Promotions = Object{
	Name: "promotions", Singular: "promotion", IDField: "id",
	Version: "v3", ListPath: "/promotions", MaxLimit: 250, ReadInFlight: 40,
	Keys: []Key{
		{Field: "id", Finding: Single, Query: "id"},
		{Field: "name", Finding: Single, Query: "name", FoldCase: true},
	},
	Fields: promotionFields(),
	Filters: []Filter{
		{Name: "id", Type: Int},
		{Name: "name", Type: Text, Mutable: true},
		{Name: "code", Type: Text, Mutable: true},
		{Name: "query", Type: Text, Mutable: true},
		{Name: "currency_code", Type: Text, Mutable: true},
		{Name: "redemption_type", Type: Text, Enum: []string{"automatic", "coupon"}},
		{Name: "status", Type: Text, Mutable: true},
		{Name: "channels", Type: Int, Many: true, Mutable: true},
	},

	ReadScope: "store_v2_marketing_read_only", WriteScope: "store_v2_marketing", Scope: "Marketing",
	SpecFile: "promotions.v3.yml",
}

// CouponTypeBulk is the coupon_type of promotions that have many codes, for which alone codes can be generated.
const CouponTypeBulk = "BULK"

func promotionFields() []Field {
	return []Field{
		readable("id", Int),
		readable("name", Text),
		readable("display_name", Text),
		readable("redemption_type", Text).oneOf("AUTOMATIC", "COUPON"),
		readable("coupon_type", Text).oneOf("SINGLE", CouponTypeBulk).note("codes can be generated for BULK"),
		readable("status", Text).oneOf("ENABLED", "DISABLED", "INVALID"),
		readable("currency_code", Text).note("* is any"),
		readable("current_uses", Int),
		readable("max_uses", Int).note("none is no limit"),
		readable("start_date", Date),
		readable("end_date", Date),
		readable("created_from", Text).oneOf("react_ui", "legacy_ui", "api"),
		readable("stop", Bool),
		readable("can_be_used_with_other_promotions", Bool),
		readable("coupon_overrides_other_promotions", Bool),
		readable("coupon_overrides_automatic_when_offering_higher_discounts", Bool),
		readable("promotion_category", Text),
		readable("is_featured_promotion", Bool),
		readable("featured_promotion_callout_message", Text),
		readable("is_archived", Bool),
		readable("channels", StructList).note("none is all"),
		readable("channels[].id", Int),
		readable("codes", Struct),
		readable("codes.id", Int), readable("codes.code", Text), readable("codes.current_uses", Int), readable("codes.max_uses", Int),
		readable("codes.max_uses_per_customer", Int), readable("codes.created", Date),
		readable("multiple_codes", Struct),
		readable("multiple_codes.has_multiple_codes", Bool),
		readable("customer", Struct),
		readable("customer.group_ids", IntList), readable("customer.excluded_group_ids", IntList), readable("customer.minimum_order_count", Int),
		readable("customer.segments", Struct),
		readable("rules", StructList),
		readable("rules[].action", Struct), readable("rules[].condition", Struct), readable("rules[].apply_once", Bool), readable("rules[].stop", Bool),
		readable("notifications", StructList),
		readable("notifications[].content", Text), readable("notifications[].type", Text).oneOf("UPSELL", "ELIGIBLE", "APPLIED"),
		readable("notifications[].locations", TextList),
		readable("shipping_address", Struct),
		readable("shipping_address.countries", StructList), readable("shipping_address.not", Struct),
		readable("schedule", Struct),
		readable("schedule.week_frequency", Int), readable("schedule.week_days", TextList), readable("schedule.daily_start_time", Text),
		readable("schedule.daily_end_time", Text),
	}
}

// PromotionCodes are the codes of promotions, promotions.v3.yml: those of each promotion are a list of their own, which goes by
// cursors. A code is never changed: it is made, generated (CodeBatches) or deleted.
var PromotionCodes = Object{
	Name: "promotion_codes", Singular: "promotion code", IDField: "id",
	Version: "v3", ListPath: "/promotions/{promotion_id}/codes", MaxLimit: 250, OfField: "promotion_id", Cursor: true, ReadInFlight: 10,
	Keys: []Key{
		{Field: "code", Finding: Single, Query: "code", FoldCase: true},
		{Field: "id", Finding: ListOnly},
	},
	Fields: []Field{
		readable("id", Int),
		whole("promotion_id", "1", "").clears(NoClear).createOnly().required().ref("promotion").note("with code the key"),
		codeText("code").createOnly().note("with promotion_id the key"),
		whole("max_uses", "0", "").createOnly().note("0 is no limit; the promotion's own limit rules"),
		whole("max_uses_per_customer", "0", "").createOnly().note("0 is no limit"),
		readable("current_uses", Int),
		readable("created", Date),
	},
	Filters: []Filter{
		{Name: "promotion_id", Type: Int, Many: true, Needed: true},
		{Name: "code", Type: Text},
	},
	Create: Operation{Kind: "promotion_codes.create", Method: "POST", Path: "/promotions/{promotion_id}/codes", Batch: 1, MaxInFlight: 40},
	Delete: Operation{Kind: "promotion_codes.delete", Method: "DELETE", Path: "/promotions/{promotion_id}/codes", Batch: 250, ByIDs: "id:in", MaxInFlight: 40},

	ReadScope: "store_v2_marketing_read_only", WriteScope: "store_v2_marketing", Scope: "Marketing",
	SpecFile: "promotions.v3.yml",
}

// CodeBatches declare how many random codes of one prefix a promotion has. The store generates the ones that are missing, up to
// MaxCodes at a time; there is nothing to read or to delete but the codes themselves. Only promotions of coupon_type BULK take them.
var CodeBatches = Object{
	Name: "code_batches", Singular: "code batch", IDField: "promotion_id",
	Version: "v3", OfField: "promotion_id",
	Keys: []Key{{Field: "prefix", Finding: ListOnly}},
	Fields: []Field{
		whole("promotion_id", "1", "").clears(NoClear).createOnly().required().ref("promotion").note("with prefix the key"),
		codeEnd("prefix").least(1).clears(NoClear).required().note("with promotion_id the key"),
		whole("count", "1", "").clears(NoClear).required().note("how many codes of the prefix there are to be; the missing ones are generated"),
		codeEnd("suffix"),
		choice("delimiter", "_", "-").createOnly().note("stands between prefix, random part and suffix"),
		whole("code_length", "6", "16").clears(NoClear).createOnly().note("of the random part; 16 unless given"),
		whole("max_uses", "0", "100000").createOnly().note("0 is no limit; 1 unless given"),
		whole("max_uses_per_customer", "0", "100000").createOnly().note("0 is no limit; 1 unless given"),
		list("exclude_characters", TextList).createOnly().form(`[A-Z0-9]`, "single capital letters and digits").note("what the random part does not have"),
	},
	Create: Operation{Kind: "code_batches.create", Method: "POST", Path: "/promotions/{promotion_id}/codegen", Batch: 1, MaxInFlight: 10},

	ReadScope: "store_v2_marketing_read_only", WriteScope: "store_v2_marketing", Scope: "Marketing",
	SpecFile: "promotions.v3.yml",
}

// codeEnd is what stands before or after the random part of generated codes.
func codeEnd(path string) Field {
	return text(path, 20).createOnly().form(`[A-Z0-9_-]+`, "capital letters, digits, _ and -")
}

// MaxCodes is how many codes one request generates at most (promotions.v3.yml, batch_size).
const MaxCodes = 250

// MaxCode is the longest a code may be, with prefix, delimiters and suffix (promotions.v3.yml, code_length).
const MaxCode = 50
