package apply_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"bcetl/internal/apply"
	"bcetl/internal/bigcommerce"
	"bcetl/internal/record"
)

// executor carries out what the bench has planned.
func (b *bench) executor() *apply.Executor {
	b.t.Helper()
	client, err := bigcommerce.New(bigcommerce.Config{
		BaseURL: "https://emulator.invalid", StoreHash: "emulator", Transport: b.transport(), Clock: b.clock,
		Token: func() (string, error) { return "emulator", nil }, CanWrite: func(string) bool { return true }, Concurrency: b.concurrency,
	})
	b.must(err)
	return &apply.Executor{Client: client, Run: b.run, Step: 1, Concurrency: b.concurrency, MaxRejects: -1}
}

// verified plans the rows, lets the store move on, compares, and applies what still holds.
func (b *bench) verified(meanwhile func(), rows ...string) *bench {
	b.t.Helper()
	b.planOnly = true
	b.must(b.apply(rows...))
	b.store.ResetLog()
	meanwhile()
	b.store.ResetLog()
	executor := b.executor()
	_, err := executor.Verify(b.t.Context())
	b.must(err)
	if got := wrote(b.store); got != "" {
		b.t.Errorf("comparing with the plan wrote:\n%s", got)
	}
	b.must(executor.Apply(b.t.Context()))
	b.collect(b.t.Context(), len(rows))
	return b
}

// planned gives the op of an item that has one.
func (b *bench) planned(item int) record.Op {
	b.t.Helper()
	items, err := b.run.Planned(b.t.Context(), 1, int64(item-1), 1)
	b.must(err)
	if len(items) != 1 || len(items[0].Ops) != 1 {
		b.t.Fatalf("item %d has no op of its own", item)
	}
	return items[0].Ops[0]
}

func TestVerifyVariants(t *testing.T) {
	store := strictStore()
	store.InsertProduct(withVariants("Shirt", "S"))
	store.InsertProduct(withVariants("Hat", "H"))
	b := onVariants(t, store)
	b.verified(func() {
		send(store, "PUT", fmt.Sprintf("/v3/catalog/products/2/variants/%d", b.planned(2).Target), `{"price":7}`)
		send(store, "PUT", fmt.Sprintf("/v3/catalog/products/2/variants/%d", b.planned(3).Target), `{"bin_picking_number":"elsewhere"}`)
	}, `{"sku":"S-a","price":9}`, `{"sku":"H-a","price":9}`, `{"sku":"H-b","price":9}`)
	b.wants("updated, rejected changed_since_plan, updated")
	b.wantsProblem(2, "price was 5 when the plan was made and is 7 now")
	b.strict()
}

func TestVerifyDeletes(t *testing.T) {
	store := strictStore()
	fill(store, 3)
	b := onProducts(t, store, "delete", "sku").verified(func() {
		send(store, "PUT", "/v3/catalog/products/2", `{"name":"Kept after all"}`)
		send(store, "DELETE", "/v3/catalog/products/3", "")
	}, `{"sku":"SKU-00001"}`, `{"sku":"SKU-00002"}`, `{"sku":"SKU-00003"}`)
	b.wants("deleted, rejected changed_since_plan, rejected changed_since_plan")
	b.wantsProblem(2, `name was Product 2 when the plan was made and is Kept after all now`)
	b.wantsProblem(3, "the product was deleted since the plan was made")
}

// Names that exist by now are taken as they are; only what still lacks is created.
func TestVerifyNames(t *testing.T) {
	store := strictStore()
	fill(store, 2)
	b := onProducts(t, store, "update", "sku").verified(func() {
		send(store, "POST", "/v3/catalog/brands", `{"name":"brand a"}`)
		send(store, "POST", "/v3/catalog/trees/categories", `[{"name":"Shop","parent_id":0,"tree_id":1}]`)
	},
		`{"sku":"SKU-00001","brand_id":{"$ref":{"kind":"brand","key":"Brand A","create":true}}}`,
		`{"sku":"SKU-00002","categories":[{"$ref":{"kind":"category","key":"Shop/Tea","create":true}}]}`)
	b.wants("updated, updated")
	b.wantsWrites(
		`POST /trees/categories [{"name":"Tea","tree_id":1,"parent_id":1}]`,
		`PUT /products [{"id":1,"brand_id":1},{"id":2,"categories":[2]}]`,
	)
}

// A plan of a sheet, applied, gives the store that the sheet asks for; planned again nothing is to be done. A store that nobody touched
// passes the comparison whole; one that somebody did fails exactly those records whose planned fields were changed.
func TestPropertyOfPlans(t *testing.T) {
	fields := map[string]func(*rapid.T, string) string{
		"price": func(r *rapid.T, name string) string {
			return fmt.Sprintf("%d.%02d", rapid.IntRange(0, 50).Draw(r, name), 25)
		},
		"sale_price": func(r *rapid.T, name string) string { return fmt.Sprint(rapid.IntRange(0, 3).Draw(r, name)) },
		"is_visible": func(r *rapid.T, name string) string { return fmt.Sprint(rapid.Bool().Draw(r, name)) },
		"description": func(r *rapid.T, name string) string {
			return fmt.Sprintf("%q", rapid.StringMatching(`[a-zé<>&" ]{0,8}`).Draw(r, name))
		},
		"condition": func(r *rapid.T, name string) string {
			return fmt.Sprintf("%q", rapid.SampledFrom([]string{"New", "Used"}).Draw(r, name))
		},
		"search_keywords": func(r *rapid.T, name string) string {
			return fmt.Sprintf("%q", rapid.SampledFrom([]string{"", "a", "b,c"}).Draw(r, name))
		},
	}
	names := slices.Sorted(maps.Keys(fields))
	rapid.Check(t, func(r *rapid.T) {
		store := strictStore()
		known := rapid.IntRange(1, 12).Draw(r, "products")
		fill(store, known)
		var rows []string
		var wanted []map[string]string
		all := known + rapid.IntRange(0, 3).Draw(r, "new")
		for i := 1; i <= all; i++ {
			row := map[string]string{}
			for _, name := range names {
				if rapid.Bool().Draw(r, name+" set") {
					row[name] = fields[name](r, name)
				}
			}
			if i > known {
				for name, value := range map[string]string{"name": fmt.Sprintf(`"Product %d"`, i), "type": `"physical"`, "weight": "1", "price": "10"} {
					if row[name] == "" {
						row[name] = value
					}
				}
			}
			text := fmt.Sprintf(`{"sku":"SKU-%05d"`, i)
			for _, name := range slices.Sorted(maps.Keys(row)) {
				text += fmt.Sprintf(`,%q:%s`, name, row[name])
			}
			rows, wanted = append(rows, text+"}"), append(wanted, row)
		}
		touched := map[int]string{} // item -> field that somebody else changes
		for i := range known {
			if rapid.IntRange(0, 3).Draw(r, "touch") == 0 {
				touched[i] = rapid.SampledFrom([]string{"price", "search_keywords", "warranty"}).Draw(r, "what")
			}
		}
		b := onProducts(t, store, "upsert", "sku")
		changes := map[int][]string{}
		b.verified(func() {
			for i := range b.outcomes {
				planned, err := b.run.Planned(t.Context(), 1, int64(i), 1)
				b.must(err)
				for _, op := range planned[0].Ops {
					for _, f := range op.Body.Fields() {
						changes[i] = append(changes[i], f.Name)
					}
				}
			}
			for i, field := range touched {
				send(store, "PUT", fmt.Sprintf("/v3/catalog/products/%d", i+1), map[string]string{
					"price": `{"price":77}`, "search_keywords": `{"search_keywords":"z"}`, "warranty": `{"warranty":"somebody's"}`,
				}[field])
			}
		}, rows...)
		for i := range b.outcomes {
			outcome := b.outcomes[i].Outcome
			conflict := touched[i] != "" && slices.Contains(changes[i], touched[i])
			if conflict != (outcome == record.Rejected) {
				r.Fatalf("row %d %s: touched %q, planned %v: %s", i, rows[i], touched[i], changes[i], outcome)
			}
			if conflict {
				continue
			}
			for name, want := range wanted[i] {
				if touched[i] != "" && name == touched[i] && !slices.Contains(changes[i], name) {
					continue // the plan left it alone
				}
				got := stored(t, store, i+1, name)
				if name == "price" || name == "sale_price" {
					want, got = trimZeros(want), trimZeros(strings.Trim(got, `"`))
				}
				if fmt.Sprint(decoded(t, want)) != fmt.Sprint(decoded(t, got)) {
					r.Fatalf("row %d: %s is %s, the sheet says %s", i, name, got, want)
				}
			}
		}
		if len(touched) > 0 {
			return
		}
		again := onProducts(t, store, "upsert", "sku")
		again.planOnly = true
		b.must(again.apply(rows...))
		for i := range again.outcomes {
			if again.outcomes[i].Outcome != record.Unchanged {
				r.Fatalf("planned again, row %d %s is %s", i, rows[i], again.outcomes[i].Outcome)
			}
		}
	})
}

func trimZeros(number string) string {
	if strings.Contains(number, ".") {
		number = strings.TrimRight(strings.TrimRight(number, "0"), ".")
	}
	return number
}
