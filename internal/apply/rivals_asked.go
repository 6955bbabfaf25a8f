package apply

import (
	"context"
	"io"
	"slices"
	"strings"

	"bcetl/internal/bigcommerce"
	"bcetl/internal/bigcommerce/catalogue"
	"bcetl/internal/ledger"
	"bcetl/internal/record"
	"bcetl/pipeline"
)

// wantedValue is a value that an op would give a record, which the store takes once.
type wantedValue struct {
	field *catalogue.Field
	text  string
}

// askForRivals asks the store for the values that ops would give and that one record only may have, where keys were asked for one by one: what
// the other records have is then not known from a list. Such rows are few. Values by which an object cannot be asked for are left to the store.
func (p *Planner) askForRivals(ctx context.Context) error {
	object := p.Target.Object
	asked := p.Target.askedUnique()
	if p.looks.Strategy != SingleLookup || len(asked) == 0 {
		return nil
	}
	wanted, judged, err := p.wantedValues(ctx, asked)
	if err != nil {
		return err
	}
	p.looks.Requests += int64(len(wanted))
	return pipeline.Run(ctx, pipeline.Config{Concurrency: p.Concurrency, Stop: p.Stop}, pipeline.Stages[wantedValue, []ledger.Kept]{
		Read: func(context.Context) (wantedValue, error) {
			if len(wanted) == 0 {
				return wantedValue{}, io.EOF
			}
			next := wanted[0]
			wanted = wanted[1:]
			return next, nil
		},
		Work: func(ctx context.Context, value wantedValue) ([]ledger.Kept, error) {
			key, _ := object.KeyNamed(value.field.Path)
			records, err := p.Client.FindOne(ctx, object, key, value.text, parsePaths([]string{object.IDField, value.field.Path}))
			return p.keptBy(records, judged), err
		},
		Settle: p.Run.NoteKept,
	})
}

// askedUnique lists the fields for whose values askForRivals asks.
func (t *Target) askedUnique() []*catalogue.Field {
	if t.Mode == "delete" {
		return nil
	}
	return slices.DeleteFunc(t.unique(t.Object), func(field *catalogue.Field) bool {
		key, ok := t.Object.KeyNamed(field.Path)
		return !ok || key.Finding != catalogue.Single
	})
}

// mostQuestions is how many requests askForRivals takes at most: which records are new or get another name is known only after the look-up.
func (p *Planner) mostQuestions(ctx context.Context) (int64, error) {
	fields := int64(len(p.Target.askedUnique()))
	if fields == 0 {
		return 0, nil
	}
	items, err := p.Run.CountLive(ctx, p.Step, false)
	return items * fields, err
}

// keptBy gives what records have that no row changes: rows whose record is changed, or is as they want it, have said themselves what it is to have.
func (p *Planner) keptBy(records []bigcommerce.Record, judged map[int64]bool) []ledger.Kept {
	var kept []ledger.Kept
	for i := range records {
		if judged[records[i].ID] {
			continue
		}
		for _, claim := range p.Target.claims(p.Target.Object, record.NewObject(0), records[i].Doc) {
			kept = append(kept, ledger.Kept{ID: records[i].ID, Claim: claim})
		}
	}
	return kept
}

// wantedValues gives the values of the fields that are planned to be sent, each once, and the ids of the records of rows that are not rejected.
func (p *Planner) wantedValues(ctx context.Context, fields []*catalogue.Field) (wanted []wantedValue, judged map[int64]bool, err error) {
	const page = 500
	judged = map[int64]bool{}
	seen := map[wantedValue]bool{} // folded
	for after := int64(0); ; {
		items, err := p.Run.Planned(ctx, p.Step, after, page)
		if err != nil || len(items) == 0 {
			return wanted, judged, err
		}
		for i := range items {
			if items[i].StoreID != 0 && items[i].Outcome != record.Rejected {
				judged[items[i].StoreID] = true
			}
			for _, op := range items[i].Ops {
				for _, field := range fields {
					value := wantedValue{field, strings.TrimSpace(op.Body.Get(field.Path).String())}
					folded := wantedValue{field, foldUnique(p.Target.Object, field, value.text)}
					if value.text != "" && !seen[folded] {
						seen[folded] = true
						wanted = append(wanted, value)
					}
				}
			}
		}
		after = items[len(items)-1].Seq
	}
}
