package bigcommerce_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"bcetl/internal/bigcommerce"
	"bcetl/internal/bigcommerce/catalogue"
	"bcetl/internal/emulator"
	"bcetl/internal/judge"
)

// meeting is an exchange in which a client meets a reading, and what comes of it with a store that follows the reading and with one that does not.
type meeting struct {
	do           func(context.Context, *testing.T, *bigcommerce.Client, *emulator.Store) string
	usual, other string
}

// came is what came of a write.
func came(result *bigcommerce.WriteResult, err error) string {
	switch {
	case bigcommerce.IsRowLevel(err):
		return "row " + bigcommerce.ProblemOf(err).Code
	case err != nil:
		return "run " + bigcommerce.ProblemOf(err).Code
	case result.Partial != nil:
		return "partial"
	}
	return "settled"
}

// writes is a write as a meeting.
func writes(op *catalogue.Operation, ids []int64, body string) func(context.Context, *testing.T, *bigcommerce.Client, *emulator.Store) string {
	return func(ctx context.Context, _ *testing.T, c *bigcommerce.Client, _ *emulator.Store) string {
		return came(c.Write(ctx, *op, []json.RawMessage{json.RawMessage(body)}, ids))
	}
}

// lists gives what a walk over products finds.
func lists(options bigcommerce.WalkOptions, shown string) func(context.Context, *testing.T, *bigcommerce.Client, *emulator.Store) string {
	return func(ctx context.Context, t *testing.T, c *bigcommerce.Client, _ *emulator.Store) string {
		options.Paths = paths(t, "id", shown)
		found, err := readAll(ctx, c.Walk(ctx, &catalogue.Products, options))
		if err != nil {
			return err.Error()
		}
		return documents(found)
	}
}

func removes(op *catalogue.Operation, id int64) func(context.Context, *testing.T, *bigcommerce.Client, *emulator.Store) string {
	return func(ctx context.Context, _ *testing.T, c *bigcommerce.Client, _ *emulator.Store) string {
		return came(c.DeleteByIDs(ctx, *op, []int64{id}))
	}
}

// waits sends a request after somebody else has spent what was left.
func waits(ctx context.Context, t *testing.T, c *bigcommerce.Client, store *emulator.Store) string {
	for _, others := range []int{2, 0} {
		if _, err := c.Get(ctx, "/v2/time", nil); err != nil {
			return err.Error()
		}
		time.Sleep(time.Second)
		spend(t, store, others)
	}
	return "waited"
}

var meetings = map[string]meeting{
	"categories-all": {
		lists(bigcommerce.WalkOptions{Filter: url.Values{"categories:in": {"1,2"}}}, "id"), `{"id":1} {"id":2}`, `{"id":1}`,
	},
	"reset-window": {waits, "waited", "waited"},
	"left-on-429":  {waits, "waited", "waited"},
	"percent-text": {lists(bigcommerce.WalkOptions{Filter: url.Values{"id:in": {"1"}}}, "bulk_pricing_rules[].amount"), `{"id":1,"bulk_pricing_rules":[{"amount":10}]}`, `{"id":1,"bulk_pricing_rules":[{"amount":"10"}]}`},
	"url-clash-swapped": {
		func(ctx context.Context, t *testing.T, c *bigcommerce.Client, s *emulator.Store) string {
			create := writes(&catalogue.Products.Create, nil, `{"name":"New","type":"physical","weight":1,"price":2,"custom_url":{"url":"/taken/"}}`)
			return create(ctx, t, c, s) + ", " + came(c.UpdateProducts(ctx, []int64{1}, raw(`{"custom_url":{"url":"/taken/"}}`)))
		},
		"row duplicate, partial", "partial, row duplicate",
	},
	"parts-replaced": {
		func(ctx context.Context, _ *testing.T, c *bigcommerce.Client, _ *emulator.Store) string {
			return came(c.UpdateProducts(ctx, []int64{1}, raw(`{"custom_fields":[{"name":"b","value":"2"}]}`)))
		}, "settled", "settled",
	},
	"codes-by-spelling": {writes(&catalogue.Coupons.Create, nil, `{"name":"Other","code":"save","type":"percentage_discount","amount":"5","applies_to":{"entity":"categories","ids":[0]}}`), "row duplicate", "settled"},
	"clash-422":         {writes(&catalogue.Products.Create, nil, `{"name":"Two","type":"physical","weight":1,"price":2}`), "row duplicate", "row duplicate"},
	"page-end-404": {
		func(ctx context.Context, t *testing.T, c *bigcommerce.Client, store *emulator.Store) string {
			for i := range 1200 { // five pages, of which the last are gone when they are asked for
				store.InsertProduct(product(i))
			}
			asked := 0
			store.Between(func(s *emulator.Store) {
				if asked++; asked == 4 {
					for id := 1001; id <= 1203; id++ {
						s.DeleteProduct(id)
					}
				}
			})
			found, err := readAll(ctx, c.Walk(ctx, &catalogue.Products, bigcommerce.WalkOptions{Paths: paths(t, "id")}))
			return fmt.Sprint(len(found) >= 1000 && len(found) < 1203, err)
		}, "true <nil>", "true <nil>",
	},
	"category-delete-204": {removes(&catalogue.Categories.Delete, 3), "settled", "settled"}, // nothing is in it
	"category-delete-409": {removes(&catalogue.Categories.Delete, 2), "settled", "row conflict"},
	"plain-401": {
		func(ctx context.Context, _ *testing.T, c *bigcommerce.Client, s *emulator.Store) string {
			s.Revoke("emulator")
			_, err := c.Get(ctx, "/catalog/summary", nil)
			return "run " + bigcommerce.ProblemOf(err).Code
		}, "run unauthorized", "run unauthorized",
	},
	"lowest-price-number": {
		func(ctx context.Context, _ *testing.T, c *bigcommerce.Client, _ *emulator.Store) string {
			probes, err := c.ProbeScopes(ctx)
			return fmt.Sprint(slices.ContainsFunc(probes, func(p bigcommerce.Probe) bool {
				return p.Reading != bigcommerce.ReadingAllowed && p.Scope.Name == "Products"
			}), err)
		}, "false <nil>", "false <nil>",
	},
	"type-fixed": {
		func(ctx context.Context, _ *testing.T, c *bigcommerce.Client, _ *emulator.Store) string {
			return came(c.UpdateProducts(ctx, []int64{1}, raw(`{"type":"digital"}`)))
		}, "settled", "row invalid",
	},
	"base-variants-hidden": {
		func(ctx context.Context, _ *testing.T, c *bigcommerce.Client, _ *emulator.Store) string {
			found, err := c.FindVariantSKU(ctx, "TWO")
			return fmt.Sprint(len(found), err)
		}, "1 <nil>", "0 <nil>",
	},
	"body-status": {writes(&catalogue.Coupons.Create, nil, `{"name":"Other","code":"other","type":"percentage_discount","amount":"x","applies_to":{"entity":"categories","ids":[0]}}`), "row invalid", "row invalid"},
}

// unlisted are the readings whose statuses no file has.
var unlisted = []string{"category-delete-204", "category-delete-409"}

// TestReadingsThatNoExampleMeets has a client meet each reading that no example meets, which the store's answers show, and holds what comes of it.
func TestReadingsThatNoExampleMeets(t *testing.T) {
	specs, err := judge.LoadOrStatic(specFolder)
	if err != nil {
		t.Fatal(err)
	}
	for name, meeting := range meetings {
		t.Run(name, func(t *testing.T) {
			reading, ok := emulator.ReadingNamed(name)
			if !ok {
				t.Fatal("there is no such reading")
			}
			usual, said := meeting.under(t, specs, emulator.Reading{})
			other, otherwise := meeting.under(t, specs, reading)
			if usual != meeting.usual || other != meeting.other {
				t.Errorf("usually %q, want %q; under the reading %q, want %q", usual, meeting.usual, other, meeting.other)
			}
			if slices.Equal(said, otherwise) {
				t.Errorf("the store answers as ever: nothing here meets the reading: %q", said)
			}
		})
	}
}

func (m *meeting) under(t *testing.T, specs *judge.Specs, reading emulator.Reading) (outcome string, answers []string) {
	t.Helper()
	heard := judge.Heard{Rates: true}
	synctest.Test(t, func(t *testing.T) {
		options := emulator.Options{Quota: emulator.Quota{Requests: 3}}
		if reading.Name != "" {
			reading.Apply(&options)
		}
		store := emulator.New(options)
		setUp := newClient(t, store.RoundTripper(), nil)
		if _, err := setUp.CreateCategories(t.Context(), raw(`{"name":"A","tree_id":1,"parent_id":0}`, `{"name":"B","tree_id":1,"parent_id":0}`, `{"name":"C","tree_id":1,"parent_id":0}`)); err != nil {
			t.Fatal(err)
		}
		for i, more := range []map[string]any{
			{"name": "One", "sku": "ONE", "categories": []any{1, 2}, "custom_fields": []any{map[string]any{"name": "a", "value": "1"}}, "inventory_tracking": "product", "bulk_pricing_rules": []any{map[string]any{"quantity_min": 5, "quantity_max": 0, "type": "percent", "amount": "10"}}},
			{"name": "Two", "sku": "TWO", "categories": []any{2}, "custom_url": map[string]any{"url": "/taken/"}},
			{"name": "Three", "sku": "THREE"},
		} {
			document := product(i)
			for field, value := range more {
				document[field] = value
			}
			store.InsertProduct(document)
		}
		store.InsertCoupon(map[string]any{"name": "Save", "code": "SAVE", "type": "percentage_discount", "amount": "5"})
		var transport http.RoundTripper = heard.RoundTripper(store.RoundTripper())
		transport = specs.Under(reading.Name).RoundTripper(transport, func(v judge.Violation) {
			if v.Rule != judge.RuleAnswerStatus || !slices.Contains(unlisted, reading.Name) {
				t.Error(v)
			}
		})
		outcome = m.do(t.Context(), t, newClient(t, transport, func(c *bigcommerce.Config) { c.Concurrency = 1 }), store) // in one order, so that what is said can be compared
	})
	return outcome, heard.Answers()
}
