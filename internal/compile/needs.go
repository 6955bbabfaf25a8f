package compile

import (
	"regexp"
	"slices"
	"strings"

	"bcetl/internal/bigcommerce/catalogue"
	"bcetl/internal/job"
)

// Need is a scope that a token must have, by its name in the control panel.
type Need struct {
	Scope  string
	Modify bool
}

func (n Need) String() string {
	if n.Modify {
		return n.Scope + ": modify"
	}
	return n.Scope + ": read-only"
}

// Needs are scopes, each once: what changes something first.
type Needs []Need

func (n Needs) String() string { return strings.Join(n.Texts(), ", ") }

// Texts gives each by itself.
func (n Needs) Texts() []string {
	var texts []string
	for _, one := range n {
		texts = append(texts, one.String())
	}
	return texts
}

// Of gives what is needed of a scope.
func (n Needs) Of(scope string) (Need, bool) {
	i := slices.IndexFunc(n, func(one Need) bool { return one.Scope == scope })
	if i < 0 {
		return Need{}, false
	}
	return n[i], true
}

// With adds what is not there yet; modify allows reading as well, and takes the place of read-only.
func (n Needs) With(more ...Need) Needs {
	for _, one := range more {
		i := slices.IndexFunc(n, func(known Need) bool { return known.Scope == one.Scope })
		switch {
		case one.Scope == "":
		case i < 0:
			n = append(n, one)
		case one.Modify:
			n[i].Modify = true
		}
	}
	slices.SortStableFunc(n, func(a, b Need) int {
		switch {
		case a.Modify == b.Modify:
			return 0
		case a.Modify:
			return -1
		}
		return 1
	})
	return n
}

// Needs lists the least scopes that the token of a connection must have for the job's steps; "" takes all connections together.
func (f *File) Needs(connection string) Needs {
	var all Needs
	asked := false // of the job's own connection
	uses := func(own job.Scalar) bool {
		if !own.Set {
			own = f.Job.Connection
		}
		uses := connection == "" || own.Text == connection
		asked = asked || uses && own.Text == f.Job.Connection.Text
		return uses
	}
	for i := range f.Job.Steps {
		step := &f.Job.Steps[i]
		if step.Source.Object.Set && uses(step.Source.Connection) {
			for _, scope := range readScopes(step) {
				all = all.With(Need{Scope: scope})
			}
			for j := range step.Outputs {
				all = all.With(lookupNeeds(step.Outputs[j].Mapping)...)
			}
		}
		for j := range step.Outputs {
			sink := &step.Outputs[j].Sink
			if sink.Object.Set && uses(sink.Connection) {
				all = all.With(Need{Scope: ScopeOf(sink.Object.Text), Modify: true}).With(lookupNeeds(step.Outputs[j].Mapping)...)
				all = all.With(productNeeds(sink.Object.Text, step.Outputs[j].Mapping)...)
			}
		}
	}
	if asked && f.NeedsStoreFacts() {
		all = all.With(Need{Scope: catalogue.ScopeInformation})
	}
	return all
}

// lookupScopes are what looking names up takes, by the kind of look-up.
var lookupScopes = map[string]string{
	"brand": catalogue.Products.Scope, "category": catalogue.Products.Scope, "product": catalogue.Products.Scope,
	"customer": catalogue.ScopeCustomers, "order": catalogue.Orders.Scope, "order_status": catalogue.Orders.Scope, "promotion": catalogue.Coupons.Scope,
	"channel": catalogue.Channels.Scope,
}

func lookupNeeds(mapping []job.Mapping) []Need {
	var all []Need
	anyRule(mapping, func(m *job.Mapping) bool {
		all = append(all, Need{Scope: lookupScopes[m.Rule.Lookup.Text]})
		return false
	})
	return all
}

// productNeeds is what an order with lines of the catalogue takes beside its own scope (Orders overview of the documentation).
func productNeeds(object string, mapping []job.Mapping) []Need {
	if object == catalogue.Orders.Name && anyRule(mapping, func(m *job.Mapping) bool {
		return strings.HasSuffix(m.Target.Text, "product_id") || strings.HasSuffix(m.Target.Text, "variant_id")
	}) {
		return []Need{{Scope: catalogue.Products.Scope}}
	}
	return nil
}

// AccessNeeds lists the scopes that a connection must have for what its access names.
func AccessNeeds(opened []string) Needs {
	var all Needs
	for _, object := range opened {
		all = all.With(Need{Scope: ScopeOf(object), Modify: true})
	}
	return all
}

// ScopeOf is the scope that an object belongs to; objects that are written together share one. "" where there is no such object.
func ScopeOf(object string) string {
	if found, ok := catalogue.Find(object); ok {
		return found.Scope
	}
	return ""
}

// notPath matches what stands between the paths in an expression.
var notPath = regexp.MustCompile(`[^A-Za-z0-9_.\[\]]+`)

// readScopes lists what a token needs to read a step's source: the object's scope, and those of the parts that its rules name.
func readScopes(step *job.Step) []string {
	object, ok := catalogue.Find(step.Source.Object.Text)
	if !ok {
		return nil
	}
	texts := []job.Scalar{step.Source.Where}
	for _, assert := range step.Source.Assert {
		texts = append(texts, assert.That)
	}
	for i := range step.Outputs {
		output := &step.Outputs[i]
		texts = append(texts, output.Each, output.Where)
		anyRule(output.Mapping, func(m *job.Mapping) bool {
			texts = append(append(texts, m.Rule.From...), m.Rule.Expr, m.Rule.Assert)
			return false
		})
	}
	var paths []string
	for _, text := range texts {
		paths = append(paths, notPath.Split(text.Text, -1)...)
	}
	return object.Scopes(paths)
}
