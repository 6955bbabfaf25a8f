package emulator

import "slices"

// Reading is one other reading of a point that the documentation leaves open.
type Reading struct {
	Name  string // as `emulator serve --reading` takes it
	Row   int    // of the table of contradictions and gaps; 0 for a point that the table does not have
	Means string // what the store does under it
	apply func(*Alternatives)
}

// Apply makes a store of these options follow the reading.
func (r Reading) Apply(o *Options) { r.apply(&o.Alternatives) }

var readings = []Reading{
	{"batch-creates", 1, "PUT /v3/catalog/products creates what comes without an id, instead of refusing it", func(a *Alternatives) { a.BatchCreates = true }},
	{"batch-partial", 2, "one bad product of a batch leaves those before it saved, instead of none", func(a *Alternatives) { a.PartialBatch = true }},
	{"limit-413", 3, "a V3 list with a limit over 250 is refused with 413, instead of cut to 250", func(a *Alternatives) { a.OverLimit = Refuse413 }},
	{"limit-422", 3, "a V3 list with a limit over 250 is refused with 422, instead of cut to 250", func(a *Alternatives) { a.OverLimit = Refuse422 }},
	{"categories-all", 4, "categories:in means products in all of the categories, and categories those in that one among others", func(a *Alternatives) { a.CategoriesAll = true }},
	{"cursors-swapped", 5, "start_cursor is what after takes, as the promotions' example has it, instead of end_cursor", func(a *Alternatives) { a.CursorsSwapped = true }},
	{"cursor-next-always", 5, "links.next stands on the last page too, and leads to an empty one", func(a *Alternatives) { a.NextLinkAlways = true }},
	{"cursor-no-links", 5, "pages by cursor have no links, so that only end_cursor leads on", func(a *Alternatives) { a.NoCursorLinks = true }},
	{"reset-window", 6, "X-Rate-Limit-Time-Reset-Ms is the length of the window, instead of the time that is left of it", func(a *Alternatives) { a.ResetIsWindow = true }},
	{"left-on-429", 6, "a 429 still says that 35 requests are left", func(a *Alternatives) { a.LeftWhenRefused = true }},
	{"order-201", 7, "POST /v2/orders answers 201 with Location, instead of 200", func(a *Alternatives) { a.OrderCreated201 = true }},
	{"codes-null", 10, "an empty upc, gtin or mpn of a product reads null, instead of an empty text", func(a *Alternatives) { a.NullCodes = true }},
	{"percent-text", 11, "the amount of a percent bulk price reads as a text, instead of a number", func(a *Alternatives) { a.PercentText = true }},
	{"url-clash-swapped", 12, "a URL that is taken is 207 on creation and 409 on update, instead of the other way round", func(a *Alternatives) { a.URLClashSwapped = true }},
	{"product-put-201", 13, "PUT /v3/catalog/products/{id} answers 201, instead of 200", func(a *Alternatives) { a.ProductPut201 = true }},
	{"parts-replaced", 15, "custom fields, bulk prices, images and videos in a product's PUT replace the others, instead of being added", func(a *Alternatives) { a.PartsReplaced = true }},
	{"weight-required", 16, "a digital product without a weight is refused, instead of weighing 0", func(a *Alternatives) { a.WeightRequired = true }},
	{"archived-listed", 17, "lists and counts of orders hold the archived ones, unless is_deleted asks for either", func(a *Alternatives) { a.ArchivedListed = true }},
	{"archived-unfiltered", 17, "lists and counts of orders hold the archived ones, and the filter is_deleted is ignored", func(a *Alternatives) { a.ArchivedListed, a.ArchivedFilterGone = true, true }},
	{"coupon-put-whole", 18, "PUT of a coupon is refused without the fields that POST needs", func(a *Alternatives) { a.CouponPutWhole = true }},
	{"coupon-put-keeps", 18, "PUT of a coupon without applies_to keeps it, instead of clearing it", func(a *Alternatives) { a.CouponPutKeeps = true }},
	{"restricted-object", 19, "restricted_to of a coupon for all countries is {}, instead of []", func(a *Alternatives) { a.ObjectRestricted = true }},
	{"restricted-text", 19, "restricted_to.countries of a coupon for one country is a text, instead of a list of one", func(a *Alternatives) { a.CountryText = true }},
	{"methods-null", 19, "shipping_methods of a coupon without any are null, instead of []", func(a *Alternatives) { a.NullMethods = true }},
	{"expires-null", 19, "expires of a coupon that never does is null, instead of an empty text", func(a *Alternatives) { a.NullExpires = true }},
	{"codes-by-spelling", 20, "letter case counts in coupon codes: SAVE and save are two", func(a *Alternatives) { a.CodesBySpelling = true }},
	{"clash-422", 20, "names, codes, SKUs and others that are taken are refused with 422 in V3 and 400 in V2, instead of 409", func(a *Alternatives) { a.Clash422 = true }},
	{"dates-at-midnight", 21, "a product's date bound without a time means midnight, instead of the present time of that day", func(a *Alternatives) { a.DatesAtMidnight = true }},
	{"bounds-exclusive", 22, "bounds of dates are exclusive, instead of inclusive", func(a *Alternatives) { a.BoundsExclusive = true }},
	{"page-end-404", 23, "a V3 page past the end is 404, instead of 200 without data", func(a *Alternatives) { a.PageEnd404 = true }},
	{"small-batches", 24, "batches of metafields, categories, assignments and coupons to delete hold 10 at most, instead of 250", func(a *Alternatives) { a.SmallBatches = true }},
	{"category-delete-204", 25, "categories are deleted with 204, instead of 202", func(a *Alternatives) { a.CategoryDelete204 = true }},
	{"category-delete-409", 25, "a category that products are in is not deleted", func(a *Alternatives) { a.CategoryDelete409 = true }},
	{"plain-401", 26, "every 401 is plain text, instead of JSON", func(a *Alternatives) { a.PlainText401 = true }},
	{"gateway-403", 26, "every 403 has the older gateway's body, {\"error\": …}, in V2 and V3", func(a *Alternatives) { a.Gateway403 = true }},
	{"lowest-price-number", 27, "lowest_variant_price of the catalogue's summary is a number, instead of a text", func(a *Alternatives) { a.LowestPriceNumber = true }},
	{"order-id-number", 27, "order_id of a transaction is a number, instead of a text", func(a *Alternatives) { a.OrderIDNumber = true }},
	{"order-coupon-text", 27, "amounts of an order's coupons are texts, instead of numbers", func(a *Alternatives) { a.OrderCouponText = true }},
	{"type-fixed", 28, "the type of a product cannot be changed", func(a *Alternatives) { a.TypeFixed = true }},
	{"stock-422", 28, "a stock below zero refuses the whole write with 422, instead of a 207", func(a *Alternatives) { a.NegativeStock422 = true }},
	{"limiter-500", 31, "the limiter answers 500 without any rate header, instead of 429", func(a *Alternatives) { a.RefusedAs500 = true }},
	{"empty-list", 32, "an empty V2 list is 200 with [], instead of 204", func(a *Alternatives) { a.EmptyListV2 = true }},
	{"newest-first", 33, "lists of products and variants without sort come by id descending, instead of ascending", func(a *Alternatives) { a.NewestFirst = true }},
	{"queries-refused", 34, "unknown query names are refused, instead of ignored", func(a *Alternatives) { a.QueriesRefused = true }},
	{"base-variants-hidden", 0, "/v3/catalog/variants lists and finds no variants of products without options", func(a *Alternatives) { a.HideBaseVariants = true }},
	{"external-ids-folded", 0, "the filter external_order_id of orders ignores letter case", func(a *Alternatives) { a.ExternalIDsFolded = true }},
	{"body-status", 0, "errors of V2 carry the status 404 in their bodies, whatever the answer's own is, as in the specification's sample", func(a *Alternatives) { a.BodyStatus404 = true }},
}

// Readings lists every other reading that a store can follow, in the order of the rows; each alone
// is one way in which the platform may differ from the store's default.
func Readings() []Reading { return slices.Clone(readings) }

// ReadingNamed gives the reading of that name.
func ReadingNamed(name string) (Reading, bool) {
	at := slices.IndexFunc(readings, func(r Reading) bool { return r.Name == name })
	if at < 0 {
		return Reading{}, false
	}
	return readings[at], true
}

// RowsWithoutReading are the rows that no store can show in two ways to a client, with the reason.
func RowsWithoutReading() map[int]string {
	return map[int]string{
		8:  "a longer name is a matter of what a client sends: at the shorter of the two limits both readings are one",
		9:  "a larger number of custom fields is a matter of what a client sends: at the smaller of the two limits both readings are one",
		14: "variants in the PUT of a product are in no schema: a client that sends none sees no difference",
		29: "a path that only a guide spells: both may be served, and the specification's is",
		30: "a file that the control panel writes, not an answer of the store",
	}
}
