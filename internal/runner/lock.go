package runner

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"bcetl/internal/compile"
	"bcetl/internal/ledger"
)

// holder is what a lock's file says about who holds it.
func (w *World) holder(id string) string {
	return fmt.Sprintf("run %s, %s", id, w.process())
}

// process is what a lock says of who holds it where no run has begun yet.
func (w *World) process() string {
	return fmt.Sprintf("process %d, since %s", os.Getpid(), w.Now().UTC().Format(time.RFC3339))
}

// locks are the locks of one run, freed together.
type locks []*ledger.Lock

func (l locks) release() error {
	var err error
	for _, lock := range l {
		err = errors.Join(err, lock.Release())
	}
	return err
}

// lockRun takes the locks of a run: one run of a job and store at a time, and one writer for each store and object on this computer.
func (w *World) lockRun(ctx context.Context, r *Prepared, o *Options) (locks, error) {
	name, hash := r.File.Job.Name.Text, ""
	if main, ok := r.Stores[r.File.Job.Connection.Text]; ok {
		hash = main.Hash
	}
	// A first interrupt ends the waiting.
	ctx, cancel := w.UntilStopped(ctx)
	defer cancel()
	var taken locks
	take := func(path, what string) error {
		lock, err := ledger.Acquire(ctx, path, what, w.holder(r.id), o.LockWait)
		if err == nil {
			taken = append(taken, lock)
		}
		return err
	}
	path := filepath.Join(w.stateDirOf(o, r.File), "locks", ledger.LockName(name, hash))
	what := "job " + name
	if hash != "" {
		what += " of store " + hash
	}
	if err := take(path, what); err != nil {
		return nil, err
	}
	if o.DryRun {
		return taken, nil
	}
	for _, target := range writtenObjects(r) {
		path := filepath.Join(w.machineDir(), "bcetl", "locks", ledger.LockName(target.store, target.host, target.object))
		if err := take(path, fmt.Sprintf("writing %s of store %s", target.object, target.store)); err != nil {
			return nil, errors.Join(err, taken.release())
		}
	}
	return taken, nil
}

// storeObject is an object of a store. The host tells apart stores on this computer that have one hash.
type storeObject struct{ store, host, object string }

// writtenObjects lists what the job's steps write, each once. The embedded emulator is a store of its state
// folder's own, so the lock of its state is enough.
func writtenObjects(r *Prepared) []storeObject {
	var targets []storeObject
	seen := map[storeObject]bool{}
	for i := range r.File.Job.Steps {
		for _, output := range r.File.Job.Steps[i].Outputs {
			if !output.Sink.Object.Set {
				continue
			}
			st := r.storeFor(output.Sink.Connection)
			if st == nil || st.Name == EmulatorName {
				continue
			}
			// Variants are written with their products: one lock for both.
			target := storeObject{st.Hash, st.host, compile.ScopeOf(output.Sink.Object.Text)}
			if !seen[target] {
				seen[target] = true
				targets = append(targets, target)
			}
		}
	}
	// In one order for all jobs: two that take the same locks in different orders would wait for each other.
	slices.SortFunc(targets, func(a, b storeObject) int {
		return cmp.Or(cmp.Compare(a.host, b.host), cmp.Compare(a.store, b.store), cmp.Compare(a.object, b.object))
	})
	return targets
}

// machineDir is where locks lie that all state folders of this user share. It must be one place for a person at the keyboard and for
// cron, which a session's runtime folder is not.
func (w *World) machineDir() string {
	if w.CacheDir != "" {
		return w.CacheDir
	}
	return os.TempDir()
}
