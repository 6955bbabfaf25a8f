package bigcommerce_test

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"

	"bcetl/internal/bigcommerce"
	"bcetl/internal/bigcommerce/catalogue"
)

// TestRecordedLookUps: what names are looked up in comes as it was recorded.
func TestRecordedLookUps(t *testing.T) {
	served := func(t *testing.T, file string) *bigcommerce.Client {
		body := string(recorded(t, file))
		return newClient(t, transportFunc(func(r *http.Request) (*http.Response, error) { return answer(r, http.StatusOK, body, nil), nil }), nil)
	}
	data := func(t *testing.T, file string) []any {
		list, _ := decoded(t, recorded(t, file)).(map[string]any)["data"].([]any)
		return list
	}
	same := func(t *testing.T, want []any, got []bigcommerce.Record, err error) {
		t.Helper()
		if err != nil || len(got) != len(want) {
			t.Fatalf("%d records of %d, %v", len(got), len(want), err)
		}
		for i := range want {
			if diff := cmp.Diff(want[i], decoded(t, got[i].Doc.AppendJSON(nil))); diff != "" {
				t.Errorf("record %d (-recorded +read):\n%s", i, diff)
			}
		}
	}
	t.Run("brands", func(t *testing.T) {
		const file = "aligent/v3_catalog__brands__get_all.json"
		got, err := served(t, file).ListBrands(t.Context(), nil)
		same(t, data(t, file), got, err)
	})
	t.Run("trees", func(t *testing.T) {
		const file = "johnhebron/resources__catalog__trees__list__200.json"
		got, err := served(t, file).ListTrees(t.Context())
		same(t, data(t, file), got, err)
	})
	t.Run("customers", func(t *testing.T) {
		for _, file := range []string{"johnhebron/resources__customers__list__no_records_200.json", "aligent/v3_customers__get_all_no_results.json"} {
			if got, err := served(t, file).CustomersByEmail(t.Context(), []string{"a@example.com"}); err != nil || len(got) > 0 {
				t.Errorf("%s: %d customers, %v", file, len(got), err)
			}
		}
		const unnamed = "johnhebron/resources__customers__list__200.json" // without the id that every record has
		if got, err := served(t, unnamed).CustomersByEmail(t.Context(), []string{"a@example.com"}); err == nil || !bigcommerce.IsRunLevel(err) {
			t.Errorf("a customer without an id was taken: %d, %v", len(got), err)
		}
	})
	t.Run("orders counted", func(t *testing.T) {
		const file = "aligent/v2_orders_count.json"
		want := decoded(t, recorded(t, file)).(map[string]any)["count"]
		got, err := served(t, file).Count(t.Context(), &catalogue.Orders, nil)
		if err != nil || fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("counted %d, %v; want %v", got, err, want)
		}
	})
}
