package bigcommerce_test

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"bcetl/internal/bigcommerce"
	"bcetl/internal/emulator"
)

// TestOrderStatuses reads the statuses with the merchant's labels.
func TestOrderStatuses(t *testing.T) {
	store := emulator.New(emulator.Options{Strict: true, StatusLabels: map[int]string{9: "Im Lager"}})
	statuses, err := newClient(t, judged(t, store), nil).OrderStatuses(t.Context())
	if err != nil || len(statuses) != 15 {
		t.Fatalf("%d statuses, %v", len(statuses), err)
	}
	want := bigcommerce.OrderStatus{ID: 9, Name: "Awaiting Shipment", SystemLabel: "Awaiting Shipment", CustomLabel: "Im Lager"}
	if statuses[9] != want {
		t.Errorf("got %+v", statuses[9])
	}
	if _, err := newClient(t, scripted(`{"data":[]}`), nil).OrderStatuses(t.Context()); err == nil {
		t.Error("an answer without statuses was taken")
	}
}

// TestCustomersByEmail asks for as many addresses a request as go, and for one that cannot stand in a list by itself.
func TestCustomersByEmail(t *testing.T) {
	var asked []string
	client := newClient(t, transportFunc(func(r *http.Request) (*http.Response, error) {
		asked = append(asked, r.URL.Path+"?"+r.URL.RawQuery)
		emails := strings.Split(r.URL.Query().Get("email:in"), ",")
		return answer(r, 200, fmt.Sprintf(`{"data":[{"id":%d,"email":"%s","notes":"x"}],"meta":{"pagination":{"total":1,"per_page":250}}}`, len(asked), strings.ToUpper(emails[0])), nil), nil
	}), nil)
	emails := make([]string, 150)
	for i := range emails {
		emails[i] = fmt.Sprintf("a%d@example.com", i)
	}
	found, err := client.CustomersByEmail(t.Context(), emails)
	if err != nil || documents(found) != `{"email":"A0@EXAMPLE.COM","id":1} {"email":"A100@EXAMPLE.COM","id":2}` {
		t.Fatal(documents(found), err)
	}
	if len(asked) != 2 || !strings.HasPrefix(asked[1], "/stores/emulator/v3/customers?email:in=a100%40example.com,a101%40example.com,") {
		t.Errorf("asked %q", asked)
	}
	if found, err := client.CustomersByEmail(t.Context(), nil); err != nil || found != nil {
		t.Errorf("of nobody: %v, %v", found, err)
	}
}

// TestPromotionLookUps reads promotions by name and id, and a code by itself.
func TestPromotionLookUps(t *testing.T) {
	var asked []string
	client := newClient(t, transportFunc(func(r *http.Request) (*http.Response, error) {
		asked = append(asked, strings.TrimPrefix(r.URL.Path, "/stores/emulator")+"?"+r.URL.RawQuery)
		data := `{"id":5,"name":"Spring","coupon_type":"BULK","rules":[]}`
		if strings.HasSuffix(r.URL.Path, "/codes") {
			data = `{"id":31,"code":"ab"}`
		}
		return answer(r, 200, `{"data":[`+data+`],"meta":{"pagination":{"total":1,"per_page":250}}}`, nil), nil
	}), nil)
	if found, err := client.PromotionsByName(t.Context(), "Spring & more"); err != nil || documents(found) != `{"name":"Spring","coupon_type":"BULK","id":5}` {
		t.Error(documents(found), err)
	}
	if found, ok, err := client.Promotion(t.Context(), 5); err != nil || !ok || found.ID != 5 {
		t.Error(found, ok, err)
	}
	if _, _, err := client.Promotion(t.Context(), 6); err == nil {
		t.Error("another promotion was taken")
	}
	if found, err := client.PromotionCode(t.Context(), 5, "AB"); err != nil || documents(found) != `{"id":31,"code":"ab","promotion_id":5}` {
		t.Error(documents(found), err)
	}
	if _, err := client.PromotionCode(t.Context(), 5, ""); err == nil {
		t.Error("no code was looked up")
	}
	want := "/v3/promotions?limit=250&name=Spring+%26+more&page=1 /v3/promotions?id=5&limit=250&page=1 /v3/promotions?id=6&limit=250&page=1 /v3/promotions/5/codes?code=AB&limit=250"
	if got := strings.Join(asked, " "); got != want {
		t.Errorf("asked %s", got)
	}
}

// TestGenerateCodes: what the store made is given as it is; a promotion that takes no codes is the row's fault, a lost answer is not
// known to have failed.
func TestGenerateCodes(t *testing.T) {
	status, body, sent := 201, `{"data":{"batch_size":2,"codes":[{"code":"P-A"},{"code":"P-B"}]},"meta":{}}`, ""
	client := newClient(t, transportFunc(func(r *http.Request) (*http.Response, error) {
		text, err := io.ReadAll(r.Body)
		sent = r.Method + " " + strings.TrimPrefix(r.URL.Path, "/stores/emulator") + " " + string(text)
		return answer(r, status, body, nil), err
	}), nil)
	made, err := client.GenerateCodes(t.Context(), 5, []byte(`{"batch_size":2}`))
	if err != nil || strings.Join(made, " ") != "P-A P-B" || sent != `POST /v3/promotions/5/codegen {"batch_size":2}` {
		t.Errorf("sent %s, got %v, %v", sent, made, err)
	}
	body = `{"data":{"codes":[`
	if _, err := client.GenerateCodes(t.Context(), 5, []byte(`{}`)); !bigcommerce.IsUnsettled(err) {
		t.Errorf("a cut answer: %v", err)
	}
	status, body = 405, `{"status":405,"title":"Method not allowed"}`
	if _, err := client.GenerateCodes(t.Context(), 5, []byte(`{}`)); !bigcommerce.IsRowLevel(err) || bigcommerce.ProblemOf(err).Code != bigcommerce.CodeInvalid {
		t.Errorf("405: %v", err)
	}
	if _, err := client.GenerateCodes(t.Context(), 0, []byte(`{}`)); err == nil || strings.Contains(sent, "/promotions/0") {
		t.Errorf("sent %s: %v", sent, err)
	}
}

// TestCustomersOfAStore finds customers in any case, and of the recorded answer of a store that has none of them, none.
func TestCustomersOfAStore(t *testing.T) {
	store := emulator.New(emulator.Options{Strict: true})
	for _, email := range []string{"ann@example.com", "bob+shop@example.com"} {
		store.InsertCustomer(map[string]any{"email": email, "first_name": "A", "last_name": "B"})
	}
	found, err := newClient(t, judged(t, store), nil).CustomersByEmail(t.Context(), []string{"ANN@example.com", "bob+shop@example.com", "nobody@example.com"})
	if err != nil || documents(found) != `{"email":"ann@example.com","id":1} {"email":"bob+shop@example.com","id":2}` {
		t.Error(documents(found), err)
	}
	none := scripted(string(recorded(t, "aligent/v3_customers__get_all_no_results.json")))
	if found, err := newClient(t, none, nil).CustomersByEmail(t.Context(), []string{"a@example.com"}); err != nil || len(found) != 0 {
		t.Error(documents(found), err)
	}
}
