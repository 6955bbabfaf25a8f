package catalogue

// Coupons are the coupons of V2, section 6 of the API facts and marketing.v2.yml: a bare array in the order of ids, cut by min_id
// and max_id. restricted_to is an object with a list or a text of countries, [] when it is empty; expires is RFC 2822 or "".
//
// An update is sent whole: its schema requires the five fields of a create, and leaving out applies_to clears it. How many ids a delete
// takes is not documented; 100 is our choice (API facts, section 9, 18 and 24).
var Coupons = Object{
	Name: "coupons", Singular: "coupon", IDField: "id",
	Version: "v2", ListPath: "/coupons", MaxLimit: 250, MinID: "min_id", MaxID: "max_id", CountPath: "/coupons/count", CountsAll: true,
	Keys: []Key{
		{Field: "id", Finding: Single, Query: "id"},
		{Field: "code", Finding: Single, Query: "code", FoldCase: true},
		{Field: "name", Finding: Single, Query: "name"},
	},
	Fields: []Field{
		readable("id", Int),
		text("name", 100).least(1).required().clears(NoClear).unique().note("unique among coupons"),
		codeText("code").unique().note("unique among coupons, ignoring case"),
		choice("type", "per_item_discount", "per_total_discount", "shipping_discount", "free_shipping", "percentage_discount", "promotion").required().
			note("promotion rows belong to a promotion and are left alone"),
		money("amount").quoted().required().clears(NoClear).note("an amount of the store's currency, or per cent by type"),
		money("min_purchase").quoted().note("0 is none"),
		moment("expires").clears(ClearText).note("empty is never"),
		flag("enabled").effect("lets customers redeem the coupon or stops them"),
		whole("max_uses", "0", "").note("0 is no limit"),
		whole("max_uses_per_customer", "0", "").note("0 is no limit"),
		readable("num_uses", Int),
		readable("date_created", Date),
		readable("applies_to", Struct),
		choice("applies_to.entity", "categories", "products").required(),
		list("applies_to.ids", IntList).required().clears(NoClear).ref("category product").note("of categories or products, as entity says; of categories, 0 alone is all products"),
		readable("restricted_to", Struct),
		list("restricted_to.countries", TextList).unordered().form(`[A-Z]{2}`, "codes of two letters such as AU").capitals().note("none is everywhere"),
		list("shipping_methods", TextList).unordered().note("codes of methods that are on in the store; none is all"),
	},
	Filters: []Filter{
		{Name: "id", Type: Int},
		{Name: "min_id", Type: Int},
		{Name: "max_id", Type: Int},
		{Name: "code", Type: Text, Mutable: true},
		{Name: "name", Type: Text, Mutable: true},
		{Name: "type", Type: Text, Enum: couponTypes(), Mutable: true},
		{Name: "exclude_type", Type: Text, Enum: couponTypes(), Mutable: true},
	},
	Create: Operation{Kind: "coupons.create", Method: "POST", Path: "/coupons", Batch: 1},
	Update: Operation{Kind: "coupons.update", Method: "PUT", Path: "/coupons/{id}", Batch: 1, Whole: true},
	Delete: Operation{Kind: "coupons.delete", Method: "DELETE", Path: "/coupons", Batch: 100, ByIDs: "id:in"},

	ReadScope: "store_v2_marketing_read_only", WriteScope: "store_v2_marketing", Scope: "Marketing",
	SpecFile: "marketing.v2.yml",
}

func couponTypes() []string {
	return []string{"per_item_discount", "percentage_discount", "per_total_discount", "shipping_discount", "free_shipping", "promotion"}
}
