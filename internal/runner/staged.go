package runner

import (
	"context"
	"encoding/json"
	"fmt"

	"bcetl/internal/ledger"
	"bcetl/internal/record"
)

// stagedFacts are what a step must know of its input when it goes on without reading it again.
type stagedFacts struct {
	Rows    int64          `json:"rows"`
	Records int64          `json:"records"`
	Next    int64          `json:"next"` // sequence number of the next step's first item
	Layouts []storedLayout `json:"layouts"`
}

// storedLayout is a record.Layout as JSON: its header is not one by itself.
type storedLayout struct {
	record.Layout
	Header []string `json:"names"`
}

func factsName(step int) string { return fmt.Sprintf("step.%d.input", step) }

// factsOf gathers what is known of a step's input.
func factsOf(r *importRun) stagedFacts {
	facts := stagedFacts{Rows: r.rows, Records: r.records, Next: r.nextSeq}
	for i := range r.layouts {
		stored := storedLayout{Layout: r.layouts[i]}
		if stored.Layout.Header != nil {
			stored.Header = stored.Layout.Header.Names()
		}
		stored.Layout.Header = nil
		facts.Layouts = append(facts.Layouts, stored)
	}
	return facts
}

// layouts gives the layouts with their headers.
func (f *stagedFacts) layouts() []record.Layout {
	layouts := make([]record.Layout, len(f.Layouts))
	for i := range f.Layouts {
		layouts[i] = f.Layouts[i].Layout
		layouts[i].Header = record.NewHeader(f.Layouts[i].Header)
	}
	return layouts
}

func writeFacts(ctx context.Context, run *ledger.Run, step int, facts stagedFacts) error {
	encoded, err := json.Marshal(facts)
	if err != nil {
		return fmt.Errorf("write down the input: %w", err)
	}
	return run.Set(ctx, factsName(step), string(encoded))
}

func readFacts(ctx context.Context, run *ledger.Run, step int) (*stagedFacts, error) {
	text, err := run.Get(ctx, factsName(step))
	if err != nil {
		return nil, err
	}
	facts := new(stagedFacts)
	if err := json.Unmarshal([]byte(text), facts); err != nil {
		return nil, fmt.Errorf("read what is known of the input: %w", err)
	}
	return facts, nil
}
