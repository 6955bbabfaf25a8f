// Package emulator is a store of its own that speaks the BigCommerce management API: the
// catalogue (products and all that hangs on them, variants, brands, category trees), orders with
// their parts, payments and refunds, coupons, promotions and their codes, customers, store information and channels, with the platform's
// limits, uniqueness rules, error bodies and rate limits. It runs in-process behind a RoundTripper or on a socket behind ServeHTTP.
//
// It shares nothing with the client: wire shapes are written a second time here on purpose, so
// that one wrong tag cannot pass on both sides.
package emulator

import (
	"net/http"
	"slices"
	"sync"
	"time"
)

// Options configure a Store. The zero value is a store named "emulator" with one token of the
// same name that may do everything, without quota, latency or strictness.
type Options struct {
	Hash   string              // store hash in paths; default "emulator"
	Tokens map[string][]string // access token -> scopes such as "store_v2_products"; default {"emulator": every scope}
	Clock  func() time.Time    // source of every timestamp and quota window; default time.Now

	Quota   Quota         // requests per window; zero = no limit and no headers
	Latency time.Duration // wait before every request is handled; ends early with the request's context

	// MaxInFlight answers 429 to requests beyond that many at once; 0 = no ceiling.
	MaxInFlight int
	// Ceilings does the same per endpoint, by a path pattern as in Fault, with or without a method
	// before it ("GET /v3/promotions/*/codes"); see DocumentedCeilings.
	Ceilings map[string]int

	// InventoryLag is how long reads of products and variants still show the stock from before a
	// write, as on the platform, where such writes run through the inventory service.
	InventoryLag time.Duration

	// Strict records unknown query names, unknown or read-only body fields and missing headers
	// (see Violations) and refuses the request: 422 in V3, 400 in V2. Without it they are
	// ignored, as the platform does; only fields that a V2 resource does not take are always refused.
	Strict bool

	// LogBody caps the request body kept per log entry, in bytes; 0 = 64 KiB, negative = none.
	LogBody int
	// LogEntries keeps only that many latest log entries; 0 = all.
	LogEntries int

	// Store information, GET /v2/store.
	Name           string   // default "Emulated store"
	Currency       string   // ISO code, default "USD"
	WeightUnits    string   // default "KGS"
	DimensionUnits string   // default "Centimeters"
	Timezone       string   // IANA name, default "UTC"
	PricesWithTax  bool     // is_price_entered_with_tax
	Currencies     []string // ISO codes that orders may transact in beside Currency; the rate is always 1

	Alternatives // of points that the documentation leaves open; the zero value is what is documented or most often observed

	// StatusLabels are the merchant's own names of order statuses, by status id.
	StatusLabels map[int]string

	// ImageFails says which image URLs cannot be fetched (nothing is ever fetched); nil = none.
	ImageFails func(url string) bool
}

// Store is one emulated store; safe for concurrent use.
type Store struct {
	opts Options

	gate    sync.RWMutex // held by requests, and exclusively by the between-requests hook
	between func(*Store)

	mu sync.RWMutex // guards state
	st state

	results results

	tokens tokens
	quota  quotaWindow
	faults faultList
	log    journal
	flight flight
}

// state is everything that a snapshot keeps.
type state struct {
	rev        int        // grows with every change of a product
	products   []*product // by id
	skus       map[string]skuOwner
	names      map[string]int // folded product name -> product id
	urls       map[string]int // product URL -> product id
	variants   map[int]int    // variant id -> product id
	brands     []row          // by id
	trees      []*tree        // by id
	categories []row          // by id
	channels   []row          // by id
	metafields metafieldSet
	orders     *orderBook
	coupons    []row          // by id
	promotions []row          // by id
	codes      codeBook       // of promotions
	customers  []row          // by id
	last       map[string]int // last id given, by resource
}

// skuOwner says what carries a SKU: a product's main SKU (variant 0) or one of its variants.
type skuOwner struct{ product, variant int }

// New makes an empty store: no products, the default category tree and the default channel.
func New(opts Options) *Store {
	setDefault(&opts.Hash, "emulator")
	setDefault(&opts.Name, "Emulated store")
	setDefault(&opts.Currency, "USD")
	setDefault(&opts.WeightUnits, "KGS")
	setDefault(&opts.DimensionUnits, "Centimeters")
	setDefault(&opts.Timezone, "UTC")
	if opts.Clock == nil {
		opts.Clock = time.Now
	}
	if opts.Tokens == nil {
		opts.Tokens = map[string][]string{"emulator": slices.Clone(allScopes)}
	}
	s := &Store{opts: opts}
	s.tokens.set(opts.Tokens)
	s.st.clear()
	s.st.orders.opts = &s.opts
	s.st.channels = append(s.st.channels, defaultChannel(opts.Name, s.now()))
	s.st.last["channel"] = 1
	s.st.trees = append(s.st.trees, &tree{id: 1, name: "Default catalog tree", channels: []int{1}})
	s.st.last["tree"] = 1
	return s
}

func setDefault(s *string, def string) {
	if *s == "" {
		*s = def
	}
}

func (st *state) clear() {
	*st = state{
		skus: map[string]skuOwner{}, names: map[string]int{}, urls: map[string]int{},
		variants: map[int]int{}, last: map[string]int{}, metafields: newMetafieldSet(), orders: newOrderBook(), codes: newCodeBook(),
	}
}

// next gives the next id of a resource.
func (st *state) next(resource string) int {
	st.last[resource]++
	return st.last[resource]
}

func (s *Store) now() time.Time { return s.opts.Clock().UTC() }

// Between sets a hook that runs before every request while no other request is being handled.
// It may change the store through the direct methods; nil removes it. It must not send requests.
func (s *Store) Between(hook func(*Store)) {
	s.gate.Lock()
	defer s.gate.Unlock()
	s.between = hook
}

// runBetween runs the hook alone; without a hook requests do not wait for each other.
func (s *Store) runBetween() {
	s.gate.RLock()
	none := s.between == nil
	s.gate.RUnlock()
	if none {
		return
	}
	s.gate.Lock()
	defer s.gate.Unlock()
	if s.between != nil {
		s.between(s)
	}
}

var _ http.Handler = (*Store)(nil)
