package ledger_test

import (
	"fmt"
	"strings"
	"testing"

	"bcetl/internal/ledger"
	"bcetl/internal/record"
)

// TestRivals finds the values that several items claim, page by page, and who has each of them.
func TestRivals(t *testing.T) {
	_, run := begin(t)
	ctx := t.Context()
	var staged []ledger.Staged
	for seq := int64(1); seq <= 6; seq++ {
		staged = append(staged, item(seq, fmt.Sprint("S", seq), "1"))
	}
	if err := run.Stage(ctx, 1, staged); err != nil {
		t.Fatal(err)
	}
	verdict := func(seq int64, claims ...ledger.Claim) ledger.Verdict {
		v := ledger.Verdict{Settled: record.Settled{Seq: seq, Outcome: record.Created}, Claims: claims}
		v.Ops = []record.Op{{ID: run.NewOpID(), Kind: "products.create"}}
		return v
	}
	name := func(fold string) ledger.Claim { return ledger.Claim{Field: "name", Fold: fold} }
	sku := func(fold string) ledger.Claim { return ledger.Claim{Field: "sku", Fold: fold} }
	if err := run.Judge(ctx, 1, []ledger.Verdict{
		verdict(5, ledger.Claim{Field: "name", Fold: "kept", Keeps: true}), verdict(6, name("alone")),
		verdict(1, name("cup"), sku("x")), verdict(2, name("cup"), sku("cup")), verdict(3, name("kept")), verdict(4, sku("x"), name("cup")),
	}); err != nil {
		t.Fatal(err)
	}
	kept := []ledger.Kept{{ID: 77, Claim: ledger.Claim{Field: "sku", Fold: "cup"}}, {ID: 78, Claim: name("nobody's")}}
	if err := run.NoteKept(ctx, append(kept, kept[0])); err != nil { // a listing may come upon a record twice
		t.Fatal(err)
	}
	if err := run.GatherRivals(ctx); err != nil {
		t.Fatal(err)
	}
	lines := func() string {
		t.Helper()
		var found []string
		var after ledger.Rival
		for {
			page, err := run.Rivals(ctx, &after, 1)
			if err != nil {
				t.Fatal(err)
			}
			if len(page) == 0 {
				return strings.Join(found, ", ")
			}
			after = page[0]
			owner, ok, err := run.First(ctx, &after)
			if err != nil || ok != (owner != ledger.Owner{}) {
				t.Fatal(owner, ok, err)
			}
			found = append(found, fmt.Sprintf("%d %s %s: %d", after.Seq, after.Field, after.Fold, owner.Line+int(owner.ID)))
		}
	}
	line := func(seq int) int { return staged[seq-1].Rows[0].Origin.Line }
	want := func(cup2, cup4 int) string {
		return fmt.Sprintf("1 name cup: 0, 1 sku x: 0, 2 name cup: %d, 2 sku cup: 77, 3 name kept: %d, 4 name cup: %d, 4 sku x: %d", cup2, line(5), cup4, cup4)
	}
	if got, want := lines(), want(line(1), line(1)); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	rejected := ledger.Verdict{Settled: record.Settled{Seq: 1, Outcome: record.Rejected, Problem: &record.Problem{Code: "taken"}}}
	if kept, err := run.Withdraw(ctx, 1, rejected); err != nil || len(kept) != 0 {
		t.Fatal(kept, err)
	}
	if got, want := lines(), fmt.Sprintf("2 name cup: 0, 2 sku cup: 77, 3 name kept: %d, 4 name cup: %d, 4 sku x: 0", line(5), line(2)); got != want {
		t.Errorf("without the first it is %s, want %s", got, want)
	}
	planned, err := run.Planned(ctx, 1, 0, 1)
	if err != nil || len(planned) != 1 || len(planned[0].Ops) != 0 || planned[0].Outcome != record.Rejected || planned[0].Problem.Code != "taken" {
		t.Errorf("withdrawn: %+v, %v", planned, err)
	}
	if err := run.GatherRivals(ctx); err != nil {
		t.Fatal(err)
	}
	if got := lines(); got != "" {
		t.Errorf("claimed once, and found again: %s", got)
	}
}

// TestResetStepForgetsClaims: a step that is planned anew is judged by what is claimed now.
func TestResetStepForgetsClaims(t *testing.T) {
	_, run := begin(t)
	ctx := t.Context()
	name := ledger.Claim{Field: "name", Fold: "cup"}
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	plan := func() {
		t.Helper()
		must(run.Stage(ctx, 2, []ledger.Staged{item(1, "S1", "1")}))
		verdict := ledger.Verdict{Settled: record.Settled{Seq: 1, Outcome: record.Created}, Claims: []ledger.Claim{name}}
		verdict.Ops = []record.Op{{ID: run.NewOpID(), Kind: "products.create"}}
		must(run.Judge(ctx, 2, []ledger.Verdict{verdict}))
	}
	rivals := func() int {
		t.Helper()
		found, err := run.Rivals(ctx, &ledger.Rival{}, 10)
		must(err)
		return len(found)
	}
	kept := []ledger.Kept{{ID: 7, Claim: name}}
	plan()
	must(run.NoteKept(ctx, kept)) // and the process dies: the record gets another name meanwhile
	must(run.ResetStep(ctx, 2))
	plan()
	must(run.GatherRivals(ctx))
	if n := rivals(); n != 0 {
		t.Errorf("%d rivals of claims that were forgotten", n)
	}
	must(run.ResetStep(ctx, 2))
	plan()
	must(run.NoteKept(ctx, kept))
	must(run.GatherRivals(ctx))
	if n := rivals(); n != 1 {
		t.Errorf("%d rivals, want 1", n)
	}
	must(run.ResetStep(ctx, 2))
	if n := rivals(); n != 0 {
		t.Errorf("%d rivals of a step that was reset", n)
	}
}
