package mappings

import (
	"maps"
	"slices"

	"bcetl/internal/record"
)

// table replaces texts by constants.
type table struct {
	values map[string]value
	other  *value // else
}

func (t *table) find(text string) (value, *record.Problem) {
	if v, ok := t.values[text]; ok {
		return v, nil
	}
	if t.other != nil {
		return *t.other, nil
	}
	known := slices.Sorted(maps.Keys(t.values))
	return value{}, problem(CodeNotInTable, "the table does not have %s; it has %s", quote(text), listSome(known))
}
