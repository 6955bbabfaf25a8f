package apply

import (
	"fmt"
	"testing"

	"bcetl/internal/bigcommerce/catalogue"
	"bcetl/internal/job"
	"bcetl/internal/record"
)

// TestTallyOfReach counts what may reach customers and what can never be undone, by what the catalogue says of fields and operations.
func TestTallyOfReach(t *testing.T) {
	object := catalogue.Object{
		Name: "letters", Singular: "letter",
		Fields: []catalogue.Field{{Path: "status_id", Reaches: true}, {Path: "notes"}},
		Create: catalogue.Operation{Permanent: true}, Delete: catalogue.Operation{Reaches: true},
	}
	item := func(seq int64, line int) *record.Item {
		return &record.Item{Seq: seq, Key: "K", Rows: []record.Row{{Origin: record.Origin{Line: line}}}}
	}
	change := func(field, before, after string) *Change {
		c := &Change{Body: record.NewObject(1), Before: record.NewObject(1), Changed: []string{field}}
		c.Body.Set(field, record.TextValue(after))
		c.Before.Set(field, record.TextValue(before))
		return c
	}
	guards := &Guards{Changes: map[string]job.Bound{"customers": {Text: "0"}, "irreversible": {Text: "0"}}}
	for _, test := range []struct {
		name string
		work func(*tally)
		want string
	}{
		{
			"a field that reaches customers", func(t *tally) { t.update(item(1, 2), &object, change("status_id", "1", "2"), guards) },
			"[{customers 1 change may reach customers, max_changes.customers is 0 (row 2: status_id 1 becomes 2)}]",
		},
		{"another field", func(t *tally) { t.update(item(1, 2), &object, change("notes", "a", "b"), guards) }, "[]"},
		{"creates for good", func(t *tally) {
			t.create(item(2, 5), &object, record.NewObject(0))
			t.create(item(1, 3), &object, record.NewObject(0))
		}, "[{irreversible 2 changes can never be undone, max_changes.irreversible is 0 (row 3: a new letter; row 5: a new letter)}]"},
		{
			"an operation that reaches customers", func(t *tally) { t.delete(item(1, 2), &object) },
			"[{customers 1 change may reach customers, max_changes.customers is 0 (row 2: letter K)}]",
		},
		{"products do neither", func(t *tally) { t.create(item(1, 2), &catalogue.Products, record.NewObject(0)) }, "[]"},
	} {
		t.Run(test.name, func(t *testing.T) {
			var counted tally
			test.work(&counted)
			if got := fmt.Sprint(counted.judge(guards, 10, 10)); got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
		})
	}
}
