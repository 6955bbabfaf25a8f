package emulator

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestSnapshotRoundTrip: a restored store gives the same answers and the same snapshot, and goes
// on counting where the old one stopped.
func TestSnapshotRoundTrip(t *testing.T) {
	s := New(Options{Clock: fixedClock})
	s.Seed(Demo{Products: 150, Seed: 9})
	s.InsertProduct(map[string]any{"name": "Quote \" back\\slash \u2028 {[,:]} \t", "type": "physical", "weight": 1, "price": "0.0001", "description": "a\nb"})
	send(t, s, "POST", "/v3/catalog/products/1/reviews", `{"title":"Fine","date_reviewed":"2026-01-02T00:00:00+00:00"}`)
	send(t, s, "PUT", "/v3/catalog/variants", `[{"id":`+send(t, s, "GET", "/v3/catalog/products/151/variants", "").str("data", 0, "id")+`,"purchasing_disabled":true}]`)
	var first, second bytes.Buffer
	if err := s.Snapshot(&first); err != nil {
		t.Fatal(err)
	}
	back := New(Options{Clock: fixedClock})
	if err := back.Restore(bytes.NewReader(first.Bytes())); err != nil {
		t.Fatal(err)
	}
	if err := back.Snapshot(&second); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(first.Bytes(), second.Bytes()) {
		t.Error("the snapshot of a restored store differs")
	}
	for _, path := range []string{
		"/v3/catalog/products?limit=250&include=variants,images,custom_fields,bulk_pricing_rules,videos,channels,reviews,primary_image",
		"/v3/catalog/products?include=options,modifiers&page=3", "/v3/catalog/variants?limit=250&page=2", "/v3/catalog/brands",
		"/v2/coupons?limit=250", "/v2/orders?limit=250&include=consignments.line_items,fees&consignment_structure=object", "/v2/orders/count",
		"/v2/orders/119/products", "/v3/orders/payment_actions/refunds?limit=250", "/v3/orders/metafields",
		"/v3/catalog/trees", "/v3/catalog/trees/categories?limit=250", "/v3/catalog/products/metafields", "/v3/channels", "/v3/catalog/summary",
	} {
		if a, b := send(t, s, "GET", path, ""), send(t, back, "GET", path, ""); a.status != 200 || a.text != b.text {
			t.Errorf("%s: %d, answers differ: %t", path, a.status, a.text != b.text)
		}
	}
	for _, store := range []*Store{s, back} {
		a := send(t, store, "POST", "/v3/catalog/products", `{"name":"Next","type":"physical","weight":1,"price":1,"sku":"next"}`)
		if a.str("data", "id") != "152" {
			t.Errorf("next id %s", a.str("data", "id"))
		}
		if a := send(t, store, "POST", "/v3/catalog/products", `{"name":"NEXT","type":"physical","weight":1,"price":1}`); a.status != 409 {
			t.Errorf("duplicate name: %d", a.status)
		}
	}
}

func TestDamagedSnapshots(t *testing.T) {
	s := shop(t, 2)
	var b bytes.Buffer
	if err := s.Snapshot(&b); err != nil {
		t.Fatal(err)
	}
	whole := b.String()
	for name, text := range map[string]string{
		"empty":                "",
		"not JSON":             "hello",
		"an array":             "[]",
		"cut short":            whole[:len(whole)*2/3],
		"no version":           strings.Replace(whole, `"version":1,`, "", 1),
		"other version":        strings.Replace(whole, `"version":1`, `"version":2`, 1),
		"unknown field":        strings.Replace(whole, `"sku":`, `"skew":`, 1),
		"shapeless":            strings.Replace(whole, `{"fields":`, `{"fields":7,"x":`, 1),
		"products as a number": `{"version":1,"products":5}`,
	} {
		if err := s.Restore(strings.NewReader(text)); err == nil {
			t.Errorf("%s: no error", name)
		}
		if n := s.Products(); n != 2 {
			t.Fatalf("%s: %d products are left", name, n)
		}
	}
}

// TestOlderSnapshot: a state from before there were orders and coupons opens, and numbering begins where a new store's does.
func TestOlderSnapshot(t *testing.T) {
	s := New(Options{Clock: fixedClock})
	old := `{"version":1,"last":{"product":4},"trees":[{"id":1,"name":"T","channels":[1]}],"channels":[],"brands":[],"categories":[],"metafields":[],"products":[]}`
	if err := s.Restore(strings.NewReader(old)); err != nil {
		t.Fatal(err)
	}
	if a := send(t, s, "GET", "/v2/orders", ""); a.status != 204 {
		t.Errorf("orders: %d", a.status)
	}
	if id := s.InsertOrder(map[string]any{}); id != firstOrderID {
		t.Errorf("first order %d", id)
	}
	if id := s.InsertCoupon(map[string]any{"name": "A", "code": "A"}); id != 1 {
		t.Errorf("first coupon %d", id)
	}
}

// TestDamagedOrders: what does not fit is refused when it is opened, not when it is asked for.
func TestDamagedOrders(t *testing.T) {
	s := New(Options{Clock: fixedClock})
	for name, text := range map[string]string{
		"orders as an object": `"orders":{}`,
		"no fields":           `"orders":[{"products":[]}]`,
		"no id":               `"orders":[{"fields":{"status_id":1}}]`,
		"unknown field":       `"orders":[{"fields":{"id":1,"colour":2}}]`,
		"unknown part":        `"orders":[{"fields":{"id":1},"colours":[]}]`,
		"out of order":        `"orders":[{"fields":{"id":2}},{"fields":{"id":1}}]`,
		"twice":               `"orders":[{"fields":{"id":2}},{"fields":{"id":2}}]`,
		"no goods":            `"demo_orders":[{"first":101,"count":2,"now":"2026-01-01T00:00:00Z"}]`,
		"no price":            `"demo_orders":[{"first":101,"count":2,"now":"2026-01-01T00:00:00Z","goods":[{"n":"A","w":"1"}]}]`,
		"no time":             `"demo_orders":[{"first":101,"count":2,"goods":[{"n":"A","a":"1","w":"1"}]}]`,
		"no count":            `"demo_orders":[{"first":101,"now":"2026-01-01T00:00:00Z","goods":[{"n":"A","a":"1","w":"1"}]}]`,
		"too many":            `"demo_orders":[{"first":101,"count":999999999,"now":"2026-01-01T00:00:00Z","goods":[{"n":"A","a":"1","w":"1"}]}]`,
		"null":                `"demo_orders":[null]`,
		"ids as text":         `"order_ids":{"order":"x"}`,
	} {
		if err := s.Restore(strings.NewReader(`{"version":1,` + text + `,"products":[]}`)); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	if err := s.Restore(strings.NewReader(`{"version":1,"orders":[{"fields":{"id":7}}],"order_ids":null,"products":[]}`)); err != nil || len(s.OrderIDs()) != 1 {
		t.Errorf("the least that fits: %v", err)
	}
}

func FuzzRestore(f *testing.F) {
	s := New(Options{Clock: fixedClock})
	s.Seed(Demo{Products: 2, Seed: 1})
	var b bytes.Buffer
	if err := s.Snapshot(&b); err != nil {
		f.Fatal(err)
	}
	f.Add(b.Bytes())
	f.Add([]byte(`{"version":1,"products":[{"fields":{"id":1}}]}`))
	few := New(Options{Clock: fixedClock})
	few.Seed(Demo{Products: 1, Orders: 1, Coupons: 1, Seed: 1})
	few.OrderIDs()
	var orders bytes.Buffer
	if err := few.Snapshot(&orders); err != nil {
		f.Fatal(err)
	}
	f.Add(orders.Bytes())
	f.Add([]byte(`{"version":1,"order_ids":{"order":9},"demo_orders":[{"first":3,"count":2,"now":"2026-01-01T00:00:00Z","goods":[{"n":"A","a":"1","w":"2"}]}],"products":[]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		s := New(Options{Clock: fixedClock})
		if s.Restore(bytes.NewReader(data)) != nil {
			return
		}
		// What was taken can be written, and reads back as itself.
		var first, second bytes.Buffer
		if err := s.Snapshot(&first); err != nil {
			t.Fatal(err)
		}
		back := New(Options{Clock: fixedClock})
		if err := back.Restore(bytes.NewReader(first.Bytes())); err != nil {
			t.Fatalf("%v\n%s", err, first.String())
		}
		if err := back.Snapshot(&second); err != nil {
			t.Fatal(err)
		}
		if first.String() != second.String() {
			t.Errorf("%s\n%s", first.String(), second.String())
		}
		// Whatever it holds, it answers.
		for _, c := range []want{
			{method: "GET", path: "/v3/catalog/products?include=" + strings.Join(includes, ",")},
			{method: "GET", path: "/v3/catalog/variants"},
			{method: "GET", path: "/v3/catalog/summary"},
			{method: "GET", path: "/v3/catalog/trees/1/categories"},
			{method: "GET", path: "/v2/orders?include=consignments.line_items,fees&consignment_structure=object"},
			{method: "GET", path: "/v2/orders/101/taxes"},
			{method: "GET", path: "/v2/orders?is_deleted=true&sort=status_id&email=a"},
			{method: "GET", path: "/v3/orders/payment_actions/refunds"},
			{method: "PUT", path: "/v2/orders/101", body: `{"status_id":2,"billing_address":{"zip":"1"}}`},
			{method: "GET", path: "/v2/coupons"},
			{method: "PUT", path: "/v2/coupons/1", body: `{"amount":1}`},
			{method: "PUT", path: "/v3/catalog/products/1", body: `{"price":1,"inventory_level":2}`},
			{method: "PUT", path: "/v3/catalog/variants", body: `[{"id":1,"price":1,"inventory_level":2}]`},
		} {
			send(t, back, c.method, c.path, c.body)
		}
	})
}

func TestSaveAndOpen(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "store.json")
	if _, err := Open(path, Options{}); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("absent file: %v", err)
	}
	s := shop(t, 2)
	for range 2 {
		if err := s.Save(path); err != nil {
			t.Fatal(err)
		}
	}
	back, err := Open(path, Options{Hash: "other"})
	if err != nil || back.Products() != 2 || back.opts.Hash != "other" {
		t.Errorf("%v", err)
	}
	if list, err := os.ReadDir(dir); err != nil || len(list) != 1 {
		t.Errorf("left behind: %v %v", list, err)
	}
	if err := s.Save(filepath.Join(dir, "missing", "store.json")); err == nil {
		t.Error("no error for a folder that is not there")
	}
	if err := os.WriteFile(path, []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(path, Options{}); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("damaged file: %v", err)
	}
}
