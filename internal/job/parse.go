package job

import (
	"path/filepath"
	"slices"
	"time"

	"gopkg.in/yaml.v3"
)

// Parse reads a job file and reports everything that is wrong with it, in the order of the file, as far as it can be
// told without looking at sheets, stores, parameters or the environment. The job is nil only where the file is no YAML
// mapping at all; with diagnostics of another kind it holds what could be read, for further checks.
func Parse(file string, source []byte) (*Job, []Diagnostic) {
	p := &parser{file: file, lines: sourceLines(source)}
	p.job = &Job{File: file, Dir: filepath.Dir(file), Source: source, pending: map[Pos][]pending{}}
	root := p.document(source)
	if root == nil {
		return nil, p.sorted()
	}
	if !p.readJob(root) {
		return nil, p.sorted()
	}
	p.semantics(p.job)
	return p.job, p.sorted()
}

func (p *parser) sorted() []Diagnostic { return Sort(p.found) }

// Objects of the contract which belong to later versions, by the part in which they stand.
var (
	laterInJob    = []string{"checks", "notify", "control", "once"}
	laterInStep   = []string{"once"}
	laterInSource = []string{"files", "parent", "head", "group_start", "once"}
	laterInOutput = []string{"group_by", "once"}
	laterInSink   = []string{"totals", "template", "missing", "control"}
	laterInRule   = []string{"key"}
)

func (p *parser) readJob(n *yaml.Node) bool {
	j := p.job
	var top Step
	var hasSteps bool
	keys := []key{
		{name: "version", need: true, read: p.word(&j.Version, "version", check{"version", func(text, shown string) string {
			if text != "1" {
				return shown + " is not a version that this program reads; expected 1"
			}
			return ""
		}})},
		{name: "name", need: true, read: p.text(&j.Name, "name", notEmpty)},
		{name: "connection", read: p.text(&j.Connection, "connection", notEmpty)},
		{name: "timezone", read: p.word(&j.Timezone, "timezone", isTimezone)},
		{name: "params", read: p.readParams},
		{name: "steps", read: func(n *yaml.Node) {
			hasSteps = true
			p.readSteps(n)
		}},
		{name: "limits", read: p.readLimits},
	}
	written := placing{}
	for _, k := range p.stepKeys(&top, written) {
		if k.name != "name" {
			keys = append(keys, k)
		}
	}
	if !p.object(n, "the job", keys, laterInJob...) {
		return false
	}
	if hasSteps {
		for _, name := range []string{"source", "each", "mapping", "sink", "outputs"} {
			if written[name].Set {
				p.reportScalar(written[name], "conflict", "the job has `steps` and `%s`; with steps, every step has its own `%s`", name, name)
			}
		}
		return true
	}
	p.finishStep(n, "the job", &top, written)
	j.Steps = []Step{top}
	return true
}

var isTimezone = check{"value", func(text, shown string) string {
	if text == "" || text == "Local" {
		return shown + " is not a timezone; expected a name such as Europe/Berlin"
	}
	if _, err := time.LoadLocation(text); err != nil {
		return "unknown timezone " + shown + "; expected a name such as Europe/Berlin or UTC"
	}
	return ""
}}

func (p *parser) readSteps(n *yaml.Node) {
	m := p.enter(n)
	if m == nil {
		return
	}
	if m.Kind != yaml.SequenceNode || len(m.Content) == 0 {
		p.reportNode(m, "type", "steps must be a list of steps, each with name, source, mapping and sink")
		return
	}
	for _, item := range m.Content {
		var step Step
		written := placing{}
		keys := p.stepKeys(&step, written)
		if !p.object(item, "a step", keys, laterInStep...) {
			continue
		}
		p.finishStep(item, "the step", &step, written)
		i := slices.IndexFunc(p.job.Steps, func(other Step) bool { return other.Name.Set && other.Name.Text == step.Name.Text })
		if step.Name.Set && i >= 0 {
			p.reportScalar(step.Name, "duplicate", "two steps are called %s; the first is on line %d", quote(step.Name.Text), p.job.Steps[i].Name.Line)
		}
		p.job.Steps = append(p.job.Steps, step)
	}
}

// stepKeys are the keys that a step has; a job without steps has them itself. What was written is noted.
func (p *parser) stepKeys(step *Step, written placing) []key {
	var single Output
	note := func(name string, read reader) reader {
		return func(n *yaml.Node) {
			written[name] = p.key
			read(n)
			if name != "source" {
				if single.Pos == (Pos{}) {
					single.Pos = position(n)
				}
				step.Outputs = []Output{single}
			}
		}
	}
	return []key{
		{name: "name", need: true, read: p.text(&step.Name, "name", notEmpty)},
		{name: "source", read: note("source", func(n *yaml.Node) { p.readSource(n, &step.Source) })},
		{name: "each", read: note("each", p.text(&single.Each, "each", notEmpty))},
		{name: "mapping", read: note("mapping", p.readMapping(&single.Mapping))},
		{name: "sink", read: note("sink", func(n *yaml.Node) { p.readSink(n, &single.Sink) })},
		{name: "outputs", read: func(n *yaml.Node) {
			written["outputs"] = p.key
			p.readOutputs(n, step)
		}},
	}
}

// finishStep reports what a step lacks or has twice.
func (p *parser) finishStep(n *yaml.Node, what string, step *Step, written placing) {
	if n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	step.Pos = position(n)
	if !written["source"].Set {
		p.reportNode(n, "required", "%s needs `source`", what)
	}
	if written["outputs"].Set {
		for _, name := range []string{"each", "mapping", "sink"} {
			if written[name].Set {
				p.reportScalar(written[name], "conflict", "%s has `outputs` and `%s`; with outputs, every output has its own `%s`", what, name, name)
			}
		}
		for i := range step.Outputs {
			if out := &step.Outputs[i]; !out.mapped && !hasDialect(step, out) {
				p.report(out.Pos, 1, "required", "an output needs `mapping`")
			}
		}
		return
	}
	if !written["mapping"].Set && !written["sink"].Set {
		p.reportNode(n, "required", "%s needs `mapping` and `sink`, or `outputs`", what)
		return
	}
	if !written["mapping"].Set && !hasDialect(step, &step.Outputs[0]) {
		p.reportNode(n, "required", "%s needs `mapping`", what)
	}
	if !written["sink"].Set {
		p.reportNode(n, "required", "%s needs `sink`", what)
	}
}

// hasDialect says whether a dialect maps what the output takes.
func hasDialect(step *Step, out *Output) bool { return DialectOf(step, out).Set }

func (p *parser) readOutputs(n *yaml.Node, step *Step) {
	m := p.enter(n)
	if m == nil {
		return
	}
	if m.Kind != yaml.SequenceNode || len(m.Content) == 0 {
		p.reportNode(m, "type", "outputs must be a list of outputs, each with mapping and sink")
		return
	}
	step.Outputs = nil
	for _, item := range m.Content {
		var out Output
		mapping := p.readMapping(&out.Mapping)
		ok := p.object(item, "an output", []key{
			{name: "name", read: p.text(&out.Name, "name", notEmpty)},
			{name: "each", read: p.text(&out.Each, "each", notEmpty)},
			{name: "where", read: p.expression(&out.Where, "where")},
			{name: "mapping", read: func(n *yaml.Node) {
				out.mapped = true
				mapping(n)
			}},
			{name: "sink", need: true, read: func(n *yaml.Node) { p.readSink(n, &out.Sink) }},
		}, laterInOutput...)
		if !ok {
			continue
		}
		out.Pos = p.placeOf(item)
		step.Outputs = append(step.Outputs, out)
	}
}
