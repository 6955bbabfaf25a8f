package job

import (
	"regexp"
	"slices"
	"time"

	"gopkg.in/yaml.v3"
)

var paramTypes = []string{"text", "int", "decimal", "bool", "date"}

// readParams reads `supplier: acme`, or `supplier: {required: true, type: date, default: ...}`.
func (p *parser) readParams(n *yaml.Node) {
	p.pairs(n, "params", func(name Scalar, node *yaml.Node) {
		switch {
		case !isIdentifier(name.Text):
			p.reportScalar(name, "param", "the parameter %s must be named by letters, digits and _, so that expressions can say params.name", quote(name.Text))
		case slices.Contains(builtins, name.Text):
			p.reportScalar(name, "param", "a parameter cannot be called %s: ${%s} is taken", name.Text, name.Text)
		}
		m := p.enter(node)
		if m == nil {
			return
		}
		param := Param{Name: name}
		if m.Kind != yaml.MappingNode {
			p.text(&param.Default, "the parameter "+quote(name.Text))(m)
			p.job.Params = append(p.job.Params, param)
			return
		}
		var required Scalar
		p.object(m, "the parameter "+quote(name.Text), []key{
			{name: "required", read: p.word(&required, "required", isBool)},
			{name: "type", read: p.word(&param.Type, "type", oneOf(paramTypes...))},
			{name: "default", read: p.text(&param.Default, "default")},
		})
		param.Required = required.Text == "true"
		if param.Required && param.Default.Set {
			p.reportScalar(param.Default, "conflict", "the parameter %s is required, so its default is never used", quote(name.Text))
		}
		if hasPlaceholder(param.Type.Text) || hasPlaceholder(required.Text) {
			p.reportScalar(name, "param", "type and required of a parameter take no placeholders")
		}
		p.job.Params = append(p.job.Params, param)
	})
}

func (p Param) typeName() string {
	if p.Type.Set {
		return p.Type.Text
	}
	return "text"
}

// param resolves one parameter: the command line's value, else its default with placeholders replaced.
func (r *resolver) param(name string) value {
	if v, done := r.values[name]; done {
		return v
	}
	i := slices.IndexFunc(r.job.Params, func(p Param) bool { return p.Name.Text == name })
	param := r.job.Params[i]
	r.state[name] = 1
	r.trail = append(r.trail, name)
	v := r.paramValue(param)
	r.trail = r.trail[:len(r.trail)-1]
	r.state[name] = 2
	r.values[name] = v
	return v
}

func (r *resolver) paramValue(param Param) value {
	name := param.Name
	if text, given := r.env.Params[name.Text]; given {
		if message := checkType(param.typeName(), text); message != "" {
			r.reportScalar(name, "param", "--param %s=%s: %s", name.Text, shorten(text), message)
			return value{failed: true}
		}
		return value{text: text, has: true}
	}
	switch {
	case param.Required && r.env.Static:
		return value{unknown: true}
	case param.Required:
		r.reportScalar(name, "param", "the parameter %s is required; give --param %s=...", name.Text, name.Text)
		return value{failed: true}
	case !param.Default.Set:
		return value{}
	}
	pieces, err := splitPlaceholders(param.Default.Text)
	if err != nil {
		r.reportScalar(param.Default, "param", "%s", err)
		return value{failed: true}
	}
	v := r.join(param.Default, pieces)
	if v.failed || v.unknown {
		return v
	}
	if message := checkType(param.typeName(), v.text); message != "" {
		shown := quote(shorten(v.text))
		if v.secret {
			shown = shorten(param.Default.Text)
		}
		r.reportScalar(param.Default, "param", "the default %s of the parameter %s: %s", shown, name.Text, message)
		v.failed = true
	}
	return v
}

var (
	wholeText   = regexp.MustCompile(`^[+-]?[0-9]{1,18}$`)
	decimalText = regexp.MustCompile(`^[+-]?([0-9]+(\.[0-9]+)?|\.[0-9]+)$`)
)

// checkType says what keeps a text from being a value of a parameter's type, or "".
func checkType(name, text string) string {
	switch name {
	case "int":
		if !wholeText.MatchString(text) {
			return "not a whole number"
		}
	case "decimal":
		if !decimalText.MatchString(text) {
			return "not a decimal number such as 1.25"
		}
	case "bool":
		if text != "true" && text != "false" {
			return "neither true nor false"
		}
	case "date":
		_, day := time.Parse(time.DateOnly, text)
		_, moment := time.Parse(time.RFC3339, text)
		if day != nil && moment != nil {
			return "not a date such as 2026-01-31, or a moment such as 2026-01-31T08:00:00Z"
		}
	}
	return ""
}
