package apply_test

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"bcetl/internal/bigcommerce/catalogue"
	"bcetl/internal/emulator"
)

// lateClock is a clock on which a request that was lost on its way arrives while somebody waits for seconds.
type lateClock struct {
	*instant
	arrive func()
}

func (c *lateClock) Timer(d time.Duration) (<-chan time.Time, func()) {
	if arrive := c.arrive; d >= 5*time.Second && arrive != nil {
		c.arrive = nil
		arrive()
	}
	return c.instant.Timer(d)
}

// A create that arrives after its connection was lost is waited for where the store would take a second one beside it: in the run that
// sent it, and in the one that goes on after that run has died.
func TestCreatesThatComeLate(t *testing.T) {
	shipment := func(t *testing.T, store *emulator.Store) (b *bench, row, path, body string, count func() string) {
		id, lines := orderOf(t, store, nil, "A", 5)
		row = fmt.Sprintf(`{"order_id":%d,"tracking_number":"T","items":[{"sku":"A","quantity":2}]}`, id)
		body = fmt.Sprintf(`{"order_address_id":1,"tracking_number":"T","items":[{"order_product_id":%s,"quantity":2}]}`, lines[0])
		return onShipments(t, store, "upsert"), row, fmt.Sprintf("/v2/orders/%d/shipments", id), body, func() string { return shipped(t, store, id) }
	}
	batch := func(t *testing.T, store *emulator.Store) (b *bench, row, path, body string, count func() string) {
		id := promote(store, "Spring", "BULK", 0)
		row = fmt.Sprintf(`{"promotion_id":%d,"prefix":"A","delimiter":"-","count":30}`, id)
		return onBatches(t, store, "upsert"), row, fmt.Sprintf("/v3/promotions/%d/codegen", id), `{"batch_size":30,"prefix":"A","delimiter":"-"}`,
			func() string { return fmt.Sprint(beginning(store, id, "A-")) }
	}
	for name, object := range map[string]func(*testing.T, *emulator.Store) (b *bench, row, path, body string, count func() string){"shipment": shipment, "batch": batch} {
		want := map[string]string{"shipment": "T: 1x2", "batch": "30"}[name]
		t.Run(name, func(t *testing.T) {
			store := strictStore()
			b, row, path, body, count := object(t, store)
			clock := &lateClock{instant: newInstant(), arrive: func() { send(store, http.MethodPost, path, body) }}
			b.clock = clock
			store.AddFault(emulator.Fault{Kind: emulator.ResetBefore, Method: http.MethodPost, Times: 1})
			b.ok(row).wants("created")
			if got := count(); got != want || clock.arrive != nil {
				t.Errorf("the store has %s, want %s", got, want)
			}
		})
		t.Run(name+" of a dead run", func(t *testing.T) {
			store := strictStore()
			b, row, path, body, count := object(t, store)
			b.planOnly = true
			b.ok(row)
			b.must(b.run.Sent(t.Context(), []int64{b.planned(1).ID}))
			clock := &lateClock{instant: newInstant(), arrive: func() { send(store, http.MethodPost, path, body) }}
			b.clock = clock
			executor := b.executor()
			_, err := executor.Settle(t.Context())
			b.must(err)
			b.must(executor.Apply(t.Context()))
			b.collect(t.Context(), 1)
			b.wants("created")
			if got := count(); got != want || clock.arrive != nil {
				t.Errorf("the store has %s, want %s", got, want)
			}
		})
	}
}

// What an earlier process sent is given five seconds after it can last have been under way, and who follows the run is told so.
func TestSettleWaitsForTheRest(t *testing.T) {
	for _, test := range []struct {
		quiet, waits time.Duration
	}{
		{0, 5 * time.Second}, {3 * time.Second, 2 * time.Second}, {5 * time.Second, 0}, {1000 * time.Hour, 0},
	} {
		store := strictStore()
		b := onOrders(t, store, "create", "external_order_id")
		b.planOnly = true
		b.ok(order("A", ""), order("B", ""), order("C", ""))
		b.must(b.run.Sent(t.Context(), []int64{b.planned(1).ID, b.planned(3).ID}))
		clock := newInstant()
		b.clock = clock
		began, told := clock.Now(), ""
		executor := b.executor()
		executor.Quiet = test.quiet
		executor.Waits = func(rest time.Duration, creates int64, object *catalogue.Object) {
			told = fmt.Sprint(rest, creates, object.Name)
		}
		_, err := executor.Settle(t.Context())
		b.must(err)
		want := ""
		if test.waits > 0 {
			want = fmt.Sprint(test.waits, 2, "orders")
		}
		if waited := clock.Now().Sub(began); waited != test.waits || told != want {
			t.Errorf("quiet for %s: waited %s, want %s; told %q, want %q", test.quiet, waited, test.waits, told, want)
		}
	}
}

// Where the store refuses a second one, the create of a dead run may arrive after it was looked for: what is refused then is its own.
func TestRefusedBesideItself(t *testing.T) {
	refusedBesideItself(t, false, "created, rejected duplicate")
}

// A saved plan is compared with the store before it is gone on with: the run's own create may have arrived by then.
func TestVerifiedBesideItself(t *testing.T) {
	refusedBesideItself(t, true, "created, rejected changed_since_plan")
}

func refusedBesideItself(t *testing.T, verifies bool, want string) {
	t.Helper()
	store := strictStore()
	b := onCoupons(t, store, "create", "code")
	b.planOnly = true
	b.ok(coupon("A", ""), coupon("B", ""))
	b.must(b.run.Sent(t.Context(), []int64{b.planned(1).ID, b.planned(2).ID}))
	settling := b.executor()
	_, err := settling.Settle(t.Context())
	b.must(err)
	send(store, http.MethodPost, "/v2/coupons", coupon("A", ""))
	send(store, http.MethodPost, "/v2/coupons", coupon("b", `,"max_uses":7`)) // somebody else's
	executor := b.executor()
	executor.Again = settling.Again
	if verifies {
		_, err = executor.Verify(t.Context())
		b.must(err)
	}
	b.must(executor.Apply(t.Context()))
	b.collect(t.Context(), 2)
	b.wants(want)
}
