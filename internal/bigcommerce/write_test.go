package bigcommerce_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"bcetl/internal/bigcommerce"
	"bcetl/internal/bigcommerce/catalogue"
	"bcetl/internal/emulator"
)

func raw(texts ...string) []json.RawMessage {
	bodies := make([]json.RawMessage, len(texts))
	for i, text := range texts {
		bodies[i] = json.RawMessage(text)
	}
	return bodies
}

// TestWriteBodies pins what goes over the wire.
func TestWriteBodies(t *testing.T) {
	tests := []struct {
		op       catalogue.Operation
		elements []string
		ids      []int64
		want     string // "" where it must be refused
	}{
		{catalogue.Products.Update, []string{`{"price":1.10}`, `{}`}, []int64{4, 9}, `PUT /v3/catalog/products [{"id":4,"price":1.10},{"id":9}]`},
		{catalogue.Products.Update, []string{` { "name" : "a" } `}, []int64{4}, `PUT /v3/catalog/products [{"id":4,"name" : "a" }]`},
		{catalogue.Variants.Update, []string{`{"sku":"é"}`}, []int64{4}, `PUT /v3/catalog/variants [{"id":4,"sku":"é"}]`},
		{catalogue.Categories.Update, []string{`{"name":"Tea"}`}, []int64{4}, `PUT /v3/catalog/trees/categories [{"category_id":4,"name":"Tea"}]`},
		{catalogue.Brands.Update, []string{`{"name":"B"}`}, []int64{4}, `PUT /v3/catalog/brands/4 {"name":"B"}`},
		{catalogue.Products.Create, []string{`{"name":"B"}`}, nil, `POST /v3/catalog/products {"name":"B"}`},
		{catalogue.Categories.Create, []string{`{"name":"A"}`, `{"name":"B"}`}, nil, `POST /v3/catalog/trees/categories [{"name":"A"},{"name":"B"}]`},
		{catalogue.Products.Update, []string{`{}`, `{}`}, []int64{4, 4}, ""},
		{catalogue.Products.Update, []string{`{}`}, []int64{0}, ""},
		{catalogue.Products.Update, []string{`{}`}, nil, ""},
		{catalogue.Products.Update, []string{`{}`, `{}`}, []int64{4}, ""},
		{catalogue.Products.Update, []string{`[]`}, []int64{4}, ""},
		{catalogue.Products.Update, nil, nil, ""},
		{catalogue.Products.Update, slices.Repeat([]string{`{}`}, 11), []int64{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}, ""},
		{catalogue.Products.Create, []string{`{}`, `{}`}, nil, ""},
		{catalogue.Variants.Create, []string{`{}`}, nil, ""},
		{catalogue.Products.Delete, []string{`{}`}, []int64{1}, ""},
	}
	for _, test := range tests {
		sent := ""
		client := newClient(t, transportFunc(func(r *http.Request) (*http.Response, error) {
			body, err := io.ReadAll(r.Body)
			if err != nil {
				return nil, err
			}
			sent = r.Method + " " + strings.TrimPrefix(r.URL.Path, "/stores/emulator") + " " + string(body)
			return answer(r, 200, `{"data":[]}`, nil), nil
		}), nil)
		_, err := client.Write(t.Context(), test.op, raw(test.elements...), test.ids)
		if sent != test.want || (err == nil) == (test.want == "") {
			t.Errorf("%s of %q: sent %s (%v), want %s", test.op.Kind, test.elements, sent, err, test.want)
		}
	}
}

// TestWriteSettlesByTheAnswer: each element is settled by its own id alone. What the answer leaves out is not settled, whatever
// its length and order.
func TestWriteSettlesByTheAnswer(t *testing.T) {
	tests := []struct {
		name      string
		op        catalogue.Operation
		elements  []string
		ids       []int64
		body      string
		settled   []int64 // ids by element, 0 where it is not settled
		unsettled []int
	}{
		{"all, in another order", catalogue.Products.Update, []string{`{}`, `{}`}, []int64{4, 9}, `{"data":[{"id":9},{"id":4}]}`, []int64{4, 9}, nil},
		{"short", catalogue.Products.Update, []string{`{}`, `{}`, `{}`}, []int64{4, 9, 11}, `{"data":[{"id":11}]}`, []int64{0, 0, 11}, []int{0, 1}},
		{"others", catalogue.Products.Update, []string{`{}`}, []int64{4}, `{"data":[{"id":5}]}`, []int64{0}, []int{0}},
		{"no list", catalogue.Products.Update, []string{`{}`}, []int64{4}, `{"data":null}`, []int64{0}, []int{0}},
		{"no JSON", catalogue.Products.Update, []string{`{}`}, []int64{4}, `{"data":[{"id":4}`, []int64{0}, []int{0}},
		{"create", catalogue.Products.Create, []string{`{"name":"a"}`}, nil, `{"data":{"id":7,"name":"a"}}`, []int64{7}, nil},
		{"create without an id", catalogue.Products.Create, []string{`{"name":"a"}`}, nil, `{"data":{"name":"a"}}`, []int64{0}, []int{0}},
		{
			"creates by name below the parent", catalogue.Categories.Create,
			[]string{`{"name":"a","parent_id":1}`, `{"name":"a","parent_id":2}`, `{"name":"b"}`},
			nil,
			`{"data":[{"category_id":31,"name":"b","parent_id":0},{"category_id":32,"name":"a","parent_id":2}]}`,
			[]int64{0, 32, 31},
			[]int{0},
		},
		{"creates that cannot be told apart", catalogue.Categories.Create, []string{`{"name":"a"}`, `{"name":"a"}`}, nil, `{"data":[{"category_id":31,"name":"a","parent_id":0}]}`, []int64{0, 0}, []int{0, 1}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			client := newClient(t, scripted(test.body), nil)
			result, err := client.Write(t.Context(), test.op, raw(test.elements...), test.ids)
			if err != nil {
				t.Fatal(err)
			}
			settled := make([]int64, len(result.Elements))
			for i, element := range result.Elements {
				if element.Settled {
					settled[i] = element.ID
				}
				if element.Settled != (element.Doc != nil) {
					t.Errorf("element %d: %+v", i, element)
				}
			}
			if diff := cmp.Diff(test.settled, settled); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff(test.unsettled, result.Unsettled()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestPartialNamesTheElement: a 207 that names an element blames that one.
func TestPartialNamesTheElement(t *testing.T) {
	client := newClient(t, transportFunc(func(r *http.Request) (*http.Response, error) {
		return answer(r, 207, `{"data":[{"id":4},{"id":9}],"errors":{"status":207,"title":"Not all was saved","errors":{"1.inventory_level":"too high"}}}`, nil), nil
	}), nil)
	result, err := client.UpdateProducts(t.Context(), []int64{4, 9}, raw(`{}`, `{"inventory_level":5}`))
	if err != nil {
		t.Fatal(err)
	}
	if result.Partial == nil || result.Elements[0].Problem != nil {
		t.Fatalf("got %+v", result)
	}
	problem := result.Elements[1].Problem
	if problem == nil || problem.Code != bigcommerce.CodePartial || problem.Field != "inventory_level" || !strings.Contains(problem.Message, "too high") {
		t.Errorf("got %+v", problem)
	}
}

// TestWritesAgainstAStore goes through all writes of a product's life on a store.
func TestWritesAgainstAStore(t *testing.T) {
	store := emulator.New(emulator.Options{Strict: true})
	client := newClient(t, judged(t, store), nil)
	ctx := t.Context()

	brand, err := client.CreateBrand(ctx, json.RawMessage(`{"name":"Fjäll"}`))
	if err != nil {
		t.Fatal(err)
	}
	categories, err := client.CreateCategories(ctx, raw(`{"name":"Tea","tree_id":1,"parent_id":0}`, `{"name":"Cups","tree_id":1,"parent_id":0}`))
	if err != nil || categories.Unsettled() != nil {
		t.Fatal(categories, err)
	}
	var ids []int64
	for i := range 12 {
		created, err := client.CreateProduct(ctx, json.RawMessage(fmt.Sprintf(
			`{"name":"P %d","sku":"S-%d","type":"physical","weight":1,"price":2.50,"brand_id":%d,"categories":[%d]}`,
			i, i, brand.Elements[0].ID, categories.Elements[1].ID)))
		if err != nil || created.Unsettled() != nil {
			t.Fatal(created, err)
		}
		ids = append(ids, created.Elements[0].ID)
	}
	_, err = client.CreateProduct(ctx, json.RawMessage(`{"name":"Other","sku":"s-3","type":"physical","weight":1,"price":1}`))
	if !bigcommerce.IsRowLevel(err) || bigcommerce.ProblemOf(err).Code != bigcommerce.CodeDuplicate {
		t.Errorf("a duplicate SKU: %v", err)
	}
	updated, err := client.UpdateProducts(ctx, ids[:10], slices.Repeat(raw(`{"price":3.10}`), 10))
	if err != nil || updated.Unsettled() != nil {
		t.Fatal(updated, err)
	}
	if price := updated.Elements[3].Doc.Get("price").String(); price != "3.1" && price != "3.10" {
		t.Errorf("the price came back as %s", price)
	}
	found, err := client.FindVariantSKU(ctx, "s-4")
	if err != nil || len(found) != 1 {
		t.Fatal(found, err)
	}
	variants, err := client.UpdateVariants(ctx, []int64{found[0].ID}, raw(`{"price":4}`))
	if err != nil || variants.Unsettled() != nil {
		t.Fatal(variants, err)
	}
	deleted, err := client.DeleteByIDs(ctx, catalogue.Products.Delete, ids[:7])
	if err != nil || len(deleted.Elements) != 7 || store.Products() != 5 {
		t.Errorf("%d products are left: %+v, %v", store.Products(), deleted, err)
	}
}
