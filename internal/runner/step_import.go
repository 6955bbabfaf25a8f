package runner

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/shopspring/decimal"

	"bcetl/internal/apply"
	"bcetl/internal/compile"
	"bcetl/internal/record"
)

// importRun is one import step on its way through the two passes.
type importRun struct {
	*session
	step       *compile.ImportStep
	number     int
	store      *Store
	rows       int64           // read from the sheet
	records    int64           // items that they became
	layouts    []record.Layout // how the inputs were written
	goesOn     bool            // an earlier process had begun to write
	sentBefore map[int64]bool  // creates that it had sent and the store did not have, by op
}

// runImport plans and applies one step. Whatever comes of it, what was read is settled in results, rejects and report.
func (s *session) runImport(ctx context.Context, step *compile.ImportStep, number int) error {
	st := s.storeFor(step.File.Job.Steps[number-1].Outputs[0].Sink.Connection)
	r := &importRun{session: s, step: step, number: number, store: st}
	err := r.passes(ctx)
	// What is known is told even when the run was cancelled.
	settled := r.settle(context.WithoutCancel(ctx))
	return errors.Join(err, settled, step.Close())
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
	r.layouts = r.step.Sheet.Layouts()
	r.noteLayouts(r.step.Name, r.step.Sheet)
	r.noteColumns(r.step.Name, &r.step.About)
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
	if r.options.DryRun {
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

// plan looks up and compares.
func (r *importRun) plan(ctx context.Context) (*apply.Plan, error) {
	live, err := r.run.CountLive(ctx, r.number, false)
	if err != nil {
		return nil, err
	}
	r.progress.Start("comparing", live)
	bounds := guards(r.file.Job.Limits)
	if r.options.Limit > 0 {
		bounds.MinRows = 0 // few rows are what was asked for
	}
	planner := &apply.Planner{
		Client: r.store.Client, Run: r.run, Step: r.number, Target: r.step.Target, Guards: bounds,
		Concurrency: r.file.Job.Limits.Workers(), Stop: r.world.Stop,
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
			r.find(r.step.Name, "guard_accepted", "accepted with --yes=%s: %s", guard.Name, guard.Message)
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
		Client: r.store.Client, Run: r.run, Step: r.number, Concurrency: r.file.Job.Limits.Workers(), Stop: r.world.Stop,
		MaxRejects: r.maxRejects(), AlreadyRejected: rejected, Reached: r.reached,
		Lists: r.step.Target.Lists, Again: r.sentBefore, Quiet: r.run.Quiet(r.world.Now()), Waits: r.tellWait,
		Applied: func(n int64) {
			r.progress.Add(n)
			r.watch(r.store)
		},
	}, nil
}

// maxRejects gives the limit as a number of items, negative for none.
func (r *importRun) maxRejects() int64 {
	bound, ok := r.file.Job.Limits.Rejects()
	if !ok || bound.IsPercent && r.options.Input != "" {
		return -1 // a share of mended rejects says nothing
	}
	if bound.IsPercent {
		return bound.Percent.Mul(decimal.NewFromInt(r.records)).Div(decimal.NewFromInt(100)).IntPart()
	}
	return bound.N
}
