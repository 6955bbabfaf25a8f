package apply_test

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"bcetl/internal/apply"
	"bcetl/internal/bigcommerce"
	"bcetl/internal/emulator"
)

// prices are updates of the store's products 1 to n to a price; those named get names that products after n have, each another.
func prices(n int, price string, bad ...int) []string {
	rows := make([]string, n)
	for i := range rows {
		rows[i] = fmt.Sprintf(`{"sku":"SKU-%05d","price":%s,"name":"Product %d"}`, i+1, price, i+1)
	}
	for k, i := range bad {
		rows[i-1] = fmt.Sprintf(`{"sku":"SKU-%05d","price":%s,"name":"Product %d"}`, i, price, n+1+k)
	}
	return rows
}

// TestGuiltyRowsAreIsolated: one bad row of ten costs at most 8 more requests, wherever it stands.
func TestGuiltyRowsAreIsolated(t *testing.T) {
	for bad := 1; bad <= 10; bad++ {
		for _, partialBatch := range []bool{false, true} {
			options := emulator.Options{Strict: true}
			if partialBatch {
				reading, _ := emulator.ReadingNamed("batch-partial")
				reading.Apply(&options)
			}
			store := emulator.New(options)
			fill(store, 11)
			b := onProducts(t, store, "update", "sku").ok(prices(10, "12", bad)...)
			if n := len(store.Writes()); n > 9 {
				t.Errorf("bad row %d, partial batch %v: %d requests", bad, partialBatch, n)
			}
			for i := range b.outcomes {
				want := "updated"
				if i+1 == bad {
					want = "rejected"
				}
				if got := b.outcomes[i].Outcome.String(); got != want {
					t.Errorf("bad row %d, partial batch %v: row %d is %s", bad, partialBatch, i+1, got)
				}
			}
			b.wantsProblem(bad, "duplicate")
			if got := stored(t, store, bad, "price"); strings.HasPrefix(got, "12") {
				t.Errorf("the rejected row %d was written", bad)
			}
		}
	}
}

func TestSeveralBadRows(t *testing.T) {
	store := strictStore()
	fill(store, 30)
	b := onProducts(t, store, "update", "sku")
	b.concurrency = 4
	b.ok(prices(25, "12", 1, 2, 10, 11, 25)...)
	for i := range b.outcomes {
		want := "updated"
		if strings.Contains(" 1 2 10 11 25 ", fmt.Sprintf(" %d ", i+1)) {
			want = "rejected"
		}
		if got := b.outcomes[i].Outcome.String(); got != want {
			t.Errorf("row %d is %s: %s", i+1, got, b.problem(i+1))
		}
	}
}

func TestBadVariant(t *testing.T) {
	store := strictStore()
	for i := range 30 {
		store.InsertProduct(withVariants(fmt.Sprintf("Shirt %d", i), fmt.Sprintf("S%02d", i)))
	}
	store.ResetLog()
	var rows []string
	for i := range 30 {
		for _, letter := range []string{"a", "b"} {
			upc := ""
			if i == 13 && letter == "b" {
				upc = strings.Repeat("9", 15)
			}
			rows = append(rows, fmt.Sprintf(`{"sku":"S%02d-%s","price":7,"upc":"%s"}`, i, letter, upc))
		}
	}
	b := onVariants(t, store)
	b.wrong = "upc"
	b.ok(rows...)
	for i := range b.outcomes {
		if got := b.outcomes[i].Outcome.String(); (got == "rejected") != (i == 27) || (got == "updated") != (i != 27) {
			t.Errorf("row %d is %s", i+1, got)
		}
	}
	b.wantsProblem(28, "upc")
}

func TestPartialAnswersBlameTheRecordsThatTheyAreAbout(t *testing.T) {
	store := strictStore()
	for i := 1; i <= 3; i++ {
		store.InsertProduct(product(fmt.Sprint("P", i), fmt.Sprint("P", i), "inventory_tracking", "product", "inventory_level", 1))
	}
	b := onProducts(t, store, "update", "sku")
	b.wrong = "inventory_level"
	b.ok(
		`{"sku":"P1","price":11,"inventory_level":4}`, `{"sku":"P2","price":11,"inventory_level":-4}`, `{"sku":"P3","price":11,"inventory_level":2147483647}`)
	b.wants("updated, partial partly_saved, updated")
	b.wantsProblem(2, "inventory")

	store.AddFault(emulator.Fault{Kind: emulator.Partial, Method: "PUT", Reason: "Something was not saved"})
	b = onProducts(t, store, "update", "sku").ok(`{"sku":"P1","price":12}`, `{"sku":"P2","price":12}`)
	b.wants("partial partly_saved, partial partly_saved")
	b.wantsProblem(1, "Something was not saved")
}

const newRow = `{"sku":"N%d","name":"New %d","type":"physical","weight":1,"price":1}`

func newRows(n int) []string {
	rows := make([]string, n)
	for i := range rows {
		rows[i] = fmt.Sprintf(newRow, i+1, i+1)
	}
	return rows
}

// TestLostAnswers: whatever becomes of answers, nothing is created twice, and every outcome is true.
func TestLostAnswers(t *testing.T) {
	faults := map[string]emulator.FaultKind{
		"reset before": emulator.ResetBefore, "reset after": emulator.ResetAfter, "500 before": emulator.StatusBefore,
		"500 after": emulator.StatusAfter, "half an answer": emulator.TruncatedBody, "quota": emulator.QuotaSpent, "overload": emulator.Overloaded,
	}
	for name, kind := range faults {
		for _, method := range []string{"POST", "PUT", "DELETE", "GET"} {
			t.Run(name+" "+method, func(t *testing.T) {
				store := strictStore()
				fill(store, 25)
				store.AddFault(emulator.Fault{Kind: kind, Method: method, Probability: 0.4, Seed: 7, Times: 6})
				b := onProducts(t, store, "upsert", "sku")
				b.concurrency = 3
				b.ok(append(newRows(12), prices(25, "12")...)...)
				if got := strings.Count(b.said(), "created"); got != 12 {
					t.Errorf("%d created: %s", got, b.said())
				}
				if got := strings.Count(b.said(), "updated"); got != 25 {
					t.Errorf("%d updated: %s", got, b.said())
				}
				if store.Products() != 37 {
					t.Errorf("%d products", store.Products())
				}
				for i := range b.outcomes {
					id, _, ok := store.ProductBySKU(b.outcomes[i].Key)
					if !ok || int64(id) != b.outcomes[i].StoreID {
						t.Errorf("%s has id %d, said %d", b.outcomes[i].Key, id, b.outcomes[i].StoreID)
					}
				}
				gone := onProducts(t, store, "delete", "sku")
				gone.ok(newRows(12)...)
				if got := strings.Count(gone.said(), "deleted"); got != 12 || store.Products() != 25 {
					t.Errorf("%d deleted, %d products left", got, store.Products())
				}
			})
		}
	}
}

// TestLostAnswersOfNames: categories of one name below several parents are told apart.
func TestLostAnswersOfNames(t *testing.T) {
	for _, kind := range []emulator.FaultKind{emulator.ResetBefore, emulator.ResetAfter, emulator.StatusAfter, emulator.TruncatedBody} {
		for nth := 1; nth <= 4; nth++ {
			store := furnished()
			store.AddFault(emulator.Fault{Kind: kind, Method: "POST", Nth: nth})
			b := onProducts(t, store, "update", "sku").ok(
				`{"sku":"ONE","brand_id":`+ref("brand", "Lost", create)+`,"categories":[`+ref("category", "New/Tea", create)+`]}`,
				`{"sku":"TWO","brand_id":`+ref("brand", "Lost too", create)+`,"categories":[`+ref("category", "Other/Tea", create)+`]}`)
			b.wants("updated, updated")
			list := send(store, "GET", "/v3/catalog/trees/categories?limit=250", "")
			if got := strings.Count(list, `"name":"Tea"`); got != 3 {
				t.Errorf("fault %d of POST %d: %d categories Tea", kind, nth, got)
			}
			if got := strings.Count(send(store, "GET", "/v3/catalog/brands?limit=250", ""), `"name":"Lost`); got != 2 {
				t.Errorf("fault %d of POST %d: %d brands", kind, nth, got)
			}
			if one, two := stored(t, store, 1, "categories"), stored(t, store, 2, "categories"); one == two || one == "[2]" || two == "[2]" {
				t.Errorf("fault %d of POST %d: categories %s and %s", kind, nth, one, two)
			}
		}
	}
}

// TestStoreThatStaysAway ends the run; what was sent is in doubt, what was not stays to be done.
func TestStoreThatStaysAway(t *testing.T) {
	store := strictStore()
	fill(store, 30)
	store.AddFault(emulator.Fault{Kind: emulator.StatusAfter, Method: "PUT", From: 2})
	b := onProducts(t, store, "update", "sku")
	err := b.apply(prices(30, "12")...)
	if !bigcommerce.IsUnsettled(err) {
		t.Errorf("error %v", err)
	}
	want := strings.Repeat("updated, ", 10) + strings.Repeat("in_doubt in_doubt, ", 10) + strings.TrimSuffix(strings.Repeat("not_attempted, ", 10), ", ")
	b.wants(want)

	store = strictStore()
	store.AddFault(emulator.Fault{Kind: emulator.StatusBefore, Method: "POST", From: 2})
	b = onProducts(t, store, "upsert", "sku")
	if err := b.apply(newRows(3)...); !bigcommerce.IsUnsettled(err) {
		t.Errorf("error %v", err)
	}
	b.wants("created, in_doubt in_doubt, not_attempted")
}

func TestRevokedTokenEndsTheRun(t *testing.T) {
	store := strictStore()
	fill(store, 45)
	store.AddFault(emulator.Fault{Kind: emulator.TokenRevoked, Method: "PUT", From: 3})
	b := onProducts(t, store, "update", "sku")
	err := b.apply(prices(45, "12")...)
	var api *bigcommerce.APIError
	if !errors.As(err, &api) || api.Status != http.StatusUnauthorized {
		t.Fatalf("error %v", err)
	}
	b.wants(strings.Repeat("updated, ", 20) + strings.TrimSuffix(strings.Repeat("not_attempted, ", 25), ", "))
	if got := len(store.Writes()); got != 3 {
		t.Errorf("%d writes", got)
	}
	kinds, err := b.run.OpKinds(t.Context(), 1)
	if err != nil || kinds["products.update"] != 25 {
		t.Errorf("%v %v", kinds, err)
	}
}

func TestRecordsThatVanishMeanwhile(t *testing.T) {
	store := strictStore()
	fill(store, 12)
	store.Between(func(s *emulator.Store) {
		if len(s.Log()) == 1 { // after the look-up
			s.DeleteProduct(4)
		}
	})
	b := onProducts(t, store, "update", "sku").ok(prices(10, "12")...)
	for i := range b.outcomes {
		if got := b.outcomes[i].Outcome.String(); (got == "rejected") != (i == 3) {
			t.Errorf("row %d is %s", i+1, got)
		}
	}
	b.wantsProblem(4, "404")
}

func TestMaxRejects(t *testing.T) {
	store := strictStore()
	fill(store, 43)
	b := onProducts(t, store, "update", "sku")
	b.maxRejects = 2
	if err := b.apply(prices(40, "12", 1, 2, 3)...); !errors.Is(err, apply.ErrTooManyRejects) {
		t.Errorf("error %v", err)
	}
	if got := strings.Count(b.said(), "not_attempted"); got != 30 {
		t.Errorf("%d not attempted: %s", got, b.said())
	}
	b = onProducts(t, store, "update", "sku")
	b.maxRejects = 3
	b.ok(prices(40, "13", 1, 2, 3)...)
}

// TestShortAnswer: what an answer leaves out is in doubt, or looked up, never taken for done.
func TestShortAnswer(t *testing.T) {
	store := strictStore()
	fill(store, 3)
	b := onProducts(t, store, "upsert", "sku")
	b.change = func(method, body string) string {
		switch method {
		case "PUT":
			return `{"data":[{"id":1,"price":12},{"id":3,"price":12}],"meta":{}}`
		case "POST":
			return `{"data":{},"meta":{}}`
		}
		return body
	}
	b.ok(append(prices(3, "12"), newRows(1)...)...)
	b.wants("updated, in_doubt in_doubt, updated, created")
	if store.Products() != 4 {
		t.Errorf("%d products", store.Products())
	}
}

func TestStopLeavesTheRestForLater(t *testing.T) {
	store := strictStore()
	fill(store, 200)
	b := onProducts(t, store, "update", "sku")
	b.stop = make(chan struct{})
	store.Between(func(s *emulator.Store) {
		if len(s.Writes()) == 1 {
			select {
			case <-b.stop:
			default:
				close(b.stop)
			}
		}
	})
	if err := b.apply(prices(200, "12")...); err == nil {
		t.Error("a run that was stopped has no error")
	}
	if got := strings.Count(b.said(), "updated"); got == 0 || got > 50 || strings.Contains(b.said(), "doubt") {
		t.Error(b.said())
	}
}
