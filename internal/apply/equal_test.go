package apply

import (
	"testing"

	"bcetl/internal/bigcommerce/catalogue"
	"bcetl/internal/record"
)

// TestEmptyIsEmpty: a store shows a text without a value as null or as "", and emptying it again is no change; a variant's null means
// something else than its "".
func TestEmptyIsEmpty(t *testing.T) {
	note := &catalogue.Field{Type: catalogue.Text, Clear: catalogue.ClearText}
	code := &catalogue.Field{Type: catalogue.Text, Clear: catalogue.ClearNull}
	for _, test := range []struct {
		field      *catalogue.Field
		want, have record.Value
		equal      bool
	}{
		{note, record.TextValue(""), record.NullValue(), true},
		{note, record.TextValue(""), record.TextValue(""), true},
		{note, record.TextValue(""), record.Value{}, false},
		{note, record.TextValue("a"), record.NullValue(), false},
		{note, record.TextValue(""), record.TextValue("a"), false},
		{code, record.TextValue(""), record.NullValue(), false},
		{code, record.NullValue(), record.NullValue(), true},
	} {
		if got := equal(test.field, test.want, test.have); got != test.equal {
			t.Errorf("%s: %q against %q (%s): %t", test.field.Clear, test.want, test.have, test.have.Kind(), got)
		}
	}
}
