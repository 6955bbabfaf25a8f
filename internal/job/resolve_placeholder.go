package job

import (
	"slices"
	"strings"
	"time"

	"github.com/ncruces/go-strftime"
)

// placeholder gives the value of one placeholder, that of its fallback where it has none or an empty one.
func (r *resolver) placeholder(s Scalar, p piece) value {
	v := r.lookUp(s, p)
	if v.unknown && p.hasFallback {
		v.failed = r.join(s, p.fallback).failed // its placeholders are checked all the same
	}
	if v.failed || v.text != "" || v.unknown {
		return v
	}
	if p.hasFallback {
		fallback := r.join(s, p.fallback)
		fallback.secret = fallback.secret || v.secret
		return fallback
	}
	if v.has {
		return v
	}
	switch p.name {
	case "env":
		return r.fail(s, p, "the environment variable %s is not set; set it, or give a value for that case: ${env:%s|...}", p.detail, p.detail)
	case "last_run":
		return r.fail(s, p, "there is no earlier run that ${last_run:%s} could be taken from; give a value for that case: ${last_run:%s|...}", p.detail, p.detail)
	case "connection":
		return r.fail(s, p, "the job names no connection; write `connection`, or give --connection")
	case "run_id":
		return r.fail(s, p, "no run is under way that ${run_id} could be taken from")
	}
	return r.fail(s, p, "the parameter %s has no value; give --param %s=..., a default, or a value for that case: ${%s|...}", p.name, p.name, p.name)
}

func (r *resolver) fail(s Scalar, p piece, format string, args ...any) value {
	at, length := s.Pos, extent(r.lines, s.Pos, s.Text, s.Quoted)
	if within := r.within(s, p); within > 0 {
		at.Column, length = within, runes(p.written)
	}
	r.report(at, length, "param", format, args...)
	return value{failed: true}
}

// within is the column at which a placeholder stands in its text's first line, or 0.
func (r *resolver) within(s Scalar, p piece) int {
	if s.Line < 1 || s.Line > len(r.lines) {
		return 0
	}
	rest := fromColumn(r.lines[s.Line-1], s.Column)
	from := min(p.offset, len(rest))
	if at := strings.Index(rest[from:], p.written); at >= 0 {
		return s.Column + runes(rest[:from+at])
	}
	if at := strings.Index(rest, p.written); at >= 0 {
		return s.Column + runes(rest[:at])
	}
	return 0
}

func (r *resolver) lookUp(s Scalar, p piece) value {
	needsDetail := p.name == "env" || p.name == "last_run"
	takesDetail := needsDetail || p.name == "date" || p.name == "yesterday"
	switch {
	case needsDetail && p.detail == "":
		example := map[string]string{"env": "NAME", "last_run": "start"}[p.name]
		return r.fail(s, p, "${%s} needs a name: ${%s:%s}", p.name, p.name, example)
	case p.hasDetail && !takesDetail && (slices.Contains(builtins, p.name) || slices.Contains(r.declared, p.name)):
		return r.fail(s, p, "${%s} takes nothing after a colon", p.name)
	}
	switch p.name {
	case "env":
		return r.fromEnv(p.detail)
	case "date":
		return r.date(s, p, r.env.Now)
	case "yesterday":
		return r.date(s, p, r.env.Now.In(r.location).AddDate(0, 0, -1))
	case "run_id":
		return r.orStatic(r.env.RunID)
	case "connection":
		return r.connection(s, p)
	case "last_run":
		if r.env.LastRun != nil {
			if text, ok := r.env.LastRun(p.detail); ok {
				return value{text: text, has: true}
			}
		}
		return value{unknown: r.env.Static}
	}
	if slices.Contains(literals, p.name) && (r.literal != nil || !slices.Contains(r.declared, p.name)) {
		return r.fromLiteral(s, p)
	}
	if !slices.Contains(r.declared, p.name) {
		return r.fail(s, p, "unknown placeholder ${%s}%s; a literal ${ is written $${", p.name,
			Alternatives(p.name, append(slices.Clone(r.declared), builtins...)))
	}
	if r.state[p.name] == 1 {
		return r.fail(s, p, "the parameter %s is made of itself: %s", p.name, strings.Join(append(r.trail, p.name), " -> "))
	}
	return r.param(p.name)
}

func (r *resolver) fromEnv(name string) value {
	if r.env.Static {
		return value{unknown: true, secret: true}
	}
	if r.env.Env != nil {
		if text, ok := r.env.Env(name); ok {
			return value{text: text, has: true, secret: true}
		}
	}
	return value{secret: true}
}

func (r *resolver) orStatic(text string) value {
	if text == "" {
		return value{unknown: r.env.Static}
	}
	return value{text: text, has: true}
}

func (r *resolver) connection(s Scalar, p piece) value {
	if r.env.Connection != "" {
		return value{text: r.env.Connection, has: true}
	}
	if !r.job.Connection.Set {
		return value{unknown: r.env.Static}
	}
	if s.Pos == r.job.Connection.Pos || r.state["\x00connection"] == 1 {
		return r.fail(s, p, "connection is made of itself")
	}
	r.state["\x00connection"] = 1
	defer delete(r.state, "\x00connection")
	pieces, err := splitPlaceholders(r.job.Connection.Text)
	if err != nil {
		return value{failed: true} // reported where the connection stands
	}
	return r.join(r.job.Connection, pieces)
}

// date writes a day; a layout is strftime's, by default the ISO day.
func (r *resolver) date(s Scalar, p piece, at time.Time) value {
	layout := "%Y-%m-%d"
	if p.hasDetail {
		layout = p.detail
	}
	if bad := badDirective(layout); bad != "" || layout == "" {
		return r.fail(s, p, "the layout %s of ${%s} has an unknown part %q; expected strftime's, such as %%Y-%%m-%%d", quote(layout), p.name, bad)
	}
	return value{text: strftime.Format(layout, at.In(r.location)), has: true}
}

// badDirective is the first part of a layout that strftime does not know; it writes such parts as they are.
func badDirective(layout string) string {
	for i := 0; i < len(layout); i++ {
		if layout[i] != '%' {
			continue
		}
		part := layout[i:min(i+2, len(layout))]
		if part == "%-" || part == "%:" {
			part = layout[i:min(i+3, len(layout))]
		}
		if part != "%%" && strings.HasPrefix(strftime.Format(part, time.Unix(0, 0)), "%") {
			return strings.ToValidUTF8(part, "")
		}
		i += len(part) - 1
	}
	return ""
}
