package apply

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"sync/atomic"
	"time"

	"bcetl/internal/bigcommerce"
	"bcetl/internal/bigcommerce/catalogue"
	"bcetl/internal/ledger"
	"bcetl/internal/record"
	"bcetl/pipeline"
)

// Executor is an import's second pass: it carries out the planned ops of the ledger, each kind in batches as large as its endpoint
// takes. It never reads the sheet.
type Executor struct {
	Client      *bigcommerce.Client
	Run         *ledger.Run
	Step        int
	Concurrency int
	Stop        <-chan struct{}
	// MaxRejects ends the run once more ops of items than that have failed; negative is no limit. AlreadyRejected counts the items that
	// planning rejected.
	MaxRejects, AlreadyRejected int64
	// Reached is told of the points that a request passes: commit (the intent is durable, nothing is sent), answer (the answer was
	// read, its outcome is not written). It may be nil.
	Reached func(point string)
	// Lists is the list policy by target, as the job has it: add (the default), replace, remove.
	Lists map[string]string
	// Again holds the ops of creates that an earlier process had sent and the store did not have. Settle notes them; Verify and Apply, which
	// another Executor may do, take what they find later for the run's own.
	Again map[int64]bool
	// Quiet is for how long it is known that no earlier process of the run has a request under way.
	Quiet time.Duration
	// Waits is told that Settle waits so long before it looks for so many records whose creates may still be under way; it may be nil.
	Waits func(rest time.Duration, creates int64, object *catalogue.Object)
	// Applied is told how many more ops have been carried out; it may be nil.
	Applied func(n int64)

	failed atomic.Int64
	ended  atomic.Bool                           // an error of the run's came: nothing more is sent
	names  map[string]map[string]ledger.RefEntry // kind -> folded name, of those that this run creates

	orders orderSearch

	mutex   sync.Mutex
	refused map[int64]*record.Problem // by op, of names that the store would not create
}

// ErrTooManyRejects ends a run that passed limits.max_rejects.
var ErrTooManyRejects = errors.New("more rows were rejected than limits.max_rejects allows")

// batchOf is how many ops of the kind one request takes.
func batchOf(kind string) int {
	op, ok := catalogue.OperationNamed(kind)
	if !ok { // ops are made from the catalogue
		panic("apply: unknown kind of op " + kind)
	}
	return max(1, op.Batch)
}

// Apply carries out all planned ops of the step. A nil error means that each of them was done, failed, or is in doubt by itself; an
// error is the run's, and what was not sent stays planned.
func (e *Executor) Apply(ctx context.Context) error {
	if e.rejectsPassed() {
		return ErrTooManyRejects
	}
	for _, kind := range opKinds() {
		if err := e.applyKind(ctx, kind); err != nil {
			return fmt.Errorf("%s: %w", kind.Kind, err)
		}
	}
	return nil
}

func (e *Executor) reached(point string) {
	if e.Reached != nil {
		e.Reached(point)
	}
}

// stopped tells whether the run was told to stop.
func (e *Executor) stopped() bool {
	select {
	case <-e.Stop:
		return true
	default:
		return false
	}
}

func (e *Executor) rejectsPassed() bool {
	return e.MaxRejects >= 0 && e.AlreadyRejected+e.failed.Load() > e.MaxRejects
}

// applyKind runs one kind. Categories go level by level, for a child needs its parent's id.
func (e *Executor) applyKind(ctx context.Context, kind opKind) error {
	if err := e.loadNames(ctx); err != nil {
		return err
	}
	reader := &opReader{run: e.Run, step: e.Step, kind: kind.Kind, batch: max(1, kind.Batch), byLevel: kind.Kind == catalogue.Categories.Create.Kind}
	if kind.object.Owned() {
		reader.owner = kind.object.OfField
	}
	if kind.inTurn {
		reader.batch = mostInTurn
	}
	concurrency := e.Concurrency
	if reader.byLevel {
		concurrency = 1
	}
	if kind.MaxInFlight > 0 {
		concurrency = min(concurrency, kind.MaxInFlight)
	}
	return pipeline.Run(ctx, pipeline.Config{Concurrency: concurrency, Stop: e.Stop}, pipeline.Stages[[]record.Op, int]{
		Read: reader.next,
		Work: func(ctx context.Context, ops []record.Op) (int, error) { return e.requests(ctx, kind, ops) },
		Settle: func(_ context.Context, n int) error {
			if e.Applied != nil && n > 0 {
				e.Applied(int64(n))
			}
			return nil
		},
	})
}

// mostInTurn is how many ops of one owner go one after the other; it bounds what is in memory.
const mostInTurn = 1000

// requests carries out ops in requests of the kind's size, one after the other, and gives how many it went through. What it leaves out
// because the run has ended stays planned.
func (e *Executor) requests(ctx context.Context, kind opKind, ops []record.Op) (int, error) {
	size := max(1, kind.Batch)
	for at := 0; at < len(ops); at += size {
		switch {
		case e.ended.Load(), at > 0 && e.stopped():
			return at, nil
		case e.rejectsPassed():
			return at, ErrTooManyRejects
		}
		if err := e.carryOut(ctx, kind, ops[at:min(at+size, len(ops))]); err != nil {
			e.ended.Store(true)
			return at, err
		}
	}
	return len(ops), nil
}

// loadNames reads the names that this run creates; ids come from their ops as they are done.
func (e *Executor) loadNames(ctx context.Context) error {
	e.names = map[string]map[string]ledger.RefEntry{}
	for _, kind := range []string{"brand", "category"} {
		entries, err := e.Run.Refs(ctx, kind)
		if err != nil {
			return err
		}
		e.names[kind] = map[string]ledger.RefEntry{}
		for _, entry := range entries {
			if entry.Op == 0 {
				continue
			}
			if entry.ID, err = e.Run.CreatedBy(ctx, entry.Op); err != nil {
				return err
			}
			e.names[kind][entry.Fold] = entry
		}
	}
	return nil
}

// opReader forms batches of planned ops of one kind. It reads them from the ledger a page at a time.
type opReader struct {
	run     *ledger.Run
	step    int
	kind    string
	batch   int
	byLevel bool   // a batch holds ops of one depth (N) only
	owner   string // field with the id of what records lie below: a batch holds ops of one only; "" of other records
	after   int64
	ahead   []record.Op
}

func (r *opReader) next(ctx context.Context) ([]record.Op, error) {
	if len(r.ahead) < r.batch {
		page := max(r.batch, 1000)
		ops, err := r.run.Ops(ctx, r.step, r.kind, r.after, page)
		if err != nil {
			return nil, err
		}
		if len(ops) > 0 {
			r.after = ops[len(ops)-1].ID
		}
		r.ahead = append(r.ahead, ops...)
	}
	if len(r.ahead) == 0 {
		return nil, io.EOF
	}
	n := min(r.batch, len(r.ahead))
	if r.byLevel {
		n = sameLevel(r.ahead[:n])
	}
	if r.owner != "" {
		n = sameOwner(r.ahead[:n], r.owner)
	}
	ops := r.ahead[:n:n]
	r.ahead = r.ahead[n:]
	return ops, nil
}

// sameLevel is how many of the ops, from the first on, need none of each other.
func sameLevel(ops []record.Op) int {
	ids := map[int64]bool{}
	for i := range ops {
		for _, need := range ops[i].Needs {
			if ids[need] {
				return i
			}
		}
		ids[ops[i].ID] = true
	}
	return len(ops)
}
