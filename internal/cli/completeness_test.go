package cli

import (
	"encoding/csv"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"bcetl/internal/emulator"
	"bcetl/internal/runner"
)

var seeds = flag.Int("seeds", 40, "number of seeds for exports of a changing store")

// TestExportCompleteUnderChange exports while the store is changed between any two requests, eight of which are under way at a time: whatever
// was there from the first to the last moment stands in the file once, and nothing twice. Pages are of ten, the most that a listing with
// options gives, so that there are many.
func TestExportCompleteUnderChange(t *testing.T) {
	for name, filter := range map[string]string{"all": "", "visible": ", filter: { is_visible: true }"} {
		t.Run(name, func(t *testing.T) {
			for seed := range *seeds {
				if exportOnce(t, filter, uint64(seed)); t.Failed() {
					t.Fatalf("seed %d", seed)
				}
			}
		})
	}
}

func exportOnce(t *testing.T, filter string, seed uint64) {
	t.Helper()
	filtered := filter != ""
	rng := rand.New(rand.NewPCG(seed, 7))
	store := emulator.New(emulator.Options{Hash: "demo", Tokens: map[string][]string{secretToken: emulator.Scopes()}, Strict: true})
	next := 0
	insert := func() {
		next++
		store.InsertProduct(map[string]any{
			"name": fmt.Sprintf("Product %d", next), "sku": fmt.Sprintf("S-%d", next), "type": "physical", "weight": 1, "price": 10,
			"is_visible": rng.IntN(4) > 0,
		})
	}
	for range 1 + rng.IntN(170) {
		insert()
	}
	// What is there before the first request, and matches; what is touched meanwhile may come or not.
	want := map[int]bool{}
	for _, id := range store.ProductIDs() {
		if product, _ := store.Product(id); !filtered || product["is_visible"] == true {
			want[id] = true
		}
	}
	store.Between(func(s *emulator.Store) {
		for range rng.IntN(4) {
			ids := s.ProductIDs()
			what := rng.IntN(6)
			if what < 2 || len(ids) == 0 {
				insert()
				continue
			}
			id := ids[rng.IntN(len(ids))]
			if what < 4 {
				s.DeleteProduct(id)
				delete(want, id)
				continue
			}
			if filtered {
				delete(want, id)
			}
			if err := s.UpdateProduct(id, map[string]any{"is_visible": rng.IntN(2) == 0, "price": 3}); err != nil {
				t.Error(err)
			}
		}
	})

	dir := t.TempDir()
	leaks.guard(t, dir, secretToken)
	writeFiles(t, dir, map[string]string{
		"job.yaml": "version: 1\nname: products\nconnection: shop\nlimits: { concurrency: 8 }\n" +
			"source: { bigcommerce: products" + filter + " }\n" +
			"mapping: { ID: id, SKU: sku, Options: { from: \"options[].id\", join: \" \" } }\nsink: { csv: out.csv }\n",
		"connections.yaml": "connections:\n  shop: { store_hash: demo, access_token: \"" + secretToken + "\", api_url: \"http://127.0.0.1:9\" }\n",
	})
	var stderr strings.Builder
	app := &App{World: runner.World{
		Stdin: strings.NewReader(""), Stdout: &strings.Builder{}, Stderr: &stderr, Now: time.Now, ConfigDir: filepath.Join(dir, "config"),
		Env:   func(string) (string, bool) { return "", false },
		Judge: judged(t, store),
	}}
	if code := app.Run(t.Context(), []string{"run", "-q", filepath.Join(dir, "job.yaml")}); code != exitOK {
		t.Fatalf("exit %d:\n%s", code, stderr.String())
	}
	ids := exportedIDs(t, filepath.Join(dir, "out.csv"))
	if !slices.IsSorted(ids) || len(slices.Compact(slices.Clone(ids))) != len(ids) {
		t.Errorf("not each once and in order: %v", ids)
	}
	for _, id := range ids {
		delete(want, id)
	}
	for id := range want {
		t.Errorf("product %d was there all the time and is not in the file", id)
	}
}

// exportedIDs reads the first column of a table.
func exportedIDs(t *testing.T, path string) []int {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }() // it was only read
	rows, err := csv.NewReader(file).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var ids []int
	for _, row := range rows[1:] {
		id, err := strconv.Atoi(row[0])
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, id)
	}
	return ids
}
