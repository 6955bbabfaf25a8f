package emulator

import (
	"cmp"
	"slices"
	"strings"
	"sync"
	"time"
)

// firstOrderID is where a store begins to number its orders; live stores begin at 100.
const firstOrderID = 101

// order is an order with its parts. Orders that are reachable from the store are never changed:
// a change is made on a copy that replaces them.
type order struct {
	id                int
	created, modified int64 // epoch seconds
	f                 row

	lines, addresses, coupons, taxes, shipments []row
	messages, fees, pickups                     []row
	transactions, refunds                       []row
}

// orderPart is a list of rows of an order, by the name that snapshots and direct calls use.
type orderPart struct {
	name  string
	table *table
	rows  func(*order) *[]row
}

var orderParts = []orderPart{
	{"products", orderLineFields, func(o *order) *[]row { return &o.lines }},
	{"shipping_addresses", orderAddressFields, func(o *order) *[]row { return &o.addresses }},
	{"coupons", orderCouponFields, func(o *order) *[]row { return &o.coupons }},
	{"taxes", orderTaxFields, func(o *order) *[]row { return &o.taxes }},
	{"shipments", shipmentFields, func(o *order) *[]row { return &o.shipments }},
	{"messages", orderMessageFields, func(o *order) *[]row { return &o.messages }},
	{"fees", orderFeeFields, func(o *order) *[]row { return &o.fees }},
	{"pickups", orderPickupFields, func(o *order) *[]row { return &o.pickups }},
	{"transactions", transactionFields, func(o *order) *[]row { return &o.transactions }},
	{"refunds", refundFields, func(o *order) *[]row { return &o.refunds }},
}

var (
	oCustomer  = orderFields.index["customer_id"]
	oCreated   = orderFields.index["date_created"]
	oModified  = orderFields.index["date_modified"]
	oShipped   = orderFields.index["date_shipped"]
	oStatusID  = orderFields.index["status_id"]
	oStatus    = orderFields.index["status"]
	oCustom    = orderFields.index["custom_status"]
	oTotal     = orderFields.index["total_inc_tax"]
	oDeleted   = orderFields.index["is_deleted"]
	oBilling   = orderFields.index["billing_address"]
	oChannel   = orderFields.index["channel_id"]
	oExternal  = orderFields.index["external_order_id"]
	oForeignID = orderFields.index["external_id"]
	oCart      = orderFields.index["cart_id"]
	oPayment   = orderFields.index["payment_method"]
	oRefunded  = orderFields.index["refunded_amount"]
	oMerchant  = orderFields.index["external_merchant_id"]
	oCurrency  = orderFields.index["default_currency_code"]
	oSource    = orderFields.index["external_source"]
)

func (o *order) archived() bool { return o.f[oDeleted] == textTrue }

// clone is a copy whose own fields may be changed; rows of its parts may be replaced after cloning their list.
func (o *order) clone() *order {
	c := *o
	c.f = slices.Clone(o.f)
	return &c
}

// settle reads the dates again after a change of the row.
func (o *order) settle() {
	o.id = number(o.f[0])
	o.created, o.modified = mailSeconds(o.f[oCreated]), mailSeconds(o.f[oModified])
}

func mailSeconds(text string) int64 {
	t, ok := parseMail(unquote(text))
	if !ok {
		return 0
	}
	return t.Unix()
}

// orderBook holds the orders. Demo orders are made when the first request or call needs any order:
// a store that is used for its products alone does not pay for them.
type orderBook struct {
	mu      sync.Mutex // readers share the store's lock, and the first of them makes what is pending
	opts    *Options   // of the store
	pending []*demoOrders
	list    []*order         // by id
	foreign map[string][]int // ids by external_order_id, ascending; nil until somebody asks
	last    map[string]int   // last id given, by part; "order" counts the pending ones too
}

func newOrderBook() *orderBook { return &orderBook{last: map[string]int{"order": firstOrderID - 1}} }

// all gives the orders by id.
func (b *orderBook) all() []*order {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, d := range b.pending {
		d.make(b)
	}
	b.pending = nil
	return b.list
}

func (b *orderBook) next(part string) int {
	b.last[part]++
	return b.last[part]
}

// find gives an order, or nil.
func (b *orderBook) find(id int) *order {
	list := b.all()
	if at, ok := orderAt(list, id); ok {
		return list[at]
	}
	return nil
}

func orderAt(list []*order, id int) (int, bool) {
	return slices.BinarySearchFunc(list, id, func(o *order, id int) int { return cmp.Compare(o.id, id) })
}

// put adds an order or replaces the one of its id.
func (b *orderBook) put(o *order) {
	o.settle()
	at, found := orderAt(b.list, o.id)
	if found {
		b.index(b.list[at], false)
		b.list[at] = o
	} else {
		b.list = slices.Insert(b.list, at, o)
	}
	b.index(o, true)
}

// index keeps an order in, or takes it from, what is known by external_order_id.
func (b *orderBook) index(o *order, keep bool) {
	key := unquote(o.f[oExternal])
	if b.foreign == nil || key == "" {
		return
	}
	ids := b.foreign[key]
	at, found := slices.BinarySearch(ids, o.id)
	switch {
	case keep && !found:
		b.foreign[key] = slices.Insert(ids, at, o.id)
	case !keep && found:
		b.foreign[key] = slices.Delete(ids, at, at+1)
	}
}

// named gives the orders of an external_order_id, by id: a run that looks up every row does not walk every order each time.
func (b *orderBook) named(external string) []*order {
	list := b.all()
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.foreign == nil {
		b.foreign = map[string][]int{}
		for _, o := range list {
			b.index(o, true)
		}
	}
	var found []*order
	for _, id := range b.foreign[external] {
		at, _ := orderAt(list, id)
		found = append(found, list[at])
	}
	return found
}

// namedFolded gives the orders whose external_order_id is that one in any letter case, by id.
func (b *orderBook) namedFolded(external string) []*order {
	var found []*order
	for _, o := range b.all() {
		if strings.EqualFold(unquote(o.f[oExternal]), external) {
			found = append(found, o)
		}
	}
	return found
}

// touch stamps a changed order.
func (o *order) touch(now time.Time) { o.f[oModified] = textMail(now) }
