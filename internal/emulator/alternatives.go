package emulator

// Alternatives are the other readings of points that the documentation leaves open: what the
// platform does instead, if it does not do what the zero value stands for. Readings names each of
// them, says what it means and where it comes from.
type Alternatives struct {
	// Batches and limits.
	BatchCreates bool      // PUT /catalog/products creates what comes without id, instead of 422
	PartialBatch bool      // PUT /catalog/products keeps the items before the failed one, instead of all or nothing
	SmallBatches bool      // 413 from 11 items on where the size of a batch is not documented, instead of 251
	OverLimit    OverLimit // what V3 lists do with a limit over 250; default clamp

	// Lists.
	CategoriesAll   bool // categories:in keeps what is in all of them, and categories= what is in that one among others
	DatesAtMidnight bool // a product's date bound without a time is midnight, instead of the present time of that day
	BoundsExclusive bool // bounds of dates are exclusive
	NewestFirst     bool // lists of products and variants without sort come by id descending
	PageEnd404      bool // a V3 page past the end is 404, instead of 200 without data
	EmptyListV2     bool // an empty V2 list is 200 with [], instead of 204
	QueriesRefused  bool // unknown query names are refused, instead of ignored
	CursorsSwapped  bool // start_cursor is what after takes, instead of end_cursor
	NextLinkAlways  bool // links.next stands on the last page too
	NoCursorLinks   bool // cursor_pagination has no links

	// Rate and refusals.
	ResetIsWindow   bool // X-Rate-Limit-Time-Reset-Ms is the length of the window, instead of the time left
	LeftWhenRefused bool // a 429 still shows 35 requests left
	RefusedAs500    bool // the limiter answers 500 without headers, instead of 429
	PlainText401    bool // every 401 is plain text
	Gateway403      bool // every 403 has the older gateway's body, {"error": "You are authorized but …"}
	BodyStatus404   bool // errors of V2 carry the status 404 in their bodies, whatever the answer's own is
	Clash422        bool // duplicates and other clashes are 422 in V3 and 400 in V2, instead of 409

	// Products.
	NullCodes         bool // an empty upc, gtin or mpn of a product reads null
	PercentText       bool // the amount of a percent bulk price reads as a string
	LowestPriceNumber bool // lowest_variant_price is a number
	URLClashSwapped   bool // a URL that is taken is 207 on creation and 409 on update, instead of the other way round
	ProductPut201     bool // PUT /catalog/products/{id} answers 201
	PartsReplaced     bool // custom fields, bulk prices, images and videos of a PUT replace those that it does not name by id
	WeightRequired    bool // a digital product needs a weight too
	TypeFixed         bool // a product's type cannot be changed
	NegativeStock422  bool // a stock below zero refuses the write, instead of a 207
	HideBaseVariants  bool // /catalog/variants lists and finds no base variants of simple products
	CategoryDelete204 bool // DELETE /catalog/trees/categories answers 204, instead of 202
	CategoryDelete409 bool // a category that products are in is not deleted

	// Orders and coupons.
	OrderCreated201    bool // POST /v2/orders answers 201 with Location, instead of 200
	ArchivedListed     bool // lists and counts of orders hold the archived ones too, unless is_deleted asks
	ArchivedFilterGone bool // the filter is_deleted is ignored; without ArchivedListed no list gives archived orders then
	ExternalIDsFolded  bool // the filter external_order_id ignores letter case
	OrderIDNumber      bool // order_id of a transaction is a number, instead of a string
	OrderCouponText    bool // amounts of an order's coupons are strings, instead of numbers
	CouponPutWhole     bool // PUT of a coupon needs the fields that POST needs
	CouponPutKeeps     bool // PUT of a coupon without applies_to keeps it
	CodesBySpelling    bool // letter case counts in coupon codes
	ObjectRestricted   bool // an empty restricted_to of a coupon is {} as in the specification, instead of [] as observed
	CountryText        bool // restricted_to.countries of a coupon is one country's code as a string, instead of a list
	NullMethods        bool // empty shipping_methods of a coupon read null
	NullExpires        bool // expires of a coupon that never does reads null
}

// OverLimit is the answer to a V3 list whose limit is over the maximum.
type OverLimit int

// The three readings: clamp to the maximum (shown in per_page), 413, or 422.
const (
	Clamp OverLimit = iota
	Refuse413
	Refuse422
)

// smallBatch is the size of batches with SmallBatches: the smallest that is documented anywhere.
const smallBatch = 10

// batchLimit is the most items of a batch whose size is not documented.
func (a *Alternatives) batchLimit() int {
	if a.SmallBatches {
		return smallBatch
	}
	return maxLimit
}

// within reports whether a date passes a bound: order is its comparison with the bound, towards the inside positive.
func (a *Alternatives) within(order int) bool { return order > 0 || order == 0 && !a.BoundsExclusive }

// sameCode compares coupon codes.
func (a *Alternatives) sameCode(x, y string) bool {
	return x == y || !a.CodesBySpelling && fold(x) == fold(y)
}
