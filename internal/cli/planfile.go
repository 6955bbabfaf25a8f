package cli

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"bcetl/internal/ledger"
	"bcetl/internal/record"
	"bcetl/internal/report"
)

// A plan file is one JSON document: the head, and for each step its facts, the ops that several items need, and its items. It is
// written and read item by item, so that a plan of a million rows needs no more memory than one of ten.

// planHead is what a plan must agree with when it is applied.
type planHead struct {
	report.Plan
	JobText string `json:"job_sha256"` // of the job file: a plan belongs to the job that made it
}

// plannedRow is a row of an item: what is needed to hand it back.
type plannedRow struct {
	File  string        `json:"file"`
	Sheet string        `json:"sheet,omitempty"`
	Line  int           `json:"row"`
	Cells []record.Cell `json:"cells"`
	Extra []record.Cell `json:"extra,omitempty"`
}

// plannedRecord is an item with its ops.
type plannedRecord struct {
	Seq     int64           `json:"seq"`
	Key     string          `json:"key"`
	Outcome string          `json:"outcome"`
	StoreID int64           `json:"store_id,omitempty"`
	Changed []string        `json:"changed,omitempty"`
	Problem *record.Problem `json:"problem,omitempty"`
	Rows    []plannedRow    `json:"rows"`
	Ops     []record.Op     `json:"ops,omitempty"`
}

// planInput are the facts of a step's input, and what several of its items need.
type planInput struct {
	stagedFacts
	Refs   []ledger.RefEntry `json:"refs"`
	Shared []record.Op       `json:"shared_ops"`
}

// planFile writes a plan file beside its name and renames it when it is whole.
type planFile struct {
	path      string
	temporary *os.File
	out       *bufio.Writer
	steps     int
	items     int64
	err       error
}

func createPlanFile(path string, plan *report.Plan, s *session) (*planFile, error) {
	temporary, err := os.CreateTemp(filepath.Dir(path), ".plan-*.tmp")
	if err != nil {
		return nil, fmt.Errorf("write the plan: %w", err)
	}
	f := &planFile{path: path, temporary: temporary, out: bufio.NewWriterSize(temporary, 1<<16)}
	head := planHead{Plan: *plan, JobText: jobSum(s.file)}
	head.Steps = nil
	f.text(`{"head":`)
	f.value(&head)
	f.text(`,"steps":[`)
	return f, f.err
}

func jobSum(f *jobFile) string {
	sum := sha256.Sum256(f.source)
	return hex.EncodeToString(sum[:])
}

func (f *planFile) text(s string) {
	if f.err == nil {
		_, f.err = f.out.WriteString(s)
	}
}

func (f *planFile) value(v any) {
	if f.err != nil {
		return
	}
	encoded, err := json.Marshal(v)
	if err == nil {
		_, err = f.out.Write(encoded)
	}
	f.err = err
}

// begin writes a step's facts.
func (f *planFile) begin(ctx context.Context, r *importRun, _ *report.PlanStep) error {
	input := planInput{stagedFacts: factsOf(r)}
	var err error
	if input.Shared, err = r.run.SharedOps(ctx, r.number); err != nil {
		return err
	}
	for _, kind := range []string{"brand", "category"} {
		refs, err := r.run.Refs(ctx, kind)
		if err != nil {
			return err
		}
		for i := range refs {
			if refs[i].Op != 0 {
				input.Refs = append(input.Refs, refs[i])
			}
		}
	}
	if f.steps > 0 {
		f.text(",\n")
	}
	f.steps, f.items = f.steps+1, 0
	f.text(`{"input":`)
	f.value(&input)
	f.text(`,"items":[`)
	return f.err
}

// item writes one item.
func (f *planFile) item(item *ledger.PlannedItem) error {
	written := plannedRecord{
		Seq: item.Seq, Key: item.Key, Outcome: item.Outcome.String(), StoreID: item.StoreID, Changed: item.Changed, Problem: item.Problem, Ops: item.Ops,
	}
	for i := range item.Rows {
		row := &item.Rows[i]
		written.Rows = append(written.Rows, plannedRow{File: row.Origin.File, Sheet: row.Origin.Sheet, Line: row.Origin.Line, Cells: row.Cells, Extra: row.Extra})
	}
	if f.items > 0 {
		f.text(",")
	}
	f.items++
	f.text("\n")
	f.value(&written)
	return f.err
}

// end writes the step's summary.
func (f *planFile) end(step *report.PlanStep) error {
	f.text(`],"summary":`)
	f.value(step)
	f.text("}")
	return f.err
}

func (f *planFile) commit() error {
	f.text("]}\n")
	if f.err == nil {
		f.err = f.out.Flush()
	}
	if f.err == nil {
		f.err = f.temporary.Sync()
	}
	if f.err != nil {
		return errors.Join(fmt.Errorf("write the plan: %w", f.err), f.abort())
	}
	if err := f.temporary.Close(); err != nil {
		return fmt.Errorf("write the plan: %w", err)
	}
	if err := os.Rename(f.temporary.Name(), f.path); err != nil {
		return fmt.Errorf("write the plan: %w", err)
	}
	return nil
}

func (f *planFile) abort() error {
	return errors.Join(f.temporary.Close(), os.Remove(f.temporary.Name()))
}
