package apply_test

import (
	"context"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"bcetl/internal/apply"
	"bcetl/internal/bigcommerce"
	"bcetl/internal/bigcommerce/catalogue"
	"bcetl/internal/emulator"
	"bcetl/internal/job"
	"bcetl/internal/judge"
	"bcetl/internal/ledger"
	"bcetl/internal/record"
)

// bench is one import against an emulated store: what a job would give, and what came of it.
type bench struct {
	t     testing.TB
	store *emulator.Store
	// wrong is a field that the test sends wrong on purpose; the mapping would have refused it.
	wrong string
	// target as a job's sink says it.
	target      apply.Target
	guards      map[string]job.Bound
	minRows     int64
	concurrency int
	maxRejects  int64
	clock       bigcommerce.Clock
	planOnly    bool
	rowsFrom    func(seq int) string
	stop        chan struct{}
	change      func(method, body string) string // what is made of answers with a body
	reading     string                           // of the documentation, which the store follows
	heard       *judge.Heard                     // what the store said; nil where nobody asks

	plan     *apply.Plan
	run      *ledger.Run
	outcomes []ledger.Settled
}

// instant is a clock whose waits take no time: they move it on.
type instant struct {
	mutex sync.Mutex
	at    time.Time
}

func newInstant() *instant { return &instant{at: time.Date(2026, 3, 1, 10, 0, 0, 0, time.UTC)} }

func (c *instant) Now() time.Time {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	return c.at
}

func (c *instant) Timer(d time.Duration) (<-chan time.Time, func()) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	c.at = c.at.Add(d)
	fired := make(chan time.Time, 1)
	fired <- c.at
	return fired, func() {}
}

var specFolder = filepath.Join("..", "..", "..", "shared", "openapi")

func TestMain(m *testing.M) {
	os.Exit(judge.Suite{Tests: m, Specs: specFolder, Judged: "writing"}.Run())
}

func strictStore() *emulator.Store {
	return emulator.New(emulator.Options{Strict: true, LogBody: 1 << 20, Clock: newInstant().Now})
}

func onProducts(t testing.TB, store *emulator.Store, mode, match string) *bench {
	t.Helper()
	return &bench{
		t: t, store: store, concurrency: 1, maxRejects: -1, clock: newInstant(),
		target: apply.Target{Object: &catalogue.Products, Mode: mode, Match: match, KeyColumn: "Key", Lists: map[string]string{}, Only: map[string]string{}},
	}
}

func onVariants(t testing.TB, store *emulator.Store) *bench {
	t.Helper()
	b := onProducts(t, store, "update", "sku")
	b.target.Object = &catalogue.Variants
	return b
}

// row is a mapped document as JSON text; the key is taken out of it under the name "key", or is the match field.
func (b *bench) item(seq int, text string) ledger.Staged {
	b.t.Helper()
	v, err := record.ParseJSON([]byte(text))
	if err != nil {
		b.t.Fatalf("%s: %v", text, err)
	}
	doc := v.Object()
	field := b.target.Match
	if field == apply.AnySKU {
		field = "sku"
	}
	key := doc.Get(field).String()
	if written := doc.Get("key"); !written.IsMissing() {
		key = written.String()
		doc.Delete("key")
	}
	if field == b.target.Object.IDField {
		doc.Delete(field)
	}
	item := ledger.Staged{Item: record.Item{
		Seq: int64(seq), Key: key, Doc: doc,
		Rows: []record.Row{{Header: benchHeader, Cells: []record.Cell{{Text: key}}, Origin: record.Origin{File: "sheet.csv", Line: seq + 1}}},
	}}
	b.target.Prepare(doc)
	if key != "" {
		item.Fold = b.target.FoldOf(key, doc)
	}
	return item
}

var benchHeader = record.NewHeader([]string{"Key"})

// fields tells the target which fields a job maps: those of all rows unless named before.
func (b *bench) fields(rows []string) {
	if b.target.Fields != nil {
		return
	}
	seen := map[string]bool{}
	var visit func(prefix string, o *record.Object)
	visit = func(prefix string, o *record.Object) {
		for _, f := range o.Fields() {
			if f.Value.Kind() == record.Objects {
				visit(prefix+f.Name+".", f.Value.Object())
				continue
			}
			if path := prefix + f.Name; !seen[path] && path != "key" && path != "id" {
				seen[path] = true
				b.target.AddField(path, b.target.Lists[path], b.target.Only[path])
			}
		}
	}
	for _, text := range rows {
		v, err := record.ParseJSON([]byte(text))
		if err != nil {
			b.t.Fatal(err)
		}
		visit("", v.Object())
	}
}

// apply stages the rows, plans and, unless planOnly is set or a guard trips, applies.
func (b *bench) apply(rows ...string) error {
	b.t.Helper()
	b.fields(rows)
	items := make([]ledger.Staged, len(rows))
	for i, text := range rows {
		items[i] = b.item(i+1, text)
	}
	return b.applyItems(items)
}

func (b *bench) applyItems(items []ledger.Staged) error {
	b.t.Helper()
	ctx := b.t.Context()
	b.begin(ctx)
	var refs []ledger.RefEntry
	for i := range items {
		refs = append(refs, apply.CollectRefs(items[i].Doc)...)
	}
	for chunk := range slices.Chunk(items, 1000) {
		b.must(b.run.Stage(ctx, 1, chunk))
	}
	b.must(b.run.NoteRefs(ctx, refs))
	defer func() { b.collect(ctx, len(items)) }()
	return b.passes(len(items))
}

// passes plans and applies what is staged.
func (b *bench) passes(n int) error {
	b.t.Helper()
	ctx := b.t.Context()
	client, err := bigcommerce.New(bigcommerce.Config{
		BaseURL: "https://emulator.invalid", StoreHash: "emulator", Transport: b.transport(), Clock: b.clock,
		Token: func() (string, error) { return "emulator", nil }, CanWrite: func(string) bool { return true }, Concurrency: b.concurrency,
	})
	if err != nil {
		b.t.Fatal(err)
	}
	b.must(b.run.Seal(ctx))
	_, err = b.run.RejectDuplicates(ctx, 1, b.target.KeyColumn, "keep one of them")
	b.must(err)
	planner := &apply.Planner{
		Client: client, Run: b.run, Step: 1, Target: b.target, Concurrency: b.concurrency, Stop: b.stop,
		Guards: apply.Guards{MinRows: b.minRows, Changes: b.guards},
	}
	if b.plan, err = planner.Plan(ctx, int64(n), int64(n)); err != nil {
		return err
	}
	if b.planOnly || len(b.plan.Guards) > 0 {
		return nil
	}
	executor := &apply.Executor{Client: client, Run: b.run, Step: 1, Concurrency: b.concurrency, Stop: b.stop, MaxRejects: b.maxRejects}
	return executor.Apply(ctx)
}

// judged is the store under the judge.
func (b *bench) judged() http.RoundTripper {
	specs, err := judge.LoadOrStatic(specFolder)
	b.must(err)
	transport := b.store.RoundTripper()
	if b.heard != nil {
		transport = b.heard.RoundTripper(transport)
	}
	return specs.Under(b.reading).RoundTripper(transport, func(v judge.Violation) {
		if b.wrong == "" || !strings.HasSuffix(v.Where, "/"+b.wrong) {
			b.t.Error(v)
		}
	})
}

// transport is the store's, or one that changes its answers.
func (b *bench) transport() http.RoundTripper {
	if b.change == nil {
		return b.judged()
	}
	return changing(func(r *http.Request) (*http.Response, error) {
		answer, err := b.judged().RoundTrip(r)
		if err != nil || answer.StatusCode != http.StatusOK {
			return answer, err
		}
		text, err := io.ReadAll(answer.Body)
		if err != nil {
			return nil, err
		}
		changed := b.change(r.Method, string(text))
		answer.Body, answer.ContentLength = io.NopCloser(strings.NewReader(changed)), int64(len(changed))
		return answer, nil
	})
}

type changing func(*http.Request) (*http.Response, error)

func (f changing) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func (b *bench) begin(ctx context.Context) {
	state, err := ledger.Open(filepath.Join(b.t.TempDir(), "state"))
	b.must(err)
	b.run, err = state.Begin(ctx, ledger.Manifest{ID: ledger.NewRunID(time.Now()), Job: "test", Store: "emulator"})
	b.must(err)
	run := b.run
	b.t.Cleanup(func() { b.must(run.Close()) })
}

func (b *bench) collect(ctx context.Context, n int) {
	var err error
	b.outcomes, err = b.run.Outcomes(ctx, 1, 0, n+1)
	b.must(err)
	if len(b.outcomes) != n {
		b.t.Errorf("%d items were read, %d are settled", n, len(b.outcomes))
	}
}

func (b *bench) must(err error) {
	b.t.Helper()
	if err != nil {
		b.t.Fatal(err)
	}
}

// ok is apply that must not fail.
func (b *bench) ok(rows ...string) *bench {
	b.t.Helper()
	b.must(b.apply(rows...))
	b.strict()
	return b
}

// strict fails when the store saw what a careful client does not send.
func (b *bench) strict() {
	b.t.Helper()
	for _, violation := range b.store.Violations() {
		b.t.Error(violation)
	}
}

// said is the outcome of each item with the code of its problem: "updated", "rejected exists".
func (b *bench) said() string {
	texts := make([]string, len(b.outcomes))
	for i := range b.outcomes {
		texts[i] = b.outcomes[i].Outcome.String()
		if p := b.outcomes[i].Problem; p != nil {
			texts[i] += " " + p.Code
		}
	}
	return strings.Join(texts, ", ")
}

func (b *bench) wants(outcomes string) {
	b.t.Helper()
	if got := b.said(); got != outcomes {
		b.t.Errorf("outcomes\n got %s\nwant %s", got, outcomes)
		for i := range b.outcomes {
			if p := b.outcomes[i].Problem; p != nil {
				b.t.Logf("item %d: %s", i+1, p.Message)
			}
		}
	}
}

// wrote gives the writes of the log, one a line: method, path, body.
func wrote(store *emulator.Store) string {
	var lines []string
	for _, e := range store.Writes() {
		line := e.Method + " " + strings.TrimPrefix(e.Path, "/v3/catalog")
		if e.Query != "" {
			line += "?" + e.Query
		}
		if e.Body != "" {
			line += " " + e.Body
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n")
}

func (b *bench) wantsWrites(lines ...string) {
	b.t.Helper()
	if got, want := wrote(b.store), strings.Join(lines, "\n"); got != want {
		b.t.Errorf("writes\n got %s\nwant %s", got, want)
	}
}

func (b *bench) problem(item int) string {
	if p := b.outcomes[item-1].Problem; p != nil {
		return p.Message
	}
	return ""
}

func (b *bench) wantsProblem(item int, part string) {
	b.t.Helper()
	if got := b.problem(item); !strings.Contains(got, part) {
		b.t.Errorf("item %d: problem %q does not say %q", item, got, part)
	}
}
