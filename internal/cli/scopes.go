package cli

import (
	"regexp"
	"slices"
	"strings"

	"bcetl/internal/bigcommerce/catalogue"
	"bcetl/internal/job"
)

// need is a scope that a token must have, by its name in the control panel.
type need struct {
	scope  string
	modify bool
}

func (n need) String() string {
	if n.modify {
		return n.scope + ": modify"
	}
	return n.scope + ": read-only"
}

// needs are scopes, each once: what changes something first.
type needs []need

func (n needs) String() string { return strings.Join(n.texts(), ", ") }

func (n needs) texts() []string {
	var texts []string
	for _, one := range n {
		texts = append(texts, one.String())
	}
	return texts
}

// of gives what is needed of a scope.
func (n needs) of(scope string) (need, bool) {
	i := slices.IndexFunc(n, func(one need) bool { return one.scope == scope })
	if i < 0 {
		return need{}, false
	}
	return n[i], true
}

// with adds what is not there yet; modify allows reading as well, and takes the place of read-only.
func (n needs) with(more ...need) needs {
	for _, one := range more {
		i := slices.IndexFunc(n, func(known need) bool { return known.scope == one.scope })
		switch {
		case one.scope == "":
		case i < 0:
			n = append(n, one)
		case one.modify:
			n[i].modify = true
		}
	}
	slices.SortStableFunc(n, func(a, b need) int {
		switch {
		case a.modify == b.modify:
			return 0
		case a.modify:
			return -1
		}
		return 1
	})
	return n
}

// needs lists the least scopes that the token of a connection must have for the job's steps; "" takes all connections together.
func (f *jobFile) needs(connection string) needs {
	var all needs
	asked := false // of the job's own connection
	uses := func(own job.Scalar) bool {
		if !own.Set {
			own = f.job.Connection
		}
		uses := connection == "" || own.Text == connection
		asked = asked || uses && own.Text == f.job.Connection.Text
		return uses
	}
	for i := range f.job.Steps {
		step := &f.job.Steps[i]
		if step.Source.Object.Set && uses(step.Source.Connection) {
			for _, scope := range readScopes(step) {
				all = all.with(need{scope: scope})
			}
			for j := range step.Outputs {
				all = all.with(lookupNeeds(step.Outputs[j].Mapping)...)
			}
		}
		for j := range step.Outputs {
			sink := &step.Outputs[j].Sink
			if sink.Object.Set && uses(sink.Connection) {
				all = all.with(need{scope: scopeOf(sink.Object.Text), modify: true}).with(lookupNeeds(step.Outputs[j].Mapping)...)
				all = all.with(productNeeds(sink.Object.Text, step.Outputs[j].Mapping)...)
			}
		}
	}
	if asked && f.needsStoreFacts() {
		all = all.with(need{scope: catalogue.ScopeInformation})
	}
	return all
}

// lookupScopes are what looking names up takes, by the kind of look-up.
var lookupScopes = map[string]string{
	"brand": catalogue.Products.Scope, "category": catalogue.Products.Scope, "product": catalogue.Products.Scope,
	"customer": catalogue.ScopeCustomers, "order": catalogue.Orders.Scope, "order_status": catalogue.Orders.Scope, "promotion": catalogue.Coupons.Scope,
	"channel": catalogue.Channels.Scope,
}

func lookupNeeds(mapping []job.Mapping) []need {
	var all []need
	anyRule(mapping, func(m *job.Mapping) bool {
		all = append(all, need{scope: lookupScopes[m.Rule.Lookup.Text]})
		return false
	})
	return all
}

// productNeeds is what an order with lines of the catalogue takes beside its own scope (Orders overview of the documentation).
func productNeeds(object string, mapping []job.Mapping) []need {
	if object == catalogue.Orders.Name && anyRule(mapping, func(m *job.Mapping) bool {
		return strings.HasSuffix(m.Target.Text, "product_id") || strings.HasSuffix(m.Target.Text, "variant_id")
	}) {
		return []need{{scope: catalogue.Products.Scope}}
	}
	return nil
}

// accessNeeds lists the scopes that a connection must have for what its access names.
func accessNeeds(opened []string) needs {
	var all needs
	for _, object := range opened {
		all = all.with(need{scope: scopeOf(object), modify: true})
	}
	return all
}

func scopeOf(object string) string {
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
