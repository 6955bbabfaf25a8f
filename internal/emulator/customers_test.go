package emulator

import (
	"slices"
	"testing"
)

func TestCustomers(t *testing.T) {
	s := New(Options{Strict: true, Clock: fixedClock})
	s.InsertCustomer(map[string]any{"email": "b@example.com", "first_name": "Bo", "last_name": "Berg", "date_modified": "2026-03-01T00:00:00Z"})
	s.InsertCustomer(map[string]any{"email": "Ann+x@Example.com", "first_name": "Ann", "last_name": "Arbor", "company": "A Ltd", "customer_group_id": 4, "id": 7})
	s.InsertCustomer(map[string]any{"email": "c@example.com", "first_name": "Cy", "last_name": "Cole"})
	for query, want := range map[string][]int{
		"":                                       {1, 7, 8},
		"id:in=8,1,99":                           {1, 8},
		"email:in=ann%2Bx@example.com,x@y.zz":    {7},
		"email:in=nobody@example.com":            {},
		"name:in=cy%20cole":                      {8},
		"company:in=a%20ltd":                     {7},
		"customer_group_id:in=4":                 {7},
		"date_modified:max=2026-03-01T00:00:00Z": {1},
		"date_modified:min=2026-03-02T00:00:00Z": {7, 8},
		"sort=last_name:desc":                    {8, 1, 7},
		"limit=2&page=2":                         {8},
		"limit=2&page=3":                         {},
	} {
		if a := send(t, s, "GET", "/v3/customers?"+query, ""); a.status != 200 || !slices.Equal(a.ids(), want) {
			t.Errorf("%s: %d %v, want %v", query, a.status, a.ids(), want)
		}
	}
	a := send(t, s, "GET", "/v3/customers?limit=2", "")
	if next := a.str("meta", "cursor_pagination", "links", "next"); !slices.Equal(send(t, s, "GET", "/v3/customers"+next, "").ids(), []int{8}) {
		t.Errorf("by cursor: %s", a.text)
	}
	for _, query := range []string{"id:in=x", "sort=colour", "after=x", "date_created:min=soon"} {
		if a := send(t, s, "GET", "/v3/customers?"+query, ""); a.status != 422 {
			t.Errorf("%s: %d", query, a.status)
		}
	}
}

// The customers of a demo store are those of its orders.
func TestDemoCustomers(t *testing.T) {
	s := New(Options{Clock: fixedClock})
	s.Seed(Demo{Products: 5, Orders: 60})
	s.Seed(Demo{Products: 5, Orders: 5})
	seen := 0
	for _, id := range s.OrderIDs() {
		o, _ := s.Order(id)
		customer := answer{body: o}.str("customer_id")
		if customer == "0" {
			continue
		}
		seen++
		a := send(t, s, "GET", "/v3/customers?id:in="+customer, "")
		if want := (answer{body: o}).str("billing_address", "email"); a.str("data", 0, "email") != want {
			t.Errorf("order %d: customer %s is %s, want %s", id, customer, a.str("data", 0, "email"), want)
		}
	}
	if seen < 20 {
		t.Errorf("only %d orders have a customer", seen)
	}
}
