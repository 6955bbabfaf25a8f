package ledger_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"bcetl/internal/ledger"
	"bcetl/internal/record"
)

var header = record.NewHeader([]string{"SKU", "Price"})

func begin(t *testing.T) (*ledger.Ledger, *ledger.Run) {
	t.Helper()
	l, err := ledger.Open(filepath.Join(t.TempDir(), "state #1?"))
	if err != nil {
		t.Fatal(err)
	}
	started := time.Date(2026, 3, 1, 10, 15, 0, 0, time.UTC)
	run, err := l.Begin(t.Context(), ledger.Manifest{ID: ledger.NewRunID(started), Job: "prices", Store: "abc", Started: started, Moves: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := run.Close(); err != nil {
			t.Error(err)
		}
	})
	return l, run
}

func item(seq int64, sku, price string) ledger.Staged {
	doc := record.NewObject(2)
	doc.Set("sku", record.TextValue(sku))
	doc.Set("price", record.NumberValue(price))
	row := record.Row{
		Header: header,
		Cells:  []record.Cell{{Text: sku}, {Text: "€" + price, Raw: price, Kind: record.CellNumber, Format: "€0.00", Lossy: seq%2 == 0}},
		Origin: record.Origin{File: "prices.xlsx", Sheet: "Prices", Line: int(seq) + 1},
	}
	return ledger.Staged{Item: record.Item{Seq: seq, Key: sku, Rows: []record.Row{row}, Doc: doc}, Fold: strings.ToLower(sku)}
}

func TestStagedItemsComeBackAsTheyWere(t *testing.T) {
	_, run := begin(t)
	first, second := item(1, "00123", "10.50"), item(2, "Ü-\x00\n", "9")
	second.Only = record.OnlyWhen{"condition": "create"}
	if err := run.Stage(t.Context(), 1, []ledger.Staged{first, second}); err != nil {
		t.Fatal(err)
	}
	got, err := run.Live(t.Context(), 1, 0, 10)
	if err != nil {
		t.Fatal(err)
	}
	asJSON := cmp.Transformer("json", func(o *record.Object) string { return string(o.AppendJSON(nil)) })
	sameHeader := cmp.Comparer(func(a, b *record.Header) bool { return cmp.Equal(a.Names(), b.Names()) })
	if diff := cmp.Diff([]record.Item{first.Item, second.Item}, got, asJSON, sameHeader); diff != "" {
		t.Error(diff)
	}
}

func TestDuplicatesAreRejectedWithAllTheirRows(t *testing.T) {
	_, run := begin(t)
	bad := item(4, "A-1", "1")
	bad.Problem = &record.Problem{Code: "bad_number", Message: "no number"}
	items := []ledger.Staged{item(1, "A-1", "1"), item(2, "B-2", "1"), item(3, "a-1", "2"), bad, item(5, "A-1", "3")}
	keyless := item(6, "", "1")
	items = append(items, keyless, item(7, "", "1"))
	if err := run.Stage(t.Context(), 1, items); err != nil {
		t.Fatal(err)
	}
	if err := run.Seal(t.Context()); err != nil {
		t.Fatal(err)
	}
	n, err := run.RejectDuplicates(t.Context(), 1, "SKU", "keep one of them")
	if err != nil || n != 3 {
		t.Fatalf("rejected %d, %v", n, err)
	}
	outcomes, err := run.Outcomes(t.Context(), 1, 0, 100)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, o := range outcomes {
		line := o.Outcome.String()
		if o.Problem != nil {
			line += " " + o.Problem.Message
		}
		got = append(got, line)
	}
	want := []string{
		`rejected the key "A-1" stands in rows 2, 4, 6; keep one of them`,
		`not_attempted`,
		`rejected the key "a-1" stands in rows 2, 4, 6; keep one of them`,
		`rejected no number`,
		`rejected the key "A-1" stands in rows 2, 4, 6; keep one of them`,
		`not_attempted`, `not_attempted`,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestReturningGroupIsRejectedWhole(t *testing.T) {
	_, run := begin(t)
	bad := item(1, "A-1", "1")
	bad.Problem = &record.Problem{Code: "bad_number", Message: "no number"}
	items := []ledger.Staged{bad, item(2, "B-2", "1"), item(3, "C-3", "1"), item(4, "D-4", "1")}
	for i, group := range []string{"G", "H", "G", "I"} {
		items[i].Group = group
	}
	if err := run.Stage(t.Context(), 1, items); err != nil {
		t.Fatal(err)
	}
	if err := run.Seal(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n, err := run.RejectReturningGroups(t.Context(), 1, "Order"); err != nil || n != 1 {
		t.Fatalf("rejected %d, %v", n, err)
	}
	outcomes, err := run.Outcomes(t.Context(), 1, 0, 10)
	if err != nil {
		t.Fatal(err)
	}
	if p := outcomes[2].Problem; p == nil || p.Code != "group_returns" || !strings.Contains(p.Message, "rows 2, 4;") {
		t.Errorf("the part that returned is %v, %v", outcomes[2].Outcome, p)
	}
}

func TestAManifestThatCannotBeTrustedIsDamaged(t *testing.T) {
	for _, c := range []struct {
		name    string
		writing bool
		change  func(path string) error
		damaged bool
	}{
		{"as it was", true, func(string) error { return nil }, false},
		{"cut", true, func(path string) error { return os.Truncate(path, 100) }, true},
		{"a byte of it changed", true, func(path string) error {
			data, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			return os.WriteFile(path, []byte(strings.Replace(string(data), `"writing": 1`, `"writing": 0`, 1)), 0o600)
		}, true},
		{"gone, after it had begun to write", true, os.Remove, true},
		{"gone, before it had", false, os.Remove, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			l, run := begin(t)
			if c.writing {
				if err := run.MarkWriting(t.Context(), 1); err != nil {
					t.Fatal(err)
				}
			}
			if err := c.change(filepath.Join(run.Dir, "run.json")); err != nil {
				t.Fatal(err)
			}
			damaged, err := l.Damaged()
			if err != nil || (len(damaged) == 1) != c.damaged {
				t.Fatalf("damaged: %v, %v", damaged, err)
			}
			if err := l.GiveUp(damaged); err != nil {
				t.Fatal(err)
			}
			if left, err := l.Damaged(); err != nil || len(left) != 0 {
				t.Errorf("given up and still damaged: %v, %v", left, err)
			}
		})
	}
}

func TestOutcomeIsFoldedFromOps(t *testing.T) {
	_, run := begin(t)
	ctx := t.Context()
	refused := &record.Problem{Code: "refused", Message: "no"}
	for i, c := range []struct {
		name   string
		states []record.OpState
		note   *record.Problem
		want   record.Outcome
	}{
		{"all done", []record.OpState{"done", "done"}, nil, record.Updated},
		{"first failed", []record.OpState{"failed", "planned"}, refused, record.Rejected},
		{"later failed", []record.OpState{"done", "failed"}, refused, record.Partial},
		{"saved in part", []record.OpState{"done"}, refused, record.Partial},
		{"answer lost", []record.OpState{"done", "in_doubt"}, nil, record.InDoubt},
		{"sent and died", []record.OpState{"sent"}, nil, record.InDoubt},
		{"never sent", []record.OpState{"planned"}, nil, record.NotAttempted},
		{"stopped half way", []record.OpState{"done", "planned"}, nil, record.Partial},
	} {
		t.Run(c.name, func(t *testing.T) {
			seq := int64(i + 1)
			if err := run.Stage(ctx, 1, []ledger.Staged{item(seq, "S", "1")}); err != nil {
				t.Fatal(err)
			}
			verdict := ledger.Verdict{Settled: record.Settled{Seq: seq, Outcome: record.Updated, StoreID: 7, Changed: []string{"price"}}}
			var results []ledger.OpResult
			for _, state := range c.states {
				op := record.Op{ID: run.NewOpID(), Kind: "products.update", Target: 7}
				verdict.Ops = append(verdict.Ops, op)
				if state != record.OpPlanned {
					results = append(results, ledger.OpResult{ID: op.ID, State: state, Problem: c.note})
				}
			}
			if err := run.Judge(ctx, 1, []ledger.Verdict{verdict}); err != nil {
				t.Fatal(err)
			}
			if err := run.Done(ctx, results); err != nil {
				t.Fatal(err)
			}
			got, err := run.Outcomes(ctx, 1, seq-1, 1)
			if err != nil || len(got) != 1 {
				t.Fatalf("%v, %v", got, err)
			}
			if got[0].Outcome != c.want {
				t.Errorf("outcome %s, want %s", got[0].Outcome, c.want)
			}
		})
	}
}

func TestOpsAreKeptAsPlanned(t *testing.T) {
	_, run := begin(t)
	ctx := t.Context()
	body := record.NewObject(1)
	body.Set("price", record.NumberValue("10.50"))
	body.Set("brand_id", record.RefValue(record.Ref{Kind: "brand", Key: "Ångström"}))
	op := record.Op{ID: run.NewOpID(), Kind: "products.update", Target: 9, Key: "A", Body: body, Needs: []int64{3}}
	if err := run.AddOps(ctx, 1, []record.Op{op}); err != nil {
		t.Fatal(err)
	}
	got, err := run.Ops(ctx, 1, "products.update", 0, 10)
	if err != nil {
		t.Fatal(err)
	}
	op.State = record.OpPlanned
	asJSON := cmp.Transformer("json", func(o *record.Object) string { return string(o.AppendJSON(nil)) })
	if diff := cmp.Diff([]record.Op{op}, got, asJSON); diff != "" {
		t.Error(diff)
	}
	if err := run.Sent(ctx, []int64{op.ID}); err != nil {
		t.Fatal(err)
	}
	if got, err := run.Ops(ctx, 1, "products.update", 0, 10); err != nil || len(got) != 0 {
		t.Errorf("an op that was sent is still planned: %v, %v", got, err)
	}
}

func TestStateFolderIsPrivateAndIgnored(t *testing.T) {
	l, run := begin(t)
	info, err := os.Stat(l.Dir())
	if err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
	ignore, err := os.ReadFile(filepath.Join(l.Dir(), ".gitignore"))
	if err != nil || string(ignore) != "*\n" {
		t.Errorf("%q, %v", ignore, err)
	}
	if err := run.Finish(time.Date(2026, 3, 1, 11, 0, 0, 0, time.UTC), "succeeded"); err != nil {
		t.Fatal(err)
	}
	last, found, err := l.Last("prices", "abc", "succeeded", "rejects")
	if err != nil || !found {
		t.Fatalf("%v, %v", found, err)
	}
	last.Sum = "" // of the file
	if diff := cmp.Diff(run.Manifest, last, cmpopts.EquateEmpty()); diff != "" {
		t.Error(diff)
	}
	if _, found, _ := l.Last("prices", "other store", "succeeded"); found {
		t.Error("a run of another store was taken for this one's")
	}
}

func TestLockNamesOfOtherScriptsDiffer(t *testing.T) {
	names := map[string]bool{}
	for _, parts := range [][]string{{"prices", "abc"}, {"цены", "abc"}, {"цена", "abc"}, {"a/b", "abc"}, {"a_b", "abc"}} {
		name := ledger.LockName(parts...)
		if names[name] || strings.ContainsAny(name, "/\\") {
			t.Errorf("%q has the lock %s", parts, name)
		}
		names[name] = true
	}
}

// Items by their folded keys, a page at a time: those that begin alike stand together, and what has a verdict is not among them.
func TestLiveItemsInTheOrderOfKeys(t *testing.T) {
	_, run := begin(t)
	items := []ledger.Staged{item(1, "b/2", "1"), item(2, "a/9", "1"), item(3, "B/1", "1"), item(4, "", "1"), item(5, "a/1", "1"), item(6, "c/1", "1")}
	if err := run.Stage(t.Context(), 1, items); err != nil {
		t.Fatal(err)
	}
	if err := run.Stage(t.Context(), 2, []ledger.Staged{item(7, "a/0", "1")}); err != nil {
		t.Fatal(err)
	}
	if err := run.Seal(t.Context()); err != nil {
		t.Fatal(err)
	}
	var got []string
	for after := ""; ; {
		page, last, err := run.LiveByKey(t.Context(), 1, after, 2)
		if err != nil {
			t.Fatal(err)
		}
		if len(page) == 0 {
			break
		}
		for i := range page {
			got = append(got, page[i].Key)
		}
		after = last
		if err := run.Judge(t.Context(), 1, []ledger.Verdict{{Settled: record.Settled{Seq: 6, Outcome: record.Unchanged}}}); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff([]string{"a/1", "a/9", "B/1", "b/2"}, got); diff != "" {
		t.Error(diff)
	}
}
