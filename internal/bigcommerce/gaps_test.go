package bigcommerce_test

import (
	"net/http"
	"testing"

	"bcetl/internal/bigcommerce"
	"bcetl/internal/bigcommerce/catalogue"
)

// TestEmptyListsOfV2: the end of a list is 204 without a body or an empty list, and the walk ends on both.
func TestEmptyListsOfV2(t *testing.T) {
	for name, end := range map[string]struct {
		status int
		body   string
	}{"204": {http.StatusNoContent, ""}, "an empty list": {http.StatusOK, "[]"}} {
		t.Run(name, func(t *testing.T) {
			asked := 0
			client := newClient(t, transportFunc(func(r *http.Request) (*http.Response, error) {
				if asked++; asked == 1 {
					return answer(r, http.StatusOK, ids(1, 10), nil), nil
				}
				return answer(r, end.status, end.body, nil), nil
			}), nil)
			got, err := readAll(t.Context(), client.Walk(t.Context(), &catalogue.Coupons, bigcommerce.WalkOptions{Paths: paths(t, "id")}))
			if err != nil || len(got) != 10 || asked != 2 {
				t.Errorf("%d coupons in %d requests, %v", len(got), asked, err)
			}
		})
	}
}

// TestUpdatesAnswered201: the file lists 201 beside 200 for an update of one product; either says that it was done.
func TestUpdatesAnswered201(t *testing.T) {
	for _, status := range []int{http.StatusOK, http.StatusCreated} {
		client := newClient(t, transportFunc(func(r *http.Request) (*http.Response, error) {
			return answer(r, status, `{"data":[{"id":4}],"meta":{}}`, nil), nil
		}), nil)
		result, err := client.UpdateProducts(t.Context(), []int64{4}, raw(`{"price":1}`))
		if err != nil || !result.Elements[0].Settled || result.Partial != nil {
			t.Errorf("%d: %+v, %v", status, result, err)
		}
	}
}
