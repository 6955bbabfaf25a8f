package bigcommerce_test

import (
	"encoding/json"
	"testing"
	"testing/synctest"
	"time"

	"bcetl/internal/bigcommerce"
	"bcetl/internal/bigcommerce/catalogue"
	"bcetl/internal/emulator"
)

// TestWalkThroughFaults: a store that keeps failing in every way is still read completely.
func TestWalkThroughFaults(t *testing.T) {
	for seed := range uint64(10) {
		synctest.Test(t, func(t *testing.T) {
			store := emulator.New(emulator.Options{Strict: true, Quota: emulator.Quota{Requests: 150}})
			fill(store, 300)
			for i, kind := range []emulator.FaultKind{
				emulator.StatusBefore, emulator.ResetBefore, emulator.ResetAfter, emulator.TruncatedBody, emulator.QuotaSpent, emulator.Overloaded,
			} {
				store.AddFault(emulator.Fault{Kind: kind, Probability: 0.05, Seed: seed*10 + uint64(i)})
			}
			client := newClient(t, wandering(nowAndThen(t, store, seed), seed, 100*time.Millisecond), nil)
			got, err := readAll(t.Context(), client.Walk(t.Context(), &catalogue.Products, bigcommerce.WalkOptions{Paths: paths(t, "options[].id")}))
			if err != nil || len(got) != 300 {
				t.Errorf("seed %d: %d records, %v", seed, len(got), err)
			}
		})
	}
}

// TestLostAnswers: the store did what was asked and the answer did not come. A create is told as unsettled and is found by its
// key; an update and a delete are repeated and end well.
func TestLostAnswers(t *testing.T) {
	for name, kind := range map[string]emulator.FaultKind{
		"reset": emulator.ResetAfter, "cut": emulator.TruncatedBody, "5xx": emulator.StatusAfter,
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				store := emulator.New(emulator.Options{Strict: true})
				client := newClient(t, judged(t, store), nil)
				lose := func(method string) { store.AddFault(emulator.Fault{Kind: kind, Method: method, Times: 1}) }

				lose("POST")
				_, err := client.CreateProduct(t.Context(), json.RawMessage(`{"name":"P","sku":"S-1","type":"physical","weight":1,"price":2}`))
				if !bigcommerce.IsUnsettled(err) || bigcommerce.IsRunLevel(err) || bigcommerce.ProblemOf(err).Code != bigcommerce.CodeInDoubt {
					t.Fatalf("create: %v", err)
				}
				key, _ := catalogue.Products.KeyNamed("sku")
				found, err := client.FindOne(t.Context(), &catalogue.Products, key, "s-1", paths(t, "sku"))
				if err != nil || len(found) != 1 || store.Products() != 1 {
					t.Fatalf("%d found of %d, %v", len(found), store.Products(), err)
				}
				lose("PUT")
				if result, err := client.UpdateProducts(t.Context(), []int64{found[0].ID}, raw(`{"price":3}`)); err != nil || result.Unsettled() != nil {
					t.Errorf("update: %v", err)
				}
				lose("DELETE")
				if _, err := client.DeleteByIDs(t.Context(), catalogue.Products.Delete, []int64{found[0].ID}); err != nil || store.Products() != 0 {
					t.Errorf("delete: %v", err)
				}
			})
		})
	}
}
