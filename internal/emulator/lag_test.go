package emulator

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"
)

// TestInventoryLag reads a stock level at once and after the lag.
func TestInventoryLag(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := New(Options{InventoryLag: time.Minute})
		s.InsertProduct(map[string]any{"name": "A", "type": "physical", "weight": 1, "price": 1, "inventory_tracking": "product", "inventory_level": 5})
		level := func() string {
			a := send(t, s, "GET", "/v3/catalog/products/1?include=variants", "")
			return a.str("data", "inventory_level") + " " + a.str("data", "variants", 0, "inventory_level")
		}
		put := func(body string) {
			if a := send(t, s, "PUT", "/v3/catalog/products", body); a.status != 200 {
				t.Fatal(a.text)
			}
		}
		put(`[{"id":1,"inventory_level":8}]`)
		if got := level(); got != "5 5" {
			t.Errorf("at once: %s", got)
		}
		time.Sleep(30 * time.Second)
		put(`[{"id":1,"inventory_level":9,"price":2}]`)
		if got := level(); got != "5 5" {
			t.Errorf("after a second write: %s", got)
		}
		time.Sleep(30 * time.Second)
		if got := level(); got != "9 9" {
			t.Errorf("after the lag: %s", got)
		}
		variant := send(t, s, "PUT", "/v3/catalog/variants", `[{"id":1,"inventory_level":1}]`)
		if variant.str("data", 0, "inventory_level") != "9" {
			t.Errorf("answer to a variant's write: %s", variant.text)
		}
		time.Sleep(time.Minute)
		if got := level(); got != "1 1" {
			t.Errorf("in the end: %s", got)
		}
	})
}

func TestCeilings(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := New(Options{Latency: time.Second, Ceilings: DocumentedCeilings()})
		statuses := make(chan int, 3)
		for range 2 {
			go func() { statuses <- send(t, s, "GET", "/v3/catalog/trees/1/categories", "").status }()
		}
		go func() { statuses <- send(t, s, "GET", "/v3/catalog/products", "").status }()
		counts := map[int]int{<-statuses: 1}
		counts[<-statuses]++
		counts[<-statuses]++
		if counts[200] != 2 || counts[429] != 1 {
			t.Errorf("statuses %v", counts)
		}
		if a := send(t, s, "GET", "/v3/catalog/trees/1/categories", ""); a.status != 200 {
			t.Errorf("alone: %d", a.status)
		}
	})
}

// A ceiling may be for one method of a path: listing codes is bounded, creating them is not.
func TestCeilingsOfMethods(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := New(Options{Latency: time.Second, Ceilings: map[string]int{"GET /v3/promotions/*/codes": 1}})
		id := s.InsertPromotion(map[string]any{"name": "P", "redemption_type": "COUPON", "coupon_type": "BULK", "rules": []any{
			map[string]any{"action": map[string]any{"shipping": map[string]any{"free_shipping": true}}},
		}})
		path := fmt.Sprintf("/v3/promotions/%d/codes", id)
		statuses := make(chan int, 4)
		for i := range 2 {
			go func() { statuses <- send(t, s, "GET", path, "").status }()
			go func() { statuses <- send(t, s, "POST", path, fmt.Sprintf(`{"code":"C%d"}`, i)).status }()
		}
		counts := map[int]int{}
		for range 4 {
			counts[<-statuses]++
		}
		if counts[200] != 1 || counts[201] != 2 || counts[429] != 1 {
			t.Errorf("statuses %v", counts)
		}
	})
}
