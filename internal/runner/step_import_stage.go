package runner

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"bcetl/internal/apply"
	"bcetl/internal/ledger"
	"bcetl/pipeline"
	"bcetl/sources"
)

// stage reads the whole sheet into the ledger: no request is made for it.
func (r *importRun) stage(ctx context.Context) error {
	shaping := r.step.Shaping
	shaping.First, shaping.Limit = r.nextSeq, r.options.Limit
	shaped := sources.Shape(r.step.Sheet, shaping)
	defer func() { r.rows = shaped.Rows() }()
	r.progress.Start("reading", r.options.Limit)
	err := pipeline.Run(ctx, pipeline.Config{Concurrency: 2, Stop: r.world.Stop}, pipeline.Stages[[]sources.Item, []ledger.Staged]{
		Read: shaped.Next,
		Work: func(_ context.Context, items []sources.Item) ([]ledger.Staged, error) {
			staged := make([]ledger.Staged, len(items))
			for i := range items {
				staged[i] = r.mapItem(items[i])
			}
			return staged, nil
		},
		Settle: func(ctx context.Context, staged []ledger.Staged) error {
			if err := r.run.Stage(ctx, r.number, staged); err != nil {
				return err
			}
			var refs []ledger.RefEntry
			for i := range staged {
				r.progress.Add(staged[i].RowCount())
				if staged[i].Doc != nil {
					refs = append(refs, apply.CollectRefs(staged[i].Doc)...)
				}
			}
			r.records += int64(len(staged))
			r.nextSeq = staged[len(staged)-1].Seq + 1
			return r.run.NoteRefs(ctx, refs)
		},
	})
	if err != nil {
		return fmt.Errorf("read the sheet: %w", err)
	}
	if err := r.unchanged(); err != nil {
		return err
	}
	if err := r.run.Seal(ctx); err != nil {
		return err
	}
	if len(r.step.Shaping.GroupBy) > 0 {
		if _, err := r.run.RejectReturningGroups(ctx, r.number, r.step.Shaping.GroupBy[0]); err != nil {
			return err
		}
	}
	advice := "keep one of them"
	if len(r.step.Shaping.GroupBy) == 0 && slices.ContainsFunc(r.step.Target.Fields, func(field string) bool { return strings.Contains(field, "[].") }) {
		advice += ", or make one record of such rows with group_by"
	}
	_, err = r.run.RejectDuplicates(ctx, r.number, r.step.Target.KeyColumn, advice)
	return err
}

// unchanged makes sure that what was read is what the run's fingerprint says: a sheet that is saved while it is read would be gone on with
// under a name that is not its own.
func (r *importRun) unchanged() error {
	now, err := r.prepared.fingerprint(r.options)
	if err != nil {
		return err
	}
	if now != r.prepared.opened {
		return errors.New("the input was changed while it was read; run again")
	}
	return nil
}

// mapItem makes the document of an item.
func (r *importRun) mapItem(item sources.Item) ledger.Staged {
	staged := ledger.Staged{Item: item.Item, Group: item.Group}
	if item.Problem != nil || item.Filtered {
		return staged
	}
	doc, key, _, problem := r.step.Program(item.Rows[0].Header).Map(item.Rows)
	staged.Doc, staged.Key, staged.Problem = doc, key, problem
	if doc != nil {
		r.step.Target.Prepare(doc)
	}
	if key != "" {
		staged.Fold = r.step.Target.FoldOf(key, doc)
	}
	return staged
}
