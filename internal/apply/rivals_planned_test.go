package apply

import (
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"bcetl/internal/bigcommerce/catalogue"
	"bcetl/internal/ledger"
	"bcetl/internal/record"
)

// planning is a planner of products over a run of its own, where items of steps are planned by hand.
func planning(t *testing.T) *Planner {
	t.Helper()
	state, err := ledger.Open(filepath.Join(t.TempDir(), "state"))
	if err != nil {
		t.Fatal(err)
	}
	run, err := state.Begin(t.Context(), ledger.Manifest{ID: ledger.NewRunID(time.Now()), Job: "test", Store: "emulator"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := run.Close(); err != nil {
			t.Error(err)
		}
	})
	return &Planner{Run: run, Step: 1, Target: Target{Object: &catalogue.Products, Mode: "update"}}
}

// plans writes down that an item is planned to be updated by bodies, one an op.
func plans(t *testing.T, p *Planner, step int, seq int64, claims []ledger.Claim, bodies ...string) {
	t.Helper()
	item := record.Item{Seq: seq, Key: fmt.Sprint(seq), Rows: []record.Row{{Header: record.NewHeader(nil), Origin: record.Origin{Line: int(seq) + 1}}}}
	if err := p.Run.Stage(t.Context(), step, []ledger.Staged{{Item: item}}); err != nil {
		t.Fatal(err)
	}
	verdict := ledger.Verdict{Settled: record.Settled{Seq: seq, Outcome: record.Updated, StoreID: seq}, Claims: claims}
	for _, body := range bodies {
		value, err := record.ParseJSON([]byte(body))
		if err != nil {
			t.Fatal(err)
		}
		verdict.Ops = append(verdict.Ops, record.Op{
			ID: p.Run.NewOpID(), Kind: p.Target.Object.Update.Kind, Target: seq, Body: value.Object(), Before: record.NewObject(0),
		})
	}
	if err := p.Run.Judge(t.Context(), step, []ledger.Verdict{verdict}); err != nil {
		t.Fatal(err)
	}
}

// TestRivalsAreFoundByTheirNumber: an item is not rejected for what one of another step asks for, and the message says the value that was
// to be sent, in whichever op it was.
func TestRivalsAreFoundByTheirNumber(t *testing.T) {
	p := planning(t)
	asks := []ledger.Claim{{Field: "name", Fold: "cup"}}
	plans(t, p, 1, 1, []ledger.Claim{{Field: "name", Fold: "cup", Keeps: true}}, `{"price":1}`)
	plans(t, p, 2, 2, asks, `{"name":"Cup"}`)
	plans(t, p, 1, 3, nil, `{"price":1}`)
	plans(t, p, 1, 4, asks, `{"name":"Cup"}`, `{"price":1}`)
	if err := p.rejectRivals(t.Context()); err != nil {
		t.Fatal(err)
	}
	planned, err := p.Run.Planned(t.Context(), 1, 0, 10)
	if err != nil || len(planned) != 3 {
		t.Fatal(planned, err)
	}
	if planned[1].Outcome != record.Updated || len(planned[1].Ops) != 1 {
		t.Errorf("item 3: %+v", planned[1])
	}
	want := `the name "Cup" goes to row 2: a store takes it for one product only`
	if problem := planned[2].Problem; problem == nil || problem.Message != want {
		t.Errorf("item 4: %+v, want %s", problem, want)
	}
}
