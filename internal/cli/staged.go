package cli

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

func writeFacts(ctx context.Context, run *ledger.Run, step int, facts *stagedFacts, layouts []record.Layout) error {
	for i := range layouts {
		stored := storedLayout{Layout: layouts[i]}
		if layouts[i].Header != nil {
			stored.Header = layouts[i].Header.Names()
		}
		stored.Layout.Header = nil
		facts.Layouts = append(facts.Layouts, stored)
	}
	encoded, err := json.Marshal(facts)
	if err != nil {
		return fmt.Errorf("write down the input: %w", err)
	}
	return run.Set(ctx, factsName(step), string(encoded))
}

func readFacts(ctx context.Context, run *ledger.Run, step int) (*stagedFacts, []record.Layout, error) {
	text, err := run.Get(ctx, factsName(step))
	if err != nil {
		return nil, nil, err
	}
	facts := new(stagedFacts)
	if err := json.Unmarshal([]byte(text), facts); err != nil {
		return nil, nil, fmt.Errorf("read what is known of the input: %w", err)
	}
	layouts := make([]record.Layout, len(facts.Layouts))
	for i := range facts.Layouts {
		layouts[i] = facts.Layouts[i].Layout
		layouts[i].Header = record.NewHeader(facts.Layouts[i].Header)
	}
	return facts, layouts, nil
}
