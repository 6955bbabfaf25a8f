package apply

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"sync"
	"sync/atomic"

	"bcetl/internal/bigcommerce"
	"bcetl/internal/bigcommerce/catalogue"
	"bcetl/internal/ledger"
	"bcetl/internal/record"
	"bcetl/pipeline"
)

// Planner is the second half of an import's first pass: the items of the run's ledger have been staged and sealed; it looks them
// up, compares, and writes a verdict for each. It makes no write to the store.
type Planner struct {
	Client      *bigcommerce.Client
	Run         *ledger.Run
	Step        int
	Target      Target
	Guards      Guards
	Concurrency int
	Stop        <-chan struct{}
	// Judged is told how many more items have a verdict; it may be nil.
	Judged func(n int64)

	handling *handling
	refs     *refs
	tree     int64
	newNames []newName   // what could be created
	needed   needed      // what ops of rows need of it
	nameOps  []record.Op // what is created
	tally    tally
	looks    LookUps
	more     atomic.Int64 // requests for what the look-up of a key does not give
	orders   orderSearch

	known             map[string]*knownOwner // owners that rows name, by what they say
	counting          sync.Mutex
	opsBelow          map[string]map[int64]int64 // ops by kind and owner
	opWrites, opReads map[string]int64           // requests of kinds of which ops do not tell
}

// LookUps says how keys were looked up, and in exactly how many requests.
type LookUps struct {
	Strategy        Strategy
	Requests        int64 // for the keys, the count of records included
	VariantStrategy Strategy
	VariantRequests int64 // for the SKUs that no product has
	NameRequests    int64 // for the names of brands and categories
}

// Plan is what planning found.
type Plan struct {
	LookUps                   LookUps
	Created, Updated, Deleted int64
	NewNames                  int64
	Guards                    []GuardTripped
	// Requests is how many requests the writes take when none has to be repeated, Reads how many read what they go by just before; both
	// by kind of op.
	Requests, Reads map[string]int64
}

// Plan writes a verdict for every live item of the step. Rows is the number of the input's rows, for the guards.
func (p *Planner) Plan(ctx context.Context, records, rows int64) (*Plan, error) {
	if p.handling = handlingOf(p.Target.Object.Name); p.handling == nil {
		return nil, fmt.Errorf("%s cannot be written", p.Target.Object.Name)
	}
	if err := p.planRefs(ctx); err != nil {
		return nil, err
	}
	if err := p.lookUp(ctx); err != nil {
		return nil, err
	}
	if err := p.eachLive(ctx, "plan records that are not in the store", func(items []record.Item) ([]ledger.Verdict, error) {
		verdicts := make([]ledger.Verdict, len(items))
		for i := range items {
			verdicts[i] = p.absent(&items[i])
		}
		return verdicts, nil
	}); err != nil {
		return nil, err
	}
	if err := p.Run.IndexOps(ctx); err != nil {
		return nil, err
	}
	if err := p.askForRivals(ctx); err != nil {
		return nil, err
	}
	if err := p.rejectRivals(ctx); err != nil {
		return nil, err
	}
	if err := p.planNames(ctx); err != nil {
		return nil, err
	}
	p.looks.Requests += p.more.Load() + p.orders.requests
	plan := &Plan{
		LookUps: p.looks, Created: p.tally.created, Updated: p.tally.updated, Deleted: p.tally.deleted, NewNames: p.tally.names.n,
	}
	var err error
	if plan.Guards, err = p.judgeGuards(ctx, records, rows); err != nil {
		return nil, err
	}
	plan.Requests, plan.Reads, err = p.opRequests(ctx)
	return plan, err
}

// judge hands verdicts to the ledger.
func (p *Planner) judge(ctx context.Context, verdicts []ledger.Verdict) error {
	if len(verdicts) == 0 {
		return nil
	}
	if err := p.Run.Judge(ctx, p.Step, verdicts); err != nil {
		return err
	}
	if p.Judged != nil {
		p.Judged(int64(len(verdicts)))
	}
	return nil
}

// eachLive gives every item without a verdict to work, in pages, and writes down what it says.
func (p *Planner) eachLive(ctx context.Context, what string, work func([]record.Item) ([]ledger.Verdict, error)) error {
	const page = 500
	var after int64
	return p.run(ctx, what, pipeline.Stages[[]record.Item, []ledger.Verdict]{
		Read: func(ctx context.Context) ([]record.Item, error) {
			items, err := p.Run.Live(ctx, p.Step, after, page)
			return nextPage(items, &after, err)
		},
		Work:   func(_ context.Context, items []record.Item) ([]ledger.Verdict, error) { return work(items) },
		Settle: p.judge,
	})
}

func (p *Planner) run(ctx context.Context, what string, stages pipeline.Stages[[]record.Item, []ledger.Verdict]) error {
	if err := pipeline.Run(ctx, pipeline.Config{Concurrency: p.Concurrency, Stop: p.Stop}, stages); err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	return nil
}

// opRequests counts the requests of the planned ops by kind: one for each full batch and for the rest, and one to read each record that
// is written whole. Categories need their parents first, so that a batch of them ends where one needs another of the same batch.
func (p *Planner) opRequests(ctx context.Context) (writes, reads map[string]int64, err error) {
	kinds, err := p.Run.OpKinds(ctx, p.Step)
	if err != nil {
		return nil, nil, err
	}
	writes, reads = map[string]int64{}, map[string]int64{}
	for kind, n := range kinds {
		batch := int64(batchOf(kind))
		writes[kind] = (n + batch - 1) / batch
		if operation, _ := catalogue.OperationNamed(kind); operation.Whole {
			reads[kind] = n
		}
	}
	if categories := catalogue.Categories.Create; writes[categories.Kind] > 0 {
		writes[categories.Kind] = levelBatches(p.nameOps, categories)
	}
	p.ownedWrites(writes)
	maps.Copy(writes, p.opWrites)
	maps.Copy(reads, p.opReads)
	return writes, reads, nil
}

func levelBatches(ops []record.Op, operation catalogue.Operation) (batches int64) {
	ops = slices.DeleteFunc(slices.Clone(ops), func(op record.Op) bool { return op.Kind != operation.Kind })
	for len(ops) > 0 {
		ops = ops[sameLevel(ops[:min(operation.Batch, len(ops))]):]
		batches++
	}
	return batches
}
