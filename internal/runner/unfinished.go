package runner

import (
	"context"
	"errors"
	"fmt"

	"bcetl/internal/ledger"
)

// findUnfinished says of a plan that a run would not begin with it, for an earlier one has to be gone on with. It changes nothing of that.
func (s *session) findUnfinished(ctx context.Context, book *ledger.Ledger) error {
	if s.options.Fresh {
		return nil
	}
	own := &s.run.Manifest
	old, found, err := book.Unfinished(own.Job, own.Store)
	if err != nil || !found || old.Writing == 0 {
		return err
	}
	run, err := book.OpenJournal(ctx, old.ID)
	if errors.Is(err, ledger.ErrDamaged) || errors.Is(err, ledger.ErrNoJournal) {
		s.find("", "unfinished_run", "run %s of this job is unfinished and its journal is damaged; `bcetl run` ends with exit 2 until --fresh gives it up, and this plan shows that new run", old.ID)
		return nil
	}
	if err != nil {
		return err
	}
	done, all, err := run.Progress(ctx)
	if err := errors.Join(err, run.Close()); err != nil {
		return err
	}
	s.find("", "unfinished_run", "run %s of this job is unfinished, %d of %d changes done; %s; this plan shows a new run (--fresh)",
		old.ID, done, all, s.prepared.standingTo(&old, s.options).sentence())
	return nil
}

// sentence says whether a run goes on with the earlier one, or what does, or why nothing does.
func (to standing) sentence() string {
	switch {
	case to.goesOn:
		return fmt.Sprintf("`%s` goes on with it", to.command)
	case to.command != "":
		return fmt.Sprintf("%s: `%s` goes on with it", to.why, to.command)
	}
	return "`bcetl run` cannot go on with it, for " + to.why
}
