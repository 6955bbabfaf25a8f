package runner

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"os"
	"strings"
	"time"

	"golang.org/x/term"

	"bcetl/internal/bigcommerce/catalogue"
	"bcetl/internal/ledger"
	"bcetl/internal/report"
)

// The phases of an import step, as they stand in the journal under phaseOf. A step without a phase has written nothing to the store.
const (
	phaseApplying = "applying" // planned and accepted: from here on the step is gone on with, never begun again
	phaseDone     = "done"
)

func phaseOf(step int) string { return fmt.Sprintf("step.%d.phase", step) }

// errDecline says that the person did not want an unfinished run to be given up.
var errDecline = errors.New("nothing was done")

// takeUp looks for an unfinished run of the same job and store. It gives the run to go on with, or found false where a new one is to
// begin. A run that had not begun to write is nothing to go on with. One whose job, parameters or input were others is asked about;
// without a terminal that is an error.
func (w *World) takeUp(book *ledger.Ledger, p *Prepared, fresh ledger.Manifest, o *Options) (old ledger.Manifest, found bool, err error) {
	if o.DryRun {
		return old, false, nil
	}
	old, found, err = book.Unfinished(fresh.Job, fresh.Store)
	if err != nil || !found {
		return old, false, err
	}
	if old.Status == "" {
		if err := sweep(p.File); err != nil {
			return old, false, err
		}
	}
	if o.Fresh || old.Writing == 0 {
		return old, false, book.Abandon(old)
	}
	to := p.standingTo(&old, o)
	if to.goesOn {
		return old, true, nil
	}
	return old, false, w.giveUp(book, old, to)
}

// refuseDamaged does not begin a run that writes beside one whose manifest cannot be trusted: it might be this job's, and half done.
func (w *World) refuseDamaged(book *ledger.Ledger, p *Prepared, o *Options) error {
	if o.DryRun || !p.writesStore() {
		return nil
	}
	damaged, err := book.Damaged()
	if err != nil || len(damaged) == 0 {
		return err
	}
	if o.Fresh {
		return book.GiveUp(damaged)
	}
	return Wrong(fmt.Errorf("run.json of run %s is damaged or gone, so whether that run has to be gone on with is not known; begin anew with --fresh: "+
		"the store is read first, and what that run wrote is found there", damaged[0].ID))
}

// writesStore tells whether a step of the job writes to a store.
func (r *Prepared) writesStore() bool {
	for i := range r.File.Job.Steps {
		for _, output := range r.File.Job.Steps[i].Outputs {
			if output.Sink.Object.Set {
				return true
			}
		}
	}
	return false
}

// giveUp asks whether an unfinished run that is not gone on with is to be given up.
func (w *World) giveUp(book *ledger.Ledger, old ledger.Manifest, to standing) error {
	text, choice := fmt.Sprintf("run %s of this job and store did not finish, and %s", old.ID, to.why), "begin anew with --fresh"
	switch {
	case to.command != "":
		text += fmt.Sprintf(": `%s` goes on with it", to.command)
	case to.mends:
		choice += ", or put the old input back to go on"
	}
	in, _ := w.Stdin.(*os.File)
	if !report.NewScreen(w.Stderr, w.Env).Terminal || in == nil || !term.IsTerminal(int(in.Fd())) {
		return Wrong(fmt.Errorf("%s; %s", text, choice))
	}
	fmt.Fprintf(w.Stderr, "%s.\nBegin anew and leave it as it is? [y/N] ", text)
	answer, err := bufio.NewReader(w.Stdin).ReadString('\n')
	if err != nil && answer == "" {
		return Wrong(fmt.Errorf("%s: %w", text, errDecline))
	}
	if !strings.EqualFold(strings.TrimSpace(answer), "y") {
		return Wrong(errDecline)
	}
	return book.Abandon(old)
}

// tellResumed says that the run goes on where an earlier process stopped.
func (s *session) tellResumed(ctx context.Context) error {
	if err := sweepRun(s.run.Dir); err != nil {
		return err
	}
	done, all, err := s.run.Progress(ctx)
	if err != nil {
		return err
	}
	s.find("", "resumed", "this run was begun at %s and went on where it had stopped, after %d of %d changes",
		s.run.Manifest.Started.UTC().Format("2006-01-02 15:04:05 UTC"), done, all)
	if !s.options.Quiet {
		s.world.Tell(slog.LevelInfo, fmt.Sprintf("going on with run %s: %d of %d changes are done", s.run.Manifest.ID, done, all),
			"going on with a run", slog.String("run_id", s.run.Manifest.ID), slog.Int64("done", done), slog.Int64("changes", all))
	}
	return nil
}

// tellWait says to who follows the run why nothing happens for a while.
func (s *session) tellWait(rest time.Duration, creates int64, object *catalogue.Object) {
	what := fmt.Sprintf("%d %s whose answers were lost are", creates, strings.ReplaceAll(object.Name, "_", " "))
	if creates == 1 {
		what = fmt.Sprintf("1 %s whose answer was lost is", object.Singular)
	}
	text := fmt.Sprintf("waiting %.0f s to see whether %s there", math.Ceil(rest.Seconds()), what)
	s.log.Info(text)
	if !s.options.Verbose {
		s.progress.Say(text)
	}
}

// tellDamaged says what can be done about an unfinished run whose journal cannot be trusted.
func tellDamaged(old ledger.Manifest, err error) error {
	return Wrong(fmt.Errorf("run %s did not finish and cannot be gone on with: %w; this attempt sent nothing. Begin anew with --fresh: "+
		"the store is read first, and what that run wrote is found there", old.ID, err))
}
