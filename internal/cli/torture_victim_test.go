package cli

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"bcetl/internal/emulator"
)

const tortureToken = "t0rture-tok-4b7e19"

// victim is a store and the folder of a job that writes to it.
type victim struct {
	dir    string
	store  *emulator.Store
	output string
}

func newVictim(t *testing.T, mode, sheet string, seed uint64) *victim {
	t.Helper()
	v := &victim{dir: t.TempDir()}
	leaks.guard(t, v.dir, tortureToken)
	v.store = emulator.New(emulator.Options{Hash: "torture", Tokens: map[string][]string{tortureToken: emulator.Scopes()}})
	v.store.Seed(emulator.Demo{Products: 40, Seed: int64(seed)})
	server := serveJudged(t, v.store)
	mapping := "  sku: SKU\n  name: Name\n  price: { from: Price, type: decimal }\n  type: { value: physical, only: create }\n" +
		"  weight: { value: 1, only: create }\n  brand_id: { from: Brand, lookup: brand, create_missing: true }\n" +
		"  categories: { from: Category, split: \";\", lookup: category, create_missing: true }\n"
	if mode == "update" {
		mapping = "  sku: SKU\n  price: { from: Price, type: decimal }\n  brand_id: { from: Brand, lookup: brand, create_missing: true }\n"
	}
	object, asked := "products", mode
	switch mode {
	case "delete":
		mapping = "  sku: SKU\n"
	case "variants":
		object, asked = "variants", "update"
		mapping = "  sku: SKU\n  price: { from: Price, type: decimal }\n"
	case "planned":
		asked = "upsert"
	}
	v.write(t, "job.yaml", "version: 1\nname: torture\nconnection: shop\nsource: { csv: sheet.csv }\nmapping:\n"+mapping+
		"sink: { bigcommerce: "+object+", mode: "+asked+", match: sku }\n")
	v.write(t, "connections.yaml", "connections:\n  shop:\n    store_hash: torture\n    access_token: "+tortureToken+"\n    access: write\n    api_url: "+server.URL+"\n")
	v.write(t, "sheet.csv", sheet)
	return v
}

func (v *victim) write(t *testing.T, name, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(v.dir, name), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// tortureVictim is a newVictim whose products take a text and a list from the sheet as well, with at most so many workers (0 = as many as
// a job has that says nothing).
func tortureVictim(t *testing.T, mode, sheet string, seed uint64, workers int) *victim {
	t.Helper()
	v := newVictim(t, mode, sheet, seed)
	job, err := os.ReadFile(filepath.Join(v.dir, "job.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	text := string(job)
	if mode != "delete" && mode != "variants" {
		text = strings.Replace(text, "mapping:\n", "mapping:\n  description: Text\n  meta_keywords: { from: Keywords, split: \";\" }\n", 1)
	}
	if workers > 0 {
		text += fmt.Sprintf("limits: { concurrency: %d }\n", workers)
	}
	v.write(t, "job.yaml", text)
	return v
}

// makePlan makes the plan that runs apply.
func (v *victim) makePlan(t *testing.T) {
	t.Helper()
	if code := v.exec(t, "", 0, "plan", "--yes", "--quiet", "--out", "plan.json", "job.yaml"); code != exitChanges && code != exitRows {
		t.Fatalf("the plan ended with %d\n%s", code, v.output)
	}
}

// run runs the job in a process of its own; -1 says that it was killed.
func (v *victim) run(t *testing.T, crash string, kill time.Duration, flags ...string) int {
	t.Helper()
	return v.exec(t, crash, kill, append([]string{"run", "--yes", "job.yaml"}, flags...)...)
}

// exec runs a command line in a process of its own.
func (v *victim) exec(t *testing.T, crash string, kill time.Duration, args ...string) int {
	t.Helper()
	binary, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	command := exec.Command(binary, args...)
	command.Args[0] = "bcetl-crash" // see TestMain
	command.Dir = v.dir
	command.Env = append(os.Environ(), crashVariable+"="+crash, "HOME="+v.dir, "XDG_CACHE_HOME="+v.dir)
	var output bytes.Buffer
	command.Stdout, command.Stderr = &output, &output
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	if kill > 0 {
		timer := time.AfterFunc(kill, func() { _ = command.Process.Kill() }) // a process that is gone already is what was wanted
		defer timer.Stop()
	}
	err = command.Wait()
	v.output = output.String()
	leaks.text(t, "what the run printed", v.output, tortureToken)
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return command.ProcessState.ExitCode()
}

// finished tells whether the newest run came to its end.
func (v *victim) finished(t *testing.T) bool {
	t.Helper()
	manifests, err := filepath.Glob(filepath.Join(v.dir, ".bcetl", "runs", "*", "run.json"))
	if err != nil {
		t.Fatal(err)
	}
	if len(manifests) == 0 {
		return false
	}
	slices.Sort(manifests)
	data, err := os.ReadFile(manifests[len(manifests)-1])
	if err != nil {
		t.Fatal(err)
	}
	var manifest struct {
		Status string
		Plans  bool
	}
	if err := json.Unmarshal(data, &manifest); err != nil {
		t.Fatal(err)
	}
	return !manifest.Plans && (manifest.Status == "succeeded" || manifest.Status == "rejects")
}

// tortureSheet makes rows: known and new records, values that the store refuses, new brands and categories.
func tortureSheet(random *rand.Rand, mode string, seed uint64) string {
	demo := emulator.New(emulator.Options{})
	demo.Seed(emulator.Demo{Products: 40, Seed: int64(seed)})
	taken, _ := demo.Product(demo.ProductIDs()[0])
	variants := variantSKUs(demo)
	var out strings.Builder
	writer := csv.NewWriter(&out)
	rows := [][]string{{"SKU", "Name", "Price", "Brand", "Category", "Text", "Keywords"}}
	for i := range 30 + random.IntN(40) {
		sku, name := fmt.Sprintf("NEW-%03d", i), fmt.Sprintf("New product %d", i)
		if mode != "create" && random.IntN(3) > 0 {
			ids := demo.ProductIDs()
			product, _ := demo.Product(ids[i%len(ids)])
			if known := fmt.Sprint(product["sku"]); i < len(ids) && known != "" {
				sku, name = known, fmt.Sprint(product["name"])
			}
		}
		if mode == "variants" && random.IntN(4) > 0 {
			sku = variants[random.IntN(len(variants))]
		}
		price := fmt.Sprintf("%d.%02d", 5+random.IntN(90), random.IntN(100))
		switch random.IntN(20) {
		case 0:
			price = "a lot"
		case 1:
			if sku != taken["sku"] {
				name = fmt.Sprint(taken["name"]) // the store refuses it
			}
		}
		brand := []string{"", "", "Brand A", "Brand B"}[random.IntN(4)]
		category := []string{"", "", "Torture/Deep/Deeper", "Torture/Wide"}[random.IntN(4)]
		text := []string{"", fmt.Sprintf("<p>Text %d, \"größer\" &amp; cheaper</p>", random.IntN(3)), "Two\nlines; and more"}[random.IntN(3)]
		keywords := []string{"", "one", "tea; green,fresh;Größe"}[random.IntN(3)]
		rows = append(rows, []string{sku, name, price, brand, category, text, keywords})
	}
	if err := writer.WriteAll(rows); err != nil {
		panic(err) // a strings.Builder takes everything
	}
	return out.String()
}

// breakStore switches one kind of fault on and gives its name.
func (v *victim) breakStore(random *rand.Rand) string {
	kinds := []struct {
		name  string
		fault emulator.Fault
	}{
		{"500 before", emulator.Fault{Kind: emulator.StatusBefore, Status: 500}},
		{"503 before", emulator.Fault{Kind: emulator.StatusBefore, Status: 503}},
		{"500 after", emulator.Fault{Kind: emulator.StatusAfter, Status: 500}},
		{"502 after", emulator.Fault{Kind: emulator.StatusAfter, Status: 502}},
		{"reset before", emulator.Fault{Kind: emulator.ResetBefore}},
		{"reset after", emulator.Fault{Kind: emulator.ResetAfter}},
		{"truncated", emulator.Fault{Kind: emulator.TruncatedBody}},
		{"stall", emulator.Fault{Kind: emulator.Stall, Delay: 50 * time.Millisecond}},
		{"429", emulator.Fault{Kind: emulator.QuotaSpent, Delay: time.Second, Times: 1}},
		{"429 bare", emulator.Fault{Kind: emulator.Overloaded, Times: 1}}, // the wait after a second one in a row is twice as long
		{"token revoked", emulator.Fault{Kind: emulator.TokenRevoked, From: 3 + random.IntN(20)}},
	}
	chosen := kinds[random.IntN(len(kinds))]
	fault := chosen.fault
	if fault.From == 0 {
		fault.Probability, fault.Seed = 0.05+0.4*random.Float64(), random.Uint64()
	}
	v.store.AddFault(fault)
	return chosen.name
}

// outcomes gives the outcome of each row of the last run, as results.csv has it, and checks that the report agrees.
func (v *victim) outcomes(t *testing.T) map[string]string {
	t.Helper()
	runs, err := filepath.Glob(filepath.Join(v.dir, ".bcetl", "runs", "*", "results.csv"))
	if err != nil || len(runs) == 0 {
		t.Fatalf("no results: %v", err)
	}
	slices.Sort(runs)
	last := runs[len(runs)-1]
	rows := readAll(t, last)
	outcomes, counts := map[string]string{}, map[string]int64{}
	for _, row := range rows[1:] {
		outcomes[row[4]] = row[7] + " " + row[10]
		counts[row[7]]++
	}
	var report struct{ Rows map[string]int64 }
	data, err := os.ReadFile(filepath.Join(filepath.Dir(last), "report.json"))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, &report); err != nil {
		t.Fatal(err)
	}
	if report.Rows["read"] != int64(len(rows)-1) {
		t.Errorf("the report counts %d rows, results.csv has %d", report.Rows["read"], len(rows)-1)
	}
	for _, outcome := range slices.Sorted(maps.Keys(counts)) {
		if report.Rows[outcome] != counts[outcome] {
			t.Errorf("the report counts %d %s, results.csv has %d", report.Rows[outcome], outcome, counts[outcome])
		}
	}
	return outcomes
}
