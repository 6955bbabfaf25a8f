package bigcommerce_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"bcetl/internal/bigcommerce"
	"bcetl/internal/bigcommerce/catalogue"
	"bcetl/internal/emulator"
)

// TestOrderWalkRefusesWhatLosesRecords: answers on which a walk cannot rely end it with an error, never with a shorter list.
func TestOrderWalkRefusesWhatLosesRecords(t *testing.T) {
	for name, test := range map[string]struct {
		answers []string
		want    string
	}{
		"cut short":   {[]string{`[]`, `[{"id":1},{"id"`}, "not complete JSON"},
		"not sorted":  {[]string{`[]`, `[{"id":2},{"id":1}]`}, "not sorted by id"},
		"no id":       {[]string{`[]`, `[{"name":"x"}]`}, "no id"},
		"no list":     {[]string{`[]`, `{"id":1}`}, "no list"},
		"ignored key": {[]string{`[]`, ids(1, 10), ids(20, 20), ids(1, 10)}, "ignores min_id"},
		"no count":    {[]string{`{"statuses":[]}`}, "does not count"},
	} {
		t.Run(name, func(t *testing.T) {
			client := newClient(t, scripted(test.answers...), func(c *bigcommerce.Config) { c.Concurrency = 1 })
			options := bigcommerce.WalkOptions{Paths: paths(t, "status")}
			if name == "no count" {
				options.Filter = url.Values{"status_id": {"1,2"}}
			}
			_, err := readAll(t.Context(), client.Walk(t.Context(), &catalogue.Orders, options))
			if err == nil || !strings.Contains(err.Error(), test.want) || !bigcommerce.IsRunLevel(err) {
				t.Errorf("got %v, want an error that says %q", err, test.want)
			}
		})
	}
}

// TestStoreThatIgnoresArchived: a store without the filter lists as if it were not there; nothing comes twice, and what its list
// holds of archived orders is told by the orders themselves.
func TestStoreThatIgnoresArchived(t *testing.T) {
	list := `[{"id":1,"status_id":1,"is_deleted":false},{"id":2,"status_id":1,"is_deleted":true},{"id":3,"status_id":0}]`
	for _, also := range [][]string{nil, {"archived"}} {
		client := newClient(t, scripted(list), nil)
		walk := client.Walk(t.Context(), &catalogue.Orders, bigcommerce.WalkOptions{Paths: paths(t, "id"), Also: also})
		got, err := readAll(t.Context(), walk)
		if err != nil || len(got) != 1+len(also) || walk.Left()["archived"] != int64(1-len(also)) || walk.Left()["incomplete"] != 1 {
			t.Errorf("%v: %d orders, left out %v, %v", also, len(got), walk.Left(), err)
		}
	}
}

// TestOrderWalkEnds: a walk that is closed early, or whose parts fail, ends with all that it began.
func TestOrderWalkEnds(t *testing.T) {
	store := emulator.New(emulator.Options{})
	for range 30 {
		store.InsertOrder(order(1, nil))
	}
	store.AddFault(emulator.Fault{Kind: emulator.StatusBefore, Path: "/v2/orders/*/taxes", Status: 404})
	client := newClient(t, judged(t, store), nil)
	if _, err := readAll(t.Context(), client.Walk(t.Context(), &catalogue.Orders, bigcommerce.WalkOptions{Paths: paths(t, "taxes[].rate")})); err == nil || errors.Is(err, io.EOF) {
		t.Errorf("got %v, want the failure", err)
	}
	walk := client.Walk(t.Context(), &catalogue.Orders, bigcommerce.WalkOptions{Paths: paths(t, "coupons[].code")})
	walk.Close()
	if _, err := walk.Next(t.Context()); err == nil {
		t.Error("a closed walk goes on")
	}
}

// TestPartsBeyondTheEnd: where a store has no page beyond the end of a part, the part ends there, and only there.
func TestPartsBeyondTheEnd(t *testing.T) {
	store := emulator.New(emulator.Options{Strict: true})
	store.InsertOrder(order(50, map[string]any{"items_total": 1})) // fifty may have been cut
	store.AddFault(emulator.Fault{Kind: emulator.StatusBefore, Path: "/v2/orders/*/products", Nth: 2, Status: 404})
	walk := func() ([]bigcommerce.Record, error) {
		return readAll(t.Context(), newClient(t, judged(t, store), nil).Walk(t.Context(), &catalogue.Orders, bigcommerce.WalkOptions{Paths: paths(t, "products[].id")}))
	}
	got, err := walk()
	if err != nil || len(got[0].Doc.Get("products").List()) != 50 {
		t.Errorf("%d orders, %v", len(got), err)
	}
	if said := asked(store); !strings.HasSuffix(said, "products 2") {
		t.Errorf("asked %s", said)
	}
	store.AddFault(emulator.Fault{Kind: emulator.StatusBefore, Path: "/v2/orders/*/products", Status: 404})
	if _, err := walk(); err == nil {
		t.Error("a part whose first page is not there is taken for an empty one")
	}
}

// TestPartsOnCutPages: a store that gives fewer elements a page than were asked for loses none, and none come twice.
func TestPartsOnCutPages(t *testing.T) {
	for lines, requests := range map[int]int{49: 1, 50: 2, 120: 3, 150: 4} {
		store := emulator.New(emulator.Options{Strict: true})
		store.InsertOrder(order(lines, map[string]any{"items_total": 1})) // so that the lines are asked for by themselves
		capped := transportFunc(func(r *http.Request) (*http.Response, error) {
			r.URL.RawQuery = strings.Replace(r.URL.RawQuery, "limit=250", "limit=50", 1)
			return store.RoundTripper().RoundTrip(r)
		})
		got, err := readAll(t.Context(), newClient(t, capped, nil).Walk(t.Context(), &catalogue.Orders, bigcommerce.WalkOptions{Paths: paths(t, "products[].id")}))
		if err != nil {
			t.Fatal(err)
		}
		if n := len(got[0].Doc.Get("products").List()); n != lines {
			t.Errorf("%d lines of %d", n, lines)
		}
		if said := asked(store); !strings.HasSuffix(said, fmt.Sprintf("products %d", requests)) {
			t.Errorf("%d lines: asked %s", lines, said)
		}
	}
}

// TestOrdersOnCutPages: the same of the list itself.
func TestOrdersOnCutPages(t *testing.T) {
	for _, n := range []int{9, 10, 25, 50} {
		store := emulator.New(emulator.Options{Strict: true})
		for range n {
			store.InsertOrder(order(1, nil))
		}
		capped := transportFunc(func(r *http.Request) (*http.Response, error) {
			r.URL.RawQuery = strings.Replace(r.URL.RawQuery, "limit=100", "limit=10", 1)
			return store.RoundTripper().RoundTrip(r)
		})
		got, err := readAll(t.Context(), newClient(t, capped, nil).Walk(t.Context(), &catalogue.Orders, bigcommerce.WalkOptions{Paths: paths(t, "products[].sku")}))
		if err != nil || len(got) != n {
			t.Errorf("%d orders of %d, %v", len(got), n, err)
		}
	}
}

// TestOrderWalkStopsWithItsContext: a walk that is cancelled in its middle gives the cause, and not an end.
func TestOrderWalkStopsWithItsContext(t *testing.T) {
	store := emulator.New(emulator.Options{})
	for range 600 {
		store.InsertOrder(order(1, nil))
	}
	client := newClient(t, judged(t, store), nil)
	ctx, cancel := context.WithCancelCause(t.Context())
	walk := client.Walk(ctx, &catalogue.Orders, bigcommerce.WalkOptions{Paths: paths(t, "products[].sku")})
	if _, err := walk.Next(ctx); err != nil {
		t.Fatal(err)
	}
	cancel(errors.New("the disk is full"))
	if _, err := readAll(ctx, walk); err == nil || !strings.Contains(err.Error(), "the disk is full") {
		t.Errorf("got %v", err)
	}
}

func ids(from, to int) string {
	var list []string
	for id := from; id <= to; id++ {
		list = append(list, fmt.Sprintf(`{"id":%d,"status_id":1}`, id))
	}
	return "[" + strings.Join(list, ",") + "]"
}
