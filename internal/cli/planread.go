package cli

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"

	"bcetl/internal/apply"
	"bcetl/internal/ledger"
	"bcetl/internal/record"
	"bcetl/internal/report"
)

// planPage is how many items of a plan are held at once.
const planPage = 500

// planReader reads a plan file item by item.
type planReader struct {
	file    *os.File
	decoder *json.Decoder
	head    planHead
	at      int // number of the step whose beginning was read last
}

// openPlan opens a plan file and checks all of it: that it is whole, that it belongs to the job and its store, and that a run can do
// what it says. A guard that it trips is an error unless accepted, before anything is written.
func openPlan(path string, r *prepared, steps []compiledStep, o *runOptions) (*planReader, error) {
	imports := map[int]*importStep{}
	for i, step := range steps {
		if step, ok := step.(*importStep); ok {
			imports[i+1] = step
		}
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, wrong(fmt.Errorf("read the plan: %w", err))
	}
	p := &planReader{file: file}
	if err := p.accept(r, imports, o); err != nil {
		var guarded *guardError
		if !errors.As(err, &guarded) {
			err = wrong(fmt.Errorf("the plan %s: %w", path, err))
		}
		return nil, errors.Join(err, file.Close())
	}
	return p, nil
}

func (p *planReader) accept(r *prepared, imports map[int]*importStep, o *runOptions) error {
	if err := checkPlanSum(p.file); err != nil {
		return err
	}
	if err := p.rewind(); err != nil {
		return err
	}
	store := ""
	if main := r.stores[r.file.job.Connection.Text]; main != nil {
		store = main.hash
	}
	switch {
	case p.head.Schema != report.Schema:
		return fmt.Errorf("it was written by another version of bcetl (schema %d, not %d); plan again", p.head.Schema, report.Schema)
	case p.head.Job != r.file.job.Name.Text || p.head.JobText != jobSum(r.file):
		return errors.New("it was made of another job, or the job was changed since; plan again")
	case len(o.params) > 0 && p.head.Params != paramSum(o.params):
		return errors.New("it was made with other parameters than --param gives; plan again")
	case p.head.Store != store:
		return fmt.Errorf("it was made for store %s, the connection is to %s", p.head.Store, store)
	}
	guards, err := p.check(imports)
	if err != nil {
		return err
	}
	var texts []string
	for _, guard := range guards {
		if !o.accepts(guard.Name) {
			texts = append(texts, fmt.Sprintf("%s; accept it with --yes=%s", guard.Message, guard.Name))
		}
	}
	if len(texts) > 0 {
		return &guardError{strings.Join(texts, "\n  ")}
	}
	return p.rewind()
}

// rewind begins the file again, behind its head.
func (p *planReader) rewind() error {
	if _, err := p.file.Seek(0, io.SeekStart); err != nil {
		return err
	}
	p.decoder, p.at = json.NewDecoder(bufio.NewReaderSize(p.file, 1<<16)), 0
	p.decoder.DisallowUnknownFields()
	p.head = planHead{}
	if err := p.expect("{", "head"); err != nil {
		return err
	}
	if err := p.decoder.Decode(&p.head); err != nil {
		return err
	}
	return p.expect("steps", "[")
}

// expect reads tokens that must stand there.
func (p *planReader) expect(tokens ...string) error {
	for _, want := range tokens {
		token, err := p.decoder.Token()
		if err != nil {
			return err
		}
		if got := fmt.Sprint(token); got != want {
			return fmt.Errorf("it is no plan file: found %q, expected %q", got, want)
		}
	}
	return nil
}

// numbers gives the steps that a plan must have, in order.
func numbers(steps map[int]*importStep) []int { return slices.Sorted(maps.Keys(steps)) }

// step reads the facts of a step; its items follow. Steps before it are passed over: an earlier process has applied them.
func (p *planReader) step(number int) (*planInput, error) {
	for {
		if !p.decoder.More() {
			return nil, errors.New("the plan ends before it, at a guard that was not accepted; plan again with --yes")
		}
		var at int
		if err := p.expect("{", "number"); err != nil {
			return nil, err
		}
		if err := p.decoder.Decode(&at); err != nil {
			return nil, err
		}
		if at <= p.at || at > number {
			return nil, fmt.Errorf("the plan has step %d instead", at)
		}
		p.at = at
		input := new(planInput)
		if err := p.expect("input"); err != nil {
			return nil, err
		}
		if err := p.decoder.Decode(input); err != nil {
			return nil, err
		}
		if err := p.expect("items", "["); err != nil {
			return nil, err
		}
		if at == number {
			return input, nil
		}
		if err := p.skip(); err != nil {
			return nil, err
		}
	}
}

// skip passes over the rest of a step.
func (p *planReader) skip() error {
	for {
		items, err := p.items(planPage)
		if err != nil {
			return err
		}
		if len(items) == 0 {
			_, err := p.end()
			return err
		}
	}
}

// items gives up to limit items; none at the end of the step.
func (p *planReader) items(limit int) ([]plannedRecord, error) {
	var items []plannedRecord
	for len(items) < limit && p.decoder.More() {
		var item plannedRecord
		if err := p.decoder.Decode(&item); err != nil {
			return nil, err
		}
		items = append(items, item)
	}
	return items, nil
}

// end reads the step's summary.
func (p *planReader) end() (*report.PlanStep, error) {
	summary := new(report.PlanStep)
	if err := p.expect("]", "summary"); err != nil {
		return nil, err
	}
	if err := p.decoder.Decode(summary); err != nil {
		return nil, err
	}
	return summary, p.expect("}")
}

func (p *planReader) close() error { return p.file.Close() }

// takePlan puts the plan's step into the run's ledger, as if it had been planned just now, and fails the ops of records that have
// moved since.
func (r *importRun) takePlan(ctx context.Context) error {
	summary, err := r.loadPlan(ctx)
	if err != nil {
		return fmt.Errorf("read the plan: %w", err)
	}
	plan := &apply.Plan{}
	for _, guard := range summary.Guards {
		if !guard.Accepted {
			plan.Guards = append(plan.Guards, apply.GuardTripped{Name: guard.Name, Message: guard.Message})
		}
	}
	if err := r.judgeGuards(plan); err != nil {
		return err
	}
	r.progress.Start("comparing with the plan", 0)
	executor, err := r.executor(ctx)
	if err != nil {
		return err
	}
	if _, err := executor.Verify(ctx); err != nil {
		return err
	}
	if err := r.begin(ctx); err != nil {
		return err
	}
	return r.apply(ctx)
}

func (r *importRun) loadPlan(ctx context.Context) (*report.PlanStep, error) {
	input, err := r.planned.step(r.number)
	if err != nil {
		return nil, err
	}
	r.rows, r.records, r.nextSeq, r.layouts = input.Rows, input.Records, input.Next, input.layouts()
	var highest int64
	for i := range input.Shared {
		highest = max(highest, input.Shared[i].ID)
	}
	if err := r.run.AddOps(ctx, r.number, recordOps(input.Shared, 0)); err != nil {
		return nil, err
	}
	if err := r.run.SettleRefs(ctx, input.refs()); err != nil {
		return nil, err
	}
	headers := headersOf(r.layouts)
	for {
		items, err := r.planned.items(planPage)
		if err != nil {
			return nil, err
		}
		if len(items) == 0 {
			break
		}
		staged, verdicts, last, err := fromPlan(items, headers)
		if err != nil {
			return nil, err
		}
		highest = max(highest, last)
		if err := r.run.Stage(ctx, r.number, staged); err != nil {
			return nil, err
		}
		if err := r.run.Judge(ctx, r.number, verdicts); err != nil {
			return nil, err
		}
	}
	r.run.KeepOpIDs(highest)
	if err := r.run.IndexOps(ctx); err != nil {
		return nil, err
	}
	return r.planned.end()
}

// headersOf gives the header of each input sheet, by file and sheet.
func headersOf(layouts []record.Layout) map[[2]string]*record.Header {
	headers := map[[2]string]*record.Header{}
	for i := range layouts {
		headers[[2]string{layouts[i].File, layouts[i].Sheet}] = layouts[i].Header
	}
	return headers
}

// fromPlan makes ledger entries of a plan's items.
func fromPlan(items []plannedRecord, headers map[[2]string]*record.Header) (staged []ledger.Staged, verdicts []ledger.Verdict, lastOp int64, err error) {
	for i := range items {
		item := &items[i]
		outcome, err := outcomeNamed(item.Outcome)
		if err != nil {
			return nil, nil, 0, err
		}
		entry := ledger.Staged{Item: record.Item{Seq: item.Seq, Key: item.Key}}
		for _, row := range item.Rows {
			header, ok := headers[[2]string{row.File, row.Sheet}]
			if !ok {
				return nil, nil, 0, fmt.Errorf("row %d is of %s, which is not among the plan's inputs", row.Line, row.File)
			}
			entry.Rows = append(entry.Rows, record.Row{
				Header: header, Cells: recordCells(row.Cells), Extra: recordCells(row.Extra),
				Origin: record.Origin{File: row.File, Sheet: row.Sheet, Line: row.Line},
			})
		}
		staged = append(staged, entry)
		for j := range item.Ops {
			lastOp = max(lastOp, item.Ops[j].ID)
		}
		verdicts = append(verdicts, ledger.Verdict{
			Settled: record.Settled{Seq: item.Seq, Outcome: outcome, StoreID: item.StoreID, Changed: item.Changed, Problem: item.Problem},
			Ops:     recordOps(item.Ops, item.Seq),
		})
	}
	return staged, verdicts, lastOp, nil
}

func outcomeNamed(name string) (record.Outcome, error) {
	for _, outcome := range record.Outcomes() {
		if outcome.String() == name {
			return outcome, nil
		}
	}
	return 0, fmt.Errorf("%q is not an outcome", name)
}
