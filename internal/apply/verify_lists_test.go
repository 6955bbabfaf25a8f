package apply_test

import (
	"net/http"
	"strings"
	"testing"
)

// A run that goes on takes nothing back that somebody else has put into a list, or out of it, since the rows were compared. What the row
// replaces is as the row says, and what it does not name is nobody's business.
func TestListsThatMoved(t *testing.T) {
	for _, test := range []struct{ name, policy, theirs, want, categories string }{
		{"added to", "add", `{"id":1,"categories":[1,3]}`, "rejected changed_since_plan", "[1,3]"},
		{"taken from", "add", `{"id":1,"categories":[]}`, "rejected changed_since_plan", "[]"},
		{"taken from, by the row too", "remove", `{"id":1,"categories":[1,3]}`, "rejected changed_since_plan", "[1,3]"},
		{"replaced by the row", "replace", `{"id":1,"categories":[1,3]}`, "updated", "[2]"},
		{"made what the row wants", "add", `{"id":1,"categories":[1,2]}`, "updated", "[1,2]"},
		{"left", "add", `{"id":1,"page_title":"theirs"}`, "updated", "[1,2]"},
	} {
		t.Run(test.name, func(t *testing.T) {
			store := shelved(3)
			fill(store, 2)
			send(store, http.MethodPut, "/v3/catalog/products", `[{"id":1,"categories":[1]},{"id":2,"categories":[1]}]`)
			b := onProducts(t, store, "update", "sku")
			b.target.Lists["categories"] = test.policy
			b.planOnly = true
			row := `{"sku":"SKU-00001","categories":[2]}`
			if test.policy == "remove" {
				row = `{"sku":"SKU-00001","categories":[1]}`
			}
			b.ok(row, `{"sku":"SKU-00002","price":7}`)
			send(store, http.MethodPut, "/v3/catalog/products", "["+test.theirs+"]")
			store.ResetLog()
			executor := b.executor()
			executor.Lists = b.target.Lists
			_, err := executor.VerifyLists(t.Context())
			b.must(err)
			if n := len(store.Log()); n > 1 || test.policy == "replace" && n > 0 {
				t.Errorf("%d requests to compare one list", n)
			}
			b.must(executor.Apply(t.Context()))
			b.collect(t.Context(), 2)
			b.wants(test.want + ", updated")
			if got := strings.ReplaceAll(stored(t, store, 1, "categories"), " ", ""); got != test.categories {
				t.Errorf("they made it %s; the product is in %s, want %s", test.theirs, got, test.categories)
			}
			b.strict()
		})
	}
}
