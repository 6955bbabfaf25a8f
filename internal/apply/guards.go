package apply

import (
	"fmt"
	"strings"
	"sync"

	"github.com/shopspring/decimal"

	"bcetl/internal/bigcommerce/catalogue"
	"bcetl/internal/job"
	"bcetl/internal/record"
)

// Guards bound what a run may change; they are judged on the whole input, before the first write. A guard without a bound is off.
type Guards struct {
	MinRows int64
	Changes map[string]job.Bound // by name, of limits.max_changes
}

// GuardTripped says that a guard would be passed: nothing was written.
type GuardTripped struct {
	Name    string // the guard's name in limits.max_changes, or min_rows
	Message string
}

// guardNames are the names that --yes=NAME takes, in the order in which guards are judged.
var guardNames = []string{"min_rows", "rows", "create", "delete", "price", "stock", "zero_price", "new_names", "customers", "irreversible"}

// GuardNames lists the names of the guards.
func GuardNames() []string { return guardNames }

// tally counts, while planning, what the guards judge. It is safe for concurrent use.
type tally struct {
	mutex                     sync.Mutex
	created, updated, deleted int64
	zeroPrices                examples
	priceMoves, stockMoves    examples // moves beyond the guard's percentage, or all moves where it is a number
	names                     examples
	customers, irreversible   examples // what may reach customers, and what can never be undone

	// What is told now was told before: it is taken back, or it counts no more and fills the places of examples that were. Nothing else
	// may be told meanwhile.
	back, again bool
}

// by is what an op counts.
func (t *tally) by() int64 {
	switch {
	case t.back:
		return -1
	case t.again:
		return 0
	}
	return 1
}

// tell adds an example, or takes it back.
func (t *tally) tell(e *examples, item *record.Item, format string, args ...any) {
	text := "row " + itemPlace(item) + ": " + format
	switch {
	case t.back:
		e.remove(item.Seq)
	case t.again:
		e.fill(item.Seq, text, args...)
	default:
		e.add(item.Seq, text, args...)
	}
}

// gaps tells whether fewer examples are left than the messages have place for.
func (t *tally) gaps() bool {
	for _, e := range []*examples{&t.zeroPrices, &t.priceMoves, &t.stockMoves, &t.customers, &t.irreversible} {
		if e.gap() {
			return true
		}
	}
	return false
}

func (t *tally) create(item *record.Item, object *catalogue.Object, body *record.Object) {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	t.created += t.by()
	t.note(item, &object.Create, "a new "+object.Singular)
	if isZero(body.Get("price")) {
		t.tell(&t.zeroPrices, item, "a new record at 0")
	}
}

func (t *tally) delete(item *record.Item, object *catalogue.Object) {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	t.deleted += t.by()
	t.note(item, &object.Delete, object.Singular+" "+item.Key)
}

// note counts an op by what the catalogue says of its kind.
func (t *tally) note(item *record.Item, operation *catalogue.Operation, what string) {
	if operation.Reaches {
		t.tell(&t.customers, item, "%s", what)
	}
	if operation.Permanent {
		t.tell(&t.irreversible, item, "%s", what)
	}
}

// reaching gives the first changed field whose change may reach customers.
func reaching(object *catalogue.Object, change *Change) (record.Field, bool) {
	for _, f := range change.Body.Fields() {
		if field, ok := object.Field(f.Name); ok && field.Reaches {
			return f, true
		}
	}
	return record.Field{}, false
}

func (t *tally) update(item *record.Item, object *catalogue.Object, change *Change, g *Guards) {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	t.updated += t.by()
	if f, ok := reaching(object, change); ok && !object.Update.Reaches {
		t.tell(&t.customers, item, "%s %s becomes %s", f.Name, change.Before.Get(f.Name), f.Value)
	}
	t.note(item, &object.Update, strings.Join(change.Changed, ", "))
	priceMoved := false // a record counts once, however many of its prices move
	for _, f := range change.Body.Fields() {
		before := change.Before.Get(f.Name)
		switch f.Name {
		case "price", "sale_price", "retail_price", "cost_price":
			if f.Name == "price" && isZero(f.Value) {
				t.tell(&t.zeroPrices, item, "%s becomes 0", before)
			}
			if !priceMoved && moves(f, before, g.Changes["price"]) {
				priceMoved = true
				t.tell(&t.priceMoves, item, "%s %s becomes %s", f.Name, before, f.Value)
			}
		case "inventory_level":
			if moves(f, before, g.Changes["stock"]) {
				t.tell(&t.stockMoves, item, "%s %s becomes %s", f.Name, before, f.Value)
			}
		}
	}
}

// moves tells whether a number changes from an old value other than 0, where the bound is a percentage by more than that.
func moves(f record.Field, before record.Value, bound job.Bound) bool {
	from, err := before.Decimal()
	if err != nil || from.IsZero() {
		return false
	}
	to, err := f.Value.Decimal()
	if err != nil {
		return false // null: a variant takes its product's again
	}
	// A sale price that ends, or a cost that is no longer known, is not a price that falls to nothing.
	if to.IsZero() && f.Name != "price" && f.Name != "inventory_level" {
		return false
	}
	return !bound.IsPercent || to.Sub(from).Abs().Mul(decimal.NewFromInt(100)).GreaterThan(from.Abs().Mul(bound.Percent))
}

func isZero(v record.Value) bool {
	if v.Kind() != record.Number && v.Kind() != record.Text {
		return false
	}
	d, err := v.Decimal()
	return err == nil && d.IsZero()
}

func itemPlace(item *record.Item) string {
	if len(item.Rows) == 0 {
		return fmt.Sprint(item.Seq)
	}
	return fmt.Sprint(item.Rows[0].Origin.Line)
}

// judge gives the guards that would be passed, of the input's records.
func (t *tally) judge(g *Guards, records, rows int64) []GuardTripped {
	var tripped []GuardTripped
	trip := func(name, format string, args ...any) {
		tripped = append(tripped, GuardTripped{Name: name, Message: fmt.Sprintf(format, args...)})
	}
	if rows < g.MinRows {
		trip("min_rows", "the input has %s, limits.min_rows is %d", counted(rows, "row", "rows"), g.MinRows)
	}
	count := func(name string, n int64, one, many string, examples *examples) {
		bound, ok := g.Changes[name]
		if !ok || n == 0 || !bound.Exceeded(n, records) {
			return
		}
		text := fmt.Sprintf("%s, max_changes.%s is %s", counted(n, one, many), name, bound.Text)
		if examples != nil {
			text += fmt.Sprintf(" (%s)", examples)
		}
		trip(name, "%s", text)
	}
	// A percentage of price and stock was applied to each move already; any that is left is too many.
	moved := func(name string, moves *examples, one, many string) {
		bound, ok := g.Changes[name]
		if ok && moves.n > 0 && (bound.IsPercent || bound.Exceeded(moves.n, records)) {
			trip(name, "%s further than max_changes.%s allows, %s (%s)", counted(moves.n, one, many), name, bound.Text, moves)
		}
	}
	ofAll := fmt.Sprintf("of %d records would change", records)
	count("rows", t.created+t.updated+t.deleted, ofAll, ofAll, nil)
	count("create", t.created, "record would be created", "records would be created", nil)
	count("delete", t.deleted, "record would be deleted", "records would be deleted", nil)
	moved("price", &t.priceMoves, "price moves", "prices move")
	moved("stock", &t.stockMoves, "stock level moves", "stock levels move")
	count("zero_price", t.zeroPrices.n, "price would be 0", "prices would be 0", &t.zeroPrices)
	count("new_names", t.names.n, "brand or category would be created", "brands or categories would be created", &t.names)
	count("customers", t.customers.n, "change may reach customers", "changes may reach customers", &t.customers)
	count("irreversible", t.irreversible.n, "change can never be undone", "changes can never be undone", &t.irreversible)
	return tripped
}

// counted puts a number before the words for one or for many.
func counted(n int64, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}
