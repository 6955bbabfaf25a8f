package job

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"time"
)

// Environment is what placeholders take their values from.
type Environment struct {
	Params     map[string]string                 // of the command line, by name
	Env        func(name string) (string, bool)  // environment variables
	Now        time.Time                         // for ${date} and ${yesterday}
	Location   *time.Location                    // their timezone where the job names none; nil is UTC
	RunID      string                            // ${run_id}
	Connection string                            // ${connection} where the command line names one; else the job's
	LastRun    func(field string) (string, bool) // ${last_run:field}; not ok where no such run or value is known
	// Static resolves without secrets, ledger or command line: what is not known there (environment variables, the last
	// run, the run's id, required parameters) is empty and no error; the texts that it is part of are Unknown.
	Static bool
}

// Resolve gives a copy of the job in which every text but expressions and names has its placeholders replaced, and the
// values of parameters are set (ParamValues). Values are plain text: nothing in them is read as YAML or as a
// placeholder again. The checks of Parse that had to wait for a value are made here. Values of the environment mark
// their scalars Secret and stand in no diagnostic. A job that was resolved is not resolved again: a literal `${` of
// the first time would be taken for a placeholder.
func (j *Job) Resolve(env Environment) (*Job, []Diagnostic) {
	p := &parser{file: j.File, lines: sourceLines(j.Source), job: j}
	r := &resolver{parser: p, env: env, values: map[string]value{}, state: map[string]int{}}
	for _, param := range j.Params {
		r.declared = append(r.declared, param.Name.Text)
	}
	r.commandLine()
	r.setLocation()
	for _, param := range j.Params {
		r.param(param.Name.Text)
	}
	resolved := *j
	resolved.values = r.values
	r.tree(reflect.ValueOf(&resolved).Elem())
	p.semantics(&resolved)
	return &resolved, p.sorted()
}

// ParamValues are the values of the parameters of a resolved job. Those without a value are not in it.
func (j *Job) ParamValues() map[string]string {
	values := map[string]string{}
	for name, v := range j.values {
		if v.has {
			values[name] = v.text
		}
	}
	return values
}

// ParamTypes are the types of all declared parameters: text, int, decimal, bool or date.
func (j *Job) ParamTypes() map[string]string {
	types := map[string]string{}
	for _, param := range j.Params {
		types[param.Name.Text] = param.typeName()
	}
	return types
}

// resolver replaces the placeholders of one job.
type resolver struct {
	*parser
	env      Environment
	location *time.Location
	declared []string // names of parameters
	values   map[string]value
	state    map[string]int // of parameters: 1 being resolved, 2 done
	trail    []string       // parameters being resolved, outermost first
	literal  *literal       // of the `each` that is being resolved
}

// value is what a placeholder stands for.
type value struct {
	text    string
	has     bool // there is a value
	secret  bool // from the environment
	unknown bool // not known in a static check
	failed  bool // reported already
}

// builtins are the placeholders that are not parameters.
var builtins = []string{"connection", "date", "env", "last_run", "run_id", "yesterday"}

func (r *resolver) commandLine() {
	for _, name := range slices.Sorted(maps.Keys(r.env.Params)) {
		if !slices.Contains(r.declared, name) {
			// The command line has no place in the file.
			r.found = append(r.found, Diagnostic{
				File: r.file, Rule: "param",
				Message: fmt.Sprintf("--param %s: the job declares no such parameter%s", name, Alternatives(name, r.declared)),
			})
		}
	}
}

// setLocation settles the timezone of dates, which a placeholder may name.
func (r *resolver) setLocation() {
	r.location = r.env.Location
	if r.location == nil {
		r.location = time.UTC
	}
	if !r.job.Timezone.Set {
		return
	}
	quiet := *r
	quiet.parser = &parser{file: r.file, lines: r.lines, job: r.job}
	quiet.values, quiet.state = map[string]value{}, map[string]int{}
	if zone := quiet.scalar(r.job.Timezone); zone.Text != "" {
		if location, err := time.LoadLocation(zone.Text); err == nil {
			r.location = location
		}
	}
}

var (
	scalarType = reflect.TypeFor[Scalar]()
	posType    = reflect.TypeFor[Pos]()
)

// tree replaces the texts of a value in place, after giving it slices and pointers of its own.
func (r *resolver) tree(v reflect.Value) {
	switch v.Kind() {
	case reflect.Struct:
		if v.Type() == scalarType {
			v.Set(reflect.ValueOf(r.scalar(v.Interface().(Scalar))))
			return
		}
		if v.Type() == posType {
			return
		}
		if rule, ok := v.Addr().Interface().(*Rule); ok && rule.Each != nil && len(rule.Each.Values) > 0 && len(rule.Fields) > 0 {
			r.elements(rule)
			return
		}
		for i := range v.NumField() {
			field := v.Type().Field(i)
			switch tag := field.Tag.Get("job"); {
			case !field.IsExported(), tag == "key", tag == "param", tag == "expr" && field.Type == scalarType:
			case tag == "expr":
				r.own(v.Field(i))
			default:
				r.tree(v.Field(i))
			}
		}
	case reflect.Slice:
		r.own(v)
		for i := range v.Len() {
			r.tree(v.Index(i))
		}
	case reflect.Pointer:
		if !v.IsNil() {
			copied := reflect.New(v.Type().Elem())
			copied.Elem().Set(v.Elem())
			r.tree(copied.Elem())
			v.Set(copied)
		}
	}
}

// own gives a field a slice of its own.
func (r *resolver) own(v reflect.Value) {
	if v.Kind() == reflect.Slice && !v.IsNil() && v.Type().Elem().Kind() != reflect.Uint8 {
		copied := reflect.MakeSlice(v.Type(), v.Len(), v.Len())
		reflect.Copy(copied, v)
		v.Set(copied)
	}
}

// scalar replaces the placeholders of one text and makes the checks that waited for it.
func (r *resolver) scalar(s Scalar) Scalar {
	if !s.Set || !strings.Contains(s.Text, "${") {
		return s
	}
	pieces, err := splitPlaceholders(s.Text)
	if err != nil {
		r.reportScalar(s, "param", "%s", err)
		return s
	}
	v := r.join(s, pieces)
	out := s
	out.Text, out.Secret, out.Unknown = v.text, v.secret, v.unknown || v.failed
	if out.Unknown {
		return out
	}
	shown := quote(shorten(out.Text))
	if out.Secret {
		shown = "the value of " + shorten(s.Text)
	}
	for _, waiting := range r.job.pending[s.Pos] {
		if message := waiting.check.look(out.Text, shown); message != "" {
			if !out.Secret {
				message += fmt.Sprintf(" (from %s)", shorten(s.Text))
			}
			r.reportScalar(s, waiting.check.rule, "%s: %s", waiting.what, message)
			break
		}
	}
	return out
}

// join puts a text together from its pieces.
func (r *resolver) join(s Scalar, pieces []piece) value {
	var text strings.Builder
	whole := value{has: true}
	for _, piece := range pieces {
		if !piece.placeholder {
			text.WriteString(piece.literal)
			continue
		}
		v := r.placeholder(s, piece)
		text.WriteString(v.text)
		whole.secret = whole.secret || v.secret
		whole.unknown = whole.unknown || v.unknown
		whole.failed = whole.failed || v.failed
	}
	whole.text = text.String()
	return whole
}
