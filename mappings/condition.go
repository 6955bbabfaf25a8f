package mappings

import (
	"sync"

	"bcetl/internal/bigcommerce/catalogue"
	"bcetl/internal/job"
	"bcetl/internal/record"
)

// Condition is a compiled `where`, `that` or other expression that is true or false. It is safe for concurrent use.
type Condition struct {
	expr *expression
	envs sync.Pool
}

func newCondition(c *ruleCompiler, s job.Scalar, n *names) (*Condition, []job.Diagnostic) {
	e := c.condition(s, n)
	if len(c.found) > 0 {
		return nil, c.found
	}
	p := &Condition{expr: e}
	p.envs.New = func() any { return new(env) }
	return p, nil
}

// CompileCondition compiles a condition on rows of a sheet. A nil header is a check without the file: columns are not judged.
func CompileCondition(file string, expr job.Scalar, header *record.Header, s Scope) (*Condition, []job.Diagnostic) {
	c := &ruleCompiler{reporter: newReporter(file, &s), scope: &s}
	return newCondition(c, expr, &names{scope: &s, header: header, sheet: true})
}

// CompileRecordCondition compiles a condition on records of a store, whose fields it names: `is_visible and price > 10`. A field
// that a page of the store does not name counts as nothing; which fields must be fetched is told to uses, by path.
func CompileRecordCondition(file string, expr job.Scalar, object *catalogue.Object, s Scope, uses func(path string)) (*Condition, []job.Diagnostic) {
	c := &ruleCompiler{reporter: newReporter(file, &s), scope: &s, object: object}
	return newCondition(c, expr, &names{scope: &s, object: object, uses: uses})
}

// Holds tells whether the condition holds for a row. A problem means that it could not be told.
func (p *Condition) Holds(row *record.Row) (bool, *record.Problem) {
	e := p.envs.Get().(*env)
	defer p.envs.Put(e)
	*e = env{row: row}
	v, problem := p.expr.run(e)
	return v.truth, problem
}

// HoldsFor tells whether the condition holds for a record of a store.
func (p *Condition) HoldsFor(doc *record.Object) (bool, *record.Problem) {
	e := p.envs.Get().(*env)
	defer p.envs.Put(e)
	*e = env{doc: doc}
	v, problem := p.expr.run(e)
	return v.truth, problem
}
