package bigcommerce_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
	"strings"
	"testing"

	"bcetl/internal/bigcommerce"
	"bcetl/internal/bigcommerce/catalogue"
	"bcetl/internal/emulator"
	"bcetl/internal/judge"
)

// TestCodesOfAStore goes through a code's life, whichever way the store reads what the documentation leaves open.
func TestCodesOfAStore(t *testing.T) {
	specs, err := judge.Load(filepath.Join("..", "..", "..", "shared", "openapi"))
	if errors.Is(err, judge.ErrAbsent) {
		specs, err = judge.Static(), nil
	}
	if err != nil {
		t.Fatal(err)
	}
	for _, reading := range append([]emulator.Reading{{}}, emulator.Readings()...) {
		t.Run("reading "+reading.Name, func(t *testing.T) {
			options := emulator.Options{Strict: true}
			if reading.Name != "" {
				reading.Apply(&options)
			}
			store := emulator.New(options)
			watch := specs.Under(reading.Name).RoundTripper(store.RoundTripper(), func(v judge.Violation) { t.Error(v) })
			livesOfCodes(t, newClient(t, watch, nil), store)
		})
	}
}

func livesOfCodes(t *testing.T, client *bigcommerce.Client, store *emulator.Store) {
	ctx := t.Context()
	rules := []any{map[string]any{"action": map[string]any{"cart_value": map[string]any{"discount": map[string]any{"percentage_amount": "10"}}}, "apply_once": true}}
	bulk := int64(store.InsertPromotion(map[string]any{"name": "Spring", "redemption_type": "COUPON", "coupon_type": "BULK", "rules": rules}))
	single := int64(store.InsertPromotion(map[string]any{"name": "Single", "redemption_type": "COUPON", "coupon_type": "SINGLE", "rules": rules}))
	if found, err := client.PromotionsByName(ctx, "Spring"); err != nil || len(found) != 1 || found[0].ID != bulk {
		t.Fatalf("found %v, %v", documents(found), err)
	}
	if found, ok, err := client.Promotion(ctx, single); err != nil || !ok || found.Doc.Get("coupon_type").String() != "SINGLE" {
		t.Errorf("found %v, %v, %v", found, ok, err)
	}
	if _, ok, err := client.Promotion(ctx, 99); err != nil || ok {
		t.Errorf("promotion 99: %v, %v", ok, err)
	}
	for range 3 {
		if made, err := client.GenerateCodes(ctx, bulk, json.RawMessage(`{"batch_size":250,"prefix":"SPRING","delimiter":"-","code_length":6}`)); err != nil || len(made) != 250 {
			t.Fatalf("%d codes, %v", len(made), err)
		}
	}
	_, err := client.GenerateCodes(ctx, single, json.RawMessage(`{"batch_size":1}`))
	if !bigcommerce.IsRowLevel(err) || bigcommerce.ProblemOf(err).Code != bigcommerce.CodeInvalid {
		t.Errorf("of a promotion that takes none: %v", err)
	}
	created, err := client.WriteIn(ctx, catalogue.PromotionCodes.Create, bulk, raw(`{"code":"HELLO there","max_uses":3}`), nil)
	if err != nil || !created.Elements[0].Settled {
		t.Fatalf("created %+v, %v", created, err)
	}
	_, err = client.WriteIn(ctx, catalogue.PromotionCodes.Create, bulk, raw(`{"code":"HELLO there"}`), nil)
	if !bigcommerce.IsRowLevel(err) || bigcommerce.ProblemOf(err).Code != bigcommerce.CodeDuplicate {
		t.Errorf("a code twice: %v", err)
	}
	found, err := client.PromotionCode(ctx, bulk, "HELLO there")
	if err != nil || len(found) != 1 || found[0].ID != created.Elements[0].ID {
		t.Errorf("found %v, %v", documents(found), err)
	}
	if n, err := client.CountCodes(ctx, bulk); err != nil || n != 751 {
		t.Errorf("counted %d, %v", n, err)
	}
	if _, err := client.CountCodes(ctx, 99); !bigcommerce.IsRowLevel(err) {
		t.Errorf("of no promotion: %v", err)
	}
	walk := func() []bigcommerce.Record {
		t.Helper()
		all, err := readAll(ctx, client.Walk(ctx, &catalogue.PromotionCodes, bigcommerce.WalkOptions{
			Filter: url.Values{"promotion_id": {fmt.Sprint(bulk)}}, Paths: paths(t, "code"),
		}))
		if err != nil {
			t.Fatal(err)
		}
		return all
	}
	store.ResetLog()
	all := walk()
	if len(all) != 751 || len(store.Log()) > 6 {
		t.Errorf("%d codes in %d requests", len(all), len(store.Log()))
	}
	var ids []int64
	for _, r := range all {
		if strings.HasPrefix(r.Doc.Get("code").String(), "SPRING-") && len(ids) < 250 {
			ids = append(ids, r.ID)
		}
	}
	if _, err := client.DeleteIn(ctx, catalogue.PromotionCodes.Delete, bulk, ids); err != nil || len(walk()) != 501 {
		t.Errorf("after the delete there are %d, %v", len(walk()), err)
	}
	if promotions, err := readAll(ctx, client.Walk(ctx, &catalogue.Promotions, bigcommerce.WalkOptions{})); err != nil || len(promotions) != 2 {
		t.Errorf("%d promotions, %v", len(promotions), err)
	}
}
