package runner

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"

	"bcetl/internal/compile"
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
func openPlan(path string, r *Prepared, steps []compile.Step, o *Options) (*planReader, error) {
	imports := map[int]*compile.ImportStep{}
	for i, step := range steps {
		if step, ok := step.(*compile.ImportStep); ok {
			imports[i+1] = step
		}
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, Wrong(fmt.Errorf("read the plan: %w", err))
	}
	p := &planReader{file: file}
	if err := p.accept(r, imports, o); err != nil {
		var guarded *guardError
		if !errors.As(err, &guarded) {
			err = Wrong(fmt.Errorf("the plan %s: %w", path, err))
		}
		return nil, errors.Join(err, file.Close())
	}
	return p, nil
}

func (p *planReader) accept(r *Prepared, imports map[int]*compile.ImportStep, o *Options) error {
	if err := checkPlanSum(p.file); err != nil {
		return err
	}
	if err := p.rewind(); err != nil {
		return err
	}
	store := ""
	if main := r.Stores[r.File.Job.Connection.Text]; main != nil {
		store = main.Hash
	}
	switch {
	case p.head.Schema != report.Schema:
		return fmt.Errorf("it was written by another version of bcetl (schema %d, not %d); plan again", p.head.Schema, report.Schema)
	case p.head.Job != r.File.Job.Name.Text || p.head.JobText != jobSum(r.File):
		return errors.New("it was made of another job, or the job was changed since; plan again")
	case len(o.Params) > 0 && p.head.Params != paramSum(o.Params):
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
func numbers(steps map[int]*compile.ImportStep) []int { return slices.Sorted(maps.Keys(steps)) }

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
