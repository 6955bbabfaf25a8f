package apply

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"

	"bcetl/internal/bigcommerce"
	"bcetl/internal/bigcommerce/catalogue"
	"bcetl/internal/ledger"
	"bcetl/internal/record"
)

// handling is what is peculiar to one object: how planning finds its records and decides about them, and how a run sends its ops and
// finds again what came of them. What is nil is done in the usual way, which the comment names. See the package's documentation.
type handling struct {
	object *catalogue.Object
	// operations are those that a run uses. The creates of all objects come first, in the order of handlings, deletes last.
	operations []catalogue.Operation
	// isName says that rows refer to the records by name: what creates them is shared by rows, and a record of the name is as good as an
	// own one, whatever else it holds.
	isName bool

	// prepare brings a mapped document into the form in which it is compared. Usual: nothing is done.
	prepare func(doc *record.Object)
	// inTurn says that ops of one owner are sent one after the other, in the order of the sheet.
	inTurn bool

	// lookUp writes a verdict for each live item whose record the store has. Usual: by the natural key, in the cheapest way.
	lookUp func(ctx context.Context, p *Planner) error
	// paths are what is read of a record to compare the mapped fields. Usual: Target.ownPaths.
	paths func(t *Target) []record.Path
	// refuse gives the reason why a record that was found is left alone. Usual: nothing is.
	refuse func(p *Planner, item *record.Item, f *found) *record.Problem
	// onlyCreated are the lists of a record that are sent when it is created and left alone afterwards.
	onlyCreated []string
	// adjust takes out of a change what the store would not take, and says so. Usual: nothing.
	adjust func(change *Change, doc *record.Object, f *found) *record.Problem
	// absent decides about an item whose record the store has not. Usual: Planner.usuallyAbsent.
	absent func(p *Planner, item *record.Item) ledger.Verdict
	// complete fills a create's body with what goes without saying, or gives the reason why it cannot be sent. Usual: nothing.
	complete func(t *Target, body *record.Object) *record.Problem

	// element gives what is sent for an op. Usual: Executor.usualElement, the body with names replaced by ids.
	element func(ctx context.Context, e *Executor, kind opKind, op *record.Op) (json.RawMessage, *record.Problem, error)
	// send makes the request of ops that go together; elements are nil for deletes by ids. Usual: Executor.usuallySend.
	send func(ctx context.Context, e *Executor, kind opKind, ops []record.Op, elements []json.RawMessage) (*bigcommerce.WriteResult, error)
	// created finds the records that creates would make, by the op's id, with the fields that the op sends. It is asked after a lost
	// answer, after a crash and before a saved plan is applied. Creates of objects without it are never sent again.
	created func(ctx context.Context, e *Executor, kind opKind, ops []record.Op) (map[int64]bigcommerce.Record, error)
	// lagging says that nothing but time tells whether a create whose answer was lost is still under way in the store, for it keeps no
	// key unique: it is looked up again a while later before it is taken for lost. Needed of every object of which that holds.
	lagging bool
	// createdAtOnce is how many creates created is asked for at once, 0 is one. Those of records below another one are below the same.
	createdAtOnce int
	// keys is how many creates are looked for at once where created asks for one key a request. Usual: not at once.
	keys *keyList
	// stored reads the records that updates and deletes are about, by the op's target; one that is gone is left out. Usual:
	// Executor.usuallyStored, by the id.
	stored func(ctx context.Context, e *Executor, ops []record.Op) (map[int64]*record.Object, error)
	// isGone tells whether a record that can still be read is what a delete leaves. Usual: none is.
	isGone func(now *record.Object) bool
}

// handlings lists what can be written, in the order in which ops are carried out: what others need comes first.
func handlings() []*handling {
	return []*handling{
		categoryHandling(), brandHandling(), productHandling(), variantHandling(), couponHandling(), orderHandling(), shipmentHandling(),
		codeHandling(), codeBatchHandling(),
	}
}

// handlingOf gives the handling of the object of that name; nil where it cannot be written.
func handlingOf(object string) *handling {
	for _, h := range handlings() {
		if h.object.Name == object {
			return h
		}
	}
	return nil
}

// Writable lists the objects that a job's sink may name.
func Writable() []*catalogue.Object {
	var objects []*catalogue.Object
	for _, h := range handlings() {
		if !h.isName {
			objects = append(objects, h.object)
		}
	}
	return objects
}

// opKind is a kind of ops: the catalogue's operation with the handling of its object.
type opKind struct {
	catalogue.Operation
	*handling
}

func (k opKind) creates() bool { return k.Method == http.MethodPost }

func (k opKind) updates() bool { return k.Method == http.MethodPut }

func (k opKind) deletes() bool { return k.Method == http.MethodDelete }

// opKinds is the order in which ops are carried out: creates, then updates, deletes last; what others need comes first.
func opKinds() []opKind {
	var kinds []opKind
	for _, is := range []func(opKind) bool{opKind.creates, opKind.updates, opKind.deletes} {
		for _, h := range handlings() {
			for _, operation := range h.operations {
				if kind := (opKind{operation, h}); is(kind) {
					kinds = append(kinds, kind)
				}
			}
		}
	}
	return kinds
}

// kindNamed gives the kind of that name, such as "products.update".
func kindNamed(name string) (opKind, error) {
	for _, kind := range opKinds() {
		if kind.Kind == name {
			return kind, nil
		}
	}
	return opKind{}, fmt.Errorf("the catalogue has no %s that can be written", name)
}
