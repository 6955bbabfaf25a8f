package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/shopspring/decimal"

	"bcetl/internal/apply"
	"bcetl/internal/ledger"
	"bcetl/internal/record"
	"bcetl/pipeline"
	"bcetl/sources"
)

// importRun is one import step on its way through the two passes.
type importRun struct {
	*session
	step       *importStep
	number     int
	store      *store
	rows       int64           // read from the sheet
	records    int64           // items that they became
	layouts    []record.Layout // how the inputs were written
	goesOn     bool            // an earlier process had begun to write
	sentBefore map[int64]bool  // creates that it had sent and the store did not have, by op
}

// runImport plans and applies one step. Whatever comes of it, what was read is settled in results, rejects and report.
func (s *session) runImport(ctx context.Context, step *importStep, number int) error {
	st := s.storeFor(step.file.job.Steps[number-1].Outputs[0].Sink.Connection)
	r := &importRun{session: s, step: step, number: number, store: st}
	err := r.passes(ctx)
	// What is known is told even when the run was cancelled.
	settled := r.settle(context.WithoutCancel(ctx))
	return errors.Join(err, settled, step.close())
}

// passes runs the plan and, unless something forbids it, the apply pass. A step that an earlier process had planned is not planned
// again: it goes on with the writes.
func (r *importRun) passes(ctx context.Context) error {
	phase, err := r.run.Get(ctx, phaseOf(r.number))
	if err != nil {
		return err
	}
	if phase != "" {
		return r.goOn(ctx, phase)
	}
	if err := r.run.ResetStep(ctx, r.number); err != nil {
		return err
	}
	if r.planned != nil {
		return r.takePlan(ctx)
	}
	err = r.stage(ctx)
	r.layouts = r.step.sheet.Layouts()
	r.noteLayouts(r.step.name, r.step.sheet)
	r.noteColumns(r.step.name, &r.step.about)
	if err != nil {
		return err
	}
	plan, err := r.plan(ctx)
	if err != nil {
		return err
	}
	r.reached("plan")
	if r.view != nil {
		if err := r.present(ctx, plan); err != nil {
			return err
		}
	}
	if err := r.judgeGuards(plan); err != nil {
		return err
	}
	if r.options.dryRun {
		return nil
	}
	if err := r.tooManyRejects(ctx); err != nil {
		return err
	}
	if err := r.begin(ctx); err != nil {
		return err
	}
	return r.apply(ctx)
}

// tooManyRejects ends a run before its first write when the sheet alone has more bad rows than max_rejects allows.
func (r *importRun) tooManyRejects(ctx context.Context) error {
	most := r.maxRejects()
	if most < 0 {
		return nil
	}
	rejected, err := r.countRejected(ctx)
	if err == nil && rejected > most {
		err = apply.ErrTooManyRejects
	}
	return err
}

// begin notes that from here on the step is gone on with and never begun again.
func (r *importRun) begin(ctx context.Context) error {
	if err := writeFacts(ctx, r.run, r.number, factsOf(r)); err != nil {
		return err
	}
	if err := r.run.Set(ctx, phaseOf(r.number), phaseApplying); err != nil {
		return err
	}
	return r.run.MarkWriting(ctx, r.number)
}

// goOn continues a step that an earlier process had begun to write: first it finds out what became of the writes that were under way.
func (r *importRun) goOn(ctx context.Context, phase string) error {
	facts, err := readFacts(ctx, r.run, r.number)
	if err != nil {
		return err
	}
	r.rows, r.records, r.nextSeq, r.layouts = facts.Rows, facts.Records, facts.Next, facts.layouts()
	r.goesOn, r.sentBefore = true, map[int64]bool{}
	if phase == phaseDone {
		return nil
	}
	r.progress.Start("settling", 0)
	executor, err := r.executor(ctx)
	if err != nil {
		return err
	}
	if _, err := executor.Settle(ctx); err != nil {
		return err
	}
	if r.run.Died {
		if _, err := executor.Recheck(ctx); err != nil {
			return err
		}
		if err := r.run.Rechecked(ctx); err != nil {
			return err
		}
	}
	if r.planned != nil {
		// What is still to be done may have moved while nobody was at it.
		if _, err := executor.Verify(ctx); err != nil {
			return err
		}
	} else if _, err := executor.VerifyLists(ctx); err != nil {
		return err
	}
	return r.apply(ctx)
}

// stage reads the whole sheet into the ledger: no request is made for it.
func (r *importRun) stage(ctx context.Context) error {
	shaping := r.step.shaping
	shaping.First, shaping.Limit = r.nextSeq, r.options.limit
	shaped := sources.Shape(r.step.sheet, shaping)
	defer func() { r.rows = shaped.Rows() }()
	r.progress.Start("reading", r.options.limit)
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
	if len(r.step.shaping.GroupBy) > 0 {
		if _, err := r.run.RejectReturningGroups(ctx, r.number, r.step.shaping.GroupBy[0]); err != nil {
			return err
		}
	}
	advice := "keep one of them"
	if len(r.step.shaping.GroupBy) == 0 && slices.ContainsFunc(r.step.target.Fields, func(field string) bool { return strings.Contains(field, "[].") }) {
		advice += ", or make one record of such rows with group_by"
	}
	_, err = r.run.RejectDuplicates(ctx, r.number, r.step.target.KeyColumn, advice)
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
	doc, key, _, problem := r.step.program(item.Rows[0].Header).Map(item.Rows)
	staged.Doc, staged.Key, staged.Problem = doc, key, problem
	if doc != nil {
		r.step.target.Prepare(doc)
	}
	if key != "" {
		staged.Fold = r.step.target.FoldOf(key, doc)
	}
	return staged
}

// plan looks up and compares.
func (r *importRun) plan(ctx context.Context) (*apply.Plan, error) {
	live, err := r.run.CountLive(ctx, r.number, false)
	if err != nil {
		return nil, err
	}
	r.progress.Start("comparing", live)
	bounds := guards(r.file.job.Limits)
	if r.options.limit > 0 {
		bounds.MinRows = 0 // few rows are what was asked for
	}
	planner := &apply.Planner{
		Client: r.store.client, Run: r.run, Step: r.number, Target: r.step.target, Guards: bounds,
		Concurrency: r.file.job.Limits.Workers(), Stop: r.world.Stop,
		Judged: func(n int64) {
			r.progress.Add(n)
			r.watch(r.store)
		},
	}
	plan, err := planner.Plan(ctx, r.records, r.rows)
	if err != nil {
		return nil, fmt.Errorf("plan: %w", err)
	}
	return plan, nil
}

// judgeGuards stops the run before its first write unless the guards that it would pass are accepted.
func (r *importRun) judgeGuards(plan *apply.Plan) error {
	var texts []string
	for _, guard := range plan.Guards {
		if r.options.accepts(guard.Name) {
			r.find(r.step.name, "guard_accepted", "accepted with --yes=%s: %s", guard.Name, guard.Message)
			continue
		}
		texts = append(texts, fmt.Sprintf("%s; accept it with --yes=%s", guard.Message, guard.Name))
	}
	if len(texts) == 0 {
		return nil
	}
	return &guardError{strings.Join(texts, "\n")}
}

// apply carries the planned ops out.
func (r *importRun) apply(ctx context.Context) error {
	kinds, err := r.run.OpKinds(ctx, r.number)
	if err != nil {
		return err
	}
	var total int64
	for _, n := range kinds {
		total += n
	}
	if total > 0 {
		r.progress.Start("writing", total)
		executor, err := r.executor(ctx)
		if err != nil {
			return err
		}
		if err := executor.Apply(ctx); err != nil {
			return err
		}
	}
	r.reached("settle")
	return r.run.Set(ctx, phaseOf(r.number), phaseDone)
}

func (r *importRun) executor(ctx context.Context) (*apply.Executor, error) {
	// Each attempt may reject as many rows as max_rejects allows: a run that passed it can come to its end.
	var rejected int64
	if !r.goesOn {
		var err error
		if rejected, err = r.countRejected(ctx); err != nil {
			return nil, err
		}
	}
	return &apply.Executor{
		Client: r.store.client, Run: r.run, Step: r.number, Concurrency: r.file.job.Limits.Workers(), Stop: r.world.Stop,
		MaxRejects: r.maxRejects(), AlreadyRejected: rejected, Reached: r.reached,
		Lists: r.step.target.Lists, Again: r.sentBefore,
		Applied: func(n int64) {
			r.progress.Add(n)
			r.watch(r.store)
		},
	}, nil
}

// maxRejects gives the limit as a number of items, negative for none.
func (r *importRun) maxRejects() int64 {
	bound, ok := r.file.job.Limits.Rejects()
	if !ok || bound.IsPercent && r.options.input != "" {
		return -1 // a share of mended rejects says nothing
	}
	if bound.IsPercent {
		return bound.Percent.Mul(decimal.NewFromInt(r.records)).Div(decimal.NewFromInt(100)).IntPart()
	}
	return bound.N
}
