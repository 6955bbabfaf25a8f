package dialects

import (
	_ "embed"
	"fmt"
	"slices"
	"sync"

	"bcetl/internal/job"
)

//go:embed orders_written.yaml
var ordersWritten []byte

//go:embed orders_read.yaml
var ordersRead []byte

// dialect is one form of sheets.
type dialect struct {
	object  string               // whose records its rows are
	written func() []job.Mapping // columns of an export
	read    func() []job.Mapping // fields of an import
	known   []string             // columns beside the written ones that such sheets may have
}

var all = map[string]dialect{
	"bigcommerce-orders": {
		object:  "orders",
		written: parsed("orders_written.yaml", ordersWritten),
		read:    parsed("orders_read.yaml", ordersRead),
		known:   ordersKnown,
	},
}

// parsed reads a mapping of this package once. The tests read all of them.
func parsed(name string, source []byte) func() []job.Mapping {
	return sync.OnceValue(func() []job.Mapping {
		mapping, found := job.ParseMapping(name, source)
		if len(found) > 0 {
			panic(fmt.Sprintf("%s:%d: %s", found[0].File, found[0].Pos.Line, found[0].Message))
		}
		return mapping
	})
}

// Expand gives a copy of a resolved job in which outputs that have a dialect have its whole mapping, changed by their own. What the
// job's own mapping says wrongly is reported; a step of records that the dialect does not hold is left without outputs.
func Expand(j *job.Job) (*job.Job, []job.Diagnostic) {
	expanded := *j
	expanded.Steps = slices.Clone(j.Steps)
	var found []job.Diagnostic
	for i := range expanded.Steps {
		step := &expanded.Steps[i]
		step.Outputs = slices.Clone(step.Outputs)
		outputs := step.Outputs
		for k := range outputs {
			more, holds := expand(j.File, step, &outputs[k])
			if found = append(found, more...); !holds {
				step.Outputs = nil
			}
		}
	}
	return &expanded, found
}

// expand gives an output its mapping; holds is false where the dialect has none for its records.
func expand(file string, step *job.Step, out *job.Output) (found []job.Diagnostic, holds bool) {
	name := job.DialectOf(step, out)
	form, ok := all[name.Text]
	if !ok {
		return nil, true // none, or one that parsing has refused
	}
	object, base := step.Source.Object, form.written
	if out.Sink.Object.Set {
		object, base = out.Sink.Object, form.read
	}
	if object.Text != form.object {
		return []job.Diagnostic{diagnostic(file, name, "dialect", "a sheet of %s holds %s, not %s", name.Text, form.object, object)}, false
	}
	m := merging{file: file, dialect: name, columns: !out.Sink.Object.Set}
	for _, mapping := range base() {
		if m.columns || wanted(&mapping, &out.Sink) {
			mapping = mapping.At(name.Pos)
			mapping.Rule.Native = true
			if mapping.Rule.Each != nil {
				mapping.Rule.Each.Unpack = ProductDetailsName
			}
			m.native = append(m.native, mapping)
		}
	}
	out.Mapping, found = m.with(out.Mapping)
	return found, true
}

// wanted tells which of a dialect's fields a sink takes: of the two keys that by which records are found, for a delete nothing else,
// and for an update nothing that only a new record takes.
func wanted(mapping *job.Mapping, sink *job.Sink) bool {
	match, mode := sink.Match.Text, sink.Mode.Text
	if match == "" {
		match = "external_order_id"
	}
	switch target := mapping.Target.Text; {
	case target == "id" || target == "external_order_id":
		return target == match
	case mode == "delete":
		return false
	}
	return mapping.Rule.Only.Text != "create" || mode == "create" || mode == "upsert"
}

func diagnostic(file string, at job.Scalar, rule, format string, arguments ...any) job.Diagnostic {
	return job.Diagnostic{
		File: file, Pos: at.Pos, Length: max(1, len([]rune(at.Text))), Rule: rule, Message: fmt.Sprintf(format, arguments...),
	}
}
