package bigcommerce_test

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"bcetl/internal/bigcommerce"
	"bcetl/internal/bigcommerce/catalogue"
)

// Writes of V2 as their answers are read; what the catalogue has of them is the object's own matter.
var (
	createCoupon = catalogue.Operation{Kind: "coupons.create", Method: "POST", Path: "/coupons", Batch: 1}
	updateCoupon = catalogue.Operation{Kind: "coupons.update", Method: "PUT", Path: "/coupons/{id}", Batch: 1}
	createOrder  = catalogue.Operation{Kind: "orders.create", Method: "POST", Path: "/orders", Batch: 1}
)

// TestWritesOfV2: a bare object or list settles what was sent, whether the status is 200 or 201.
func TestWritesOfV2(t *testing.T) {
	for _, test := range []struct {
		name    string
		op      catalogue.Operation
		ids     []int64
		status  int
		body    string
		sent    string
		settled int64
	}{
		{"created, 201", createCoupon, nil, 201, `{"id":7,"restricted_to":[]}`, "POST /v2/coupons", 7},
		{"created, 200", createOrder, nil, 200, `{"id":218,"products":{"url":"x","resource":"/orders/218/products"}}`, "POST /v2/orders", 218},
		{"created, an id as a text", createOrder, nil, 201, `{"id":"218"}`, "POST /v2/orders", 218},
		{"changed", updateCoupon, []int64{7}, 200, `{"id":7}`, "PUT /v2/coupons/7", 7},
		{"changed, as a list", updateCoupon, []int64{7}, 200, `[{"id":7}]`, "PUT /v2/coupons/7", 7},
		{"another record", updateCoupon, []int64{7}, 200, `{"id":8}`, "PUT /v2/coupons/7", 0},
		{"no body", createCoupon, nil, 201, ``, "POST /v2/coupons", 0},
		{"cut", createCoupon, nil, 201, `{"id":7`, "POST /v2/coupons", 0},
		{"as V3", createCoupon, nil, 200, `{"data":{"id":7}}`, "POST /v2/coupons", 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			sent := ""
			client := newClient(t, transportFunc(func(r *http.Request) (*http.Response, error) {
				body, err := io.ReadAll(r.Body)
				if err != nil {
					return nil, err
				}
				sent = r.Method + " " + strings.TrimPrefix(r.URL.Path, "/stores/emulator") + " " + string(body)
				return answer(r, test.status, test.body, nil), nil
			}), nil)
			result, err := client.Write(t.Context(), test.op, raw(`{"name":"a"}`), test.ids)
			if err != nil {
				t.Fatal(err)
			}
			if want := test.sent + ` {"name":"a"}`; sent != want {
				t.Errorf("sent %s, want %s", sent, want)
			}
			element := result.Elements[0]
			if element.Settled != (test.settled != 0) || element.Settled && element.ID != test.settled || element.Settled != (element.Doc != nil) {
				t.Errorf("got %+v", element)
			}
		})
	}
}

// TestErrorsOfV2: a refusal of V2 is one row's, with a code and the field that it names.
func TestErrorsOfV2(t *testing.T) {
	for _, test := range []struct {
		status            int
		body, code, field string
		message           string
	}{
		{400, `[{"status":404,"message":"The field 'date_modified' cannot be written to. Please remove it from your request before trying again."}]`, bigcommerce.CodeInvalid, "date_modified", "400: The field 'date_modified' cannot be written to"},
		{400, `[{"status":400,"message":"Quantities of one or more products are out of stock or did not meet quantity requirements."}]`, bigcommerce.CodeInvalid, "", "out of stock"},
		{404, `[{"status":404,"message":"The requested resource was not found."}]`, bigcommerce.CodeNotFound, "", "not found"},
		{409, `[{"status":409,"message":"The field 'code' is invalid.","details":{"invalid_reason":"The coupon code is already in use."}}]`, bigcommerce.CodeDuplicate, "code", "already in use"},
		{409, `[{"status":409,"message":"A coupon of that name is a duplicate."}]`, bigcommerce.CodeDuplicate, "", "duplicate"},
		{413, `[{"status":413,"message":"The specified limit exceeds the maximum allowed.","details":{"max_limit":250}}]`, bigcommerce.CodeTooLarge, "", "exceeds the maximum"},
	} {
		client := newClient(t, transportFunc(func(r *http.Request) (*http.Response, error) {
			return answer(r, test.status, test.body, nil), nil
		}), nil)
		_, err := client.Write(t.Context(), createCoupon, raw(`{}`), nil)
		problem := bigcommerce.ProblemOf(err)
		if !bigcommerce.IsRowLevel(err) || problem.Code != test.code || problem.Field != test.field || !strings.Contains(problem.Message, test.message) {
			t.Errorf("%s: %+v (%v)", test.body, problem, err)
		}
	}
}
