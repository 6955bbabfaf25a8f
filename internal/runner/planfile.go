package runner

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"bcetl/internal/compile"
	"bcetl/internal/ledger"
	"bcetl/internal/report"
)

// planFile writes a plan file beside its name and renames it when it is whole.
type planFile struct {
	path      string
	temporary *os.File
	out       *bufio.Writer
	sum       hash.Hash
	steps     int
	items     int64
	err       error
}

// planEnd is what a plan file ends with: the checksum of all that stands before it.
const planEnd = "],\"sha256\":\"%s\"}\n"

func createPlanFile(path string, plan *report.Plan, s *session) (*planFile, error) {
	temporary, err := os.CreateTemp(filepath.Dir(path), ".plan-*.tmp")
	if err != nil {
		return nil, fmt.Errorf("write the plan: %w", err)
	}
	f := &planFile{path: path, temporary: temporary, sum: sha256.New()}
	f.out = bufio.NewWriterSize(io.MultiWriter(temporary, f.sum), 1<<16)
	head := planHead{Plan: *plan, JobText: jobSum(s.file), Params: paramSum(s.options.Params)}
	head.Steps = nil
	f.text(`{"head":`)
	f.value(&head)
	f.text(`,"steps":[`)
	return f, f.err
}

// paramSum is the checksum of --param, in whatever order.
func paramSum(params []string) string {
	sorted := slices.Sorted(slices.Values(params))
	sum := sha256.Sum256([]byte(strings.Join(sorted, "\x00")))
	return hex.EncodeToString(sum[:])
}

func jobSum(f *compile.File) string {
	sum := sha256.Sum256(f.Source)
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
	input := planInput{Rows: r.rows, Records: r.records, Next: r.nextSeq, Sheets: planSheets(r.layouts), Names: []planName{}}
	shared, err := r.run.SharedOps(ctx, r.number)
	if err != nil {
		return err
	}
	input.Shared = planSingles(shared)
	for _, kind := range []string{"brand", "category"} {
		refs, err := r.run.Refs(ctx, kind)
		if err != nil {
			return err
		}
		for i := range refs {
			if refs[i].Op != 0 {
				input.Names = append(input.Names, planName{Kind: refs[i].Kind, Fold: refs[i].Fold, Key: refs[i].Key, Op: refs[i].Op})
			}
		}
	}
	if f.steps > 0 {
		f.text(",\n")
	}
	f.steps, f.items = f.steps+1, 0
	f.text(fmt.Sprintf(`{"number":%d,"input":`, r.number))
	f.value(&input)
	f.text(`,"items":[`)
	return f.err
}

// item writes one item.
func (f *planFile) item(item *ledger.PlannedItem) error {
	written := plannedRecord{
		Seq: item.Seq, Key: item.Key, Outcome: item.Outcome.String(), StoreID: item.StoreID, Changed: item.Changed, Problem: item.Problem,
		Ops: planSingles(item.Ops),
	}
	for i := range item.Rows {
		row := &item.Rows[i]
		written.Rows = append(written.Rows, plannedRow{
			File: row.Origin.File, Sheet: row.Origin.Sheet, Line: row.Origin.Line, Cells: planCells(row.Cells), Extra: planCells(row.Extra),
		})
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
	if f.err == nil {
		f.err = f.out.Flush()
	}
	if f.err == nil {
		_, f.err = fmt.Fprintf(f.temporary, planEnd, hex.EncodeToString(f.sum.Sum(nil)))
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
