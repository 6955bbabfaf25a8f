package runner

import (
	"context"
	"errors"

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
	done, all, err := s.changesOf(ctx, run)
	if err := errors.Join(err, run.Close()); err != nil {
		return err
	}
	what := "`bcetl run` goes on with it; this plan shows a new run (--fresh)"
	if old.Fingerprint != own.Fingerprint {
		what = "`bcetl run` cannot go on with it, for the job, its parameters or its input have changed since; this plan shows a new run (--fresh)"
	}
	s.find("", "unfinished_run", "run %s of this job is unfinished, %d of %d changes done; %s", old.ID, done, all, what)
	return nil
}

// changesOf counts the changes of a run, those that are done and all.
func (s *session) changesOf(ctx context.Context, run *ledger.Run) (done, all int64, err error) {
	for number := range s.file.Job.Steps {
		d, n, err := run.Progress(ctx, number+1)
		if err != nil {
			return 0, 0, err
		}
		done, all = done+d, all+n
	}
	return done, all, nil
}
