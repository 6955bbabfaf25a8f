package job

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// environment is a full one: 10:30 UTC on the first of March is still February in Los Angeles at 01:30 UTC.
func environment() Environment {
	return Environment{
		Env: func(name string) (string, bool) {
			value, ok := map[string]string{"HOME": "/home/me", "EMPTY": "", "SECRET": "hunter2", "PLACE": "${date}"}[name]
			return value, ok
		},
		Now:        time.Date(2026, 3, 1, 1, 30, 0, 0, time.UTC),
		RunID:      "20260301-0130",
		Connection: "finance",
		LastRun: func(field string) (string, bool) {
			value, ok := map[string]string{"start": "2026-02-28T00:00:00Z"}[field]
			return value, ok
		},
	}
}

const declared = `params:
  supplier: acme
  nothing: { type: text }
  empty: ""
  path: "in/${supplier}/${date:%Y}"
  home: "${env:HOME}"
`

func TestPlaceholders(t *testing.T) {
	for _, test := range []struct{ text, want string }{
		{"plain", "plain"},
		{"${supplier}", "acme"},
		{"a${supplier}b${supplier}c", "aacmebacmec"},
		{"${path}", "in/acme/2026"},
		{"${home}/x", "/home/me/x"},
		{"${connection}", "finance"},
		{"${run_id}", "20260301-0130"},
		{"${date}", "2026-03-01"},
		{"${date:%Y%m}", "202603"},
		{"${date:%d.%m.%Y %H:%M}", "01.03.2026 01:30"},
		{"${date:%-d/%-m %%}", "1/3 %"},
		{"${yesterday}", "2026-02-28"},
		{"${yesterday:%j}", "059"},
		{"${env:HOME}", "/home/me"},
		{"${env:EMPTY}", ""},
		{"${env:EMPTY|x}", "x"},
		{"${env:MISSING|none}", "none"},
		{"${env:MISSING|}", ""},
		{"${env:PLACE}", "${date}"},
		{"${last_run:start}", "2026-02-28T00:00:00Z"},
		{"${last_run:start|2026-01-01}..", "2026-02-28T00:00:00Z.."},
		{"${last_run:date_modified|2026-01-01}..", "2026-01-01.."},
		{"${last_run:date_modified|${yesterday}}..", "2026-02-28.."},
		{"${nothing|a: b # c}", "a: b # c"},
		{"${empty}", ""},
		{"${empty|x}", "x"},
		{"$${date}", "${date}"},
		{"$$${date}", "$${date}"},
		{"${ supplier }", "acme"},
		{"$ {x} $x {x} $", "$ {x} $x {x} $"},
		{"größe ${supplier} 日本", "größe acme 日本"},
	} {
		t.Run(test.text, func(t *testing.T) {
			source := "version: 1\nname: x\nsource: { csv: in.csv }\nmapping: { a: { value: " + quote(test.text) + " } }\nsink: { csv: out.csv }\n" + declared
			j, ds := Parse("job.yaml", []byte(source))
			if len(ds) > 0 {
				t.Fatalf("parse: %v", ds)
			}
			resolved, ds := j.Resolve(environment())
			if len(ds) > 0 {
				t.Fatalf("resolve: %v", ds)
			}
			if got := resolved.Steps[0].Outputs[0].Mapping[0].Rule.Value.Text; got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
			if got := j.Steps[0].Outputs[0].Mapping[0].Rule.Value.Text; got != test.text {
				t.Errorf("the job itself was changed to %q", got)
			}
		})
	}
}

func TestPlaceholderErrors(t *testing.T) {
	for _, test := range []struct{ more, want string }{
		{`connection: "${suplier}"`, "job.yaml:6:14: unknown placeholder ${suplier}; did you mean supplier?; a literal ${ is written $${ [param]"},
		{`connection: "x ${dat}"`, "job.yaml:6:16: unknown placeholder ${dat}; did you mean date?; a literal ${ is written $${ [param]"},
		{`connection: "${env:MISSING}"`, "job.yaml:6:14: the environment variable MISSING is not set; set it, or give a value for that case: ${env:MISSING|...} [param]"},
		{`connection: "${env}"`, "job.yaml:6:14: ${env} needs a name: ${env:NAME} [param]"},
		{`connection: "${last_run}"`, "job.yaml:6:14: ${last_run} needs a name: ${last_run:start} [param]"},
		{`connection: "${last_run:id}"`, "job.yaml:6:14: there is no earlier run that ${last_run:id} could be taken from; give a value for that case: ${last_run:id|...} [param]"},
		{`connection: "${date:%Q!%E}"`, "job.yaml:6:14: the layout \"%Q!%E\" of ${date} has an unknown part \"%E\"; expected strftime's, such as %Y-%m-%d [param]"},
		{`connection: "${date:%Y%}"`, "job.yaml:6:14: the layout \"%Y%\" of ${date} has an unknown part \"%\"; expected strftime's, such as %Y-%m-%d [param]"},
		{`connection: "${run_id:x}"`, "job.yaml:6:14: ${run_id} takes nothing after a colon [param]"},
		{`connection: "${supplier"`, "job.yaml:6:13: \"${supplier\" is not closed: } is missing; a literal ${ is written $${ [param]"},
		{`connection: "${env:A|${date}"`, "job.yaml:6:13: a placeholder is not closed: } is missing [param]"},
		{`connection: "${nothing}"`, "job.yaml:6:14: the parameter nothing has no value; give --param nothing=..., a default, or a value for that case: ${nothing|...} [param]"},
		{`limits: { concurrency: "${supplier}" }`, "job.yaml:6:24: concurrency: \"acme\" is not a whole number (from ${supplier}) [type]"},
		{`limits: { concurrency: "${env:SECRET}" }`, "job.yaml:6:24: concurrency: the value of ${env:SECRET} is not a whole number [type]"},
		{`timezone: "${supplier}"`, "job.yaml:6:11: timezone: unknown timezone \"acme\"; expected a name such as Europe/Berlin or UTC (from ${supplier}) [value]"},
	} {
		t.Run(test.more, func(t *testing.T) {
			j := mustParse(t, test.more+"\n"+declared)
			_, ds := j.Resolve(environment())
			var got []string
			for _, d := range ds {
				got = append(got, d.Error())
			}
			if diff := cmp.Diff([]string{test.want}, got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func TestParams(t *testing.T) {
	const params = `params:
  day: { required: true, type: date }
  margin: { type: decimal, default: "1.20" }
  live: { type: bool, default: false }
  count: { type: int }
  a: "${b}"
  b: "x${date:%y}"
`
	j := mustParse(t, params)
	env := environment()
	env.Params = map[string]string{"day": "2026-02-03", "b": "${date}"}
	resolved, ds := j.Resolve(env)
	if len(ds) > 0 {
		t.Fatal(ds)
	}
	want := map[string]string{"day": "2026-02-03", "margin": "1.20", "live": "false", "a": "${date}", "b": "${date}"}
	if diff := cmp.Diff(want, resolved.ParamValues()); diff != "" {
		t.Errorf("values (-want +got):\n%s", diff)
	}
	types := map[string]string{"day": "date", "margin": "decimal", "live": "bool", "count": "int", "a": "text", "b": "text"}
	if diff := cmp.Diff(types, resolved.ParamTypes()); diff != "" {
		t.Errorf("types (-want +got):\n%s", diff)
	}

	for _, test := range []struct {
		name   string
		given  map[string]string
		params string
		want   []string
	}{
		{"required", nil, params, []string{"job.yaml:7:3: the parameter day is required; give --param day=... [param]"}},
		{"undeclared", map[string]string{"day": "2026-02-03", "dya": "x"}, params, []string{"job.yaml: --param dya: the job declares no such parameter; did you mean day? [param]"}},
		{"date", map[string]string{"day": "2026-02-30"}, params, []string{"job.yaml:7:3: --param day=2026-02-30: not a date such as 2026-01-31, or a moment such as 2026-01-31T08:00:00Z [param]"}},
		{"several", map[string]string{"day": "2026-02-03", "margin": "1,2", "live": "yes", "count": "1.0"}, params, []string{
			"job.yaml:8:3: --param margin=1,2: not a decimal number such as 1.25 [param]",
			"job.yaml:9:3: --param live=yes: neither true nor false [param]",
			"job.yaml:10:3: --param count=1.0: not a whole number [param]",
		}},
		{"default", nil, "params: { n: { type: int, default: many } }", []string{`job.yaml:6:36: the default "many" of the parameter n: not a whole number [param]`}},
		{"secret default", nil, `params: { n: { type: int, default: "${env:SECRET}" } }`, []string{"job.yaml:6:36: the default ${env:SECRET} of the parameter n: not a whole number [param]"}},
		{"cycle", nil, `params: { a: "${b}", b: "${c}", c: "${a}" }`, []string{"job.yaml:6:37: the parameter a is made of itself: a -> b -> c -> a [param]"}},
		{"cycle cut by the command line", map[string]string{"b": "x"}, `params: { a: "${b}", b: "${c}", c: "${a}" }`, nil},
		{"itself", nil, `params: { a: "${a|x}" }`, []string{"job.yaml:6:15: the parameter a is made of itself: a -> a [param]"}},
		{"default not needed", map[string]string{"a": "x"}, `params: { a: "${env:MISSING}" }`, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			env := environment()
			env.Params = test.given
			_, ds := mustParse(t, test.params).Resolve(env)
			var got []string
			for _, d := range ds {
				got = append(got, d.Error())
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

// Expressions and names stay as they are; every other text of a job is resolved.
func TestResolveReachesEveryText(t *testing.T) {
	const source = `version: 1
name: "n-${p}"
params: { p: v }
steps:
  - name: sheet
    source:
      xlsx: "${p}.xlsx"
      columns: { "${p}": "row['x'] + params.p" }
      headers: { A: "h ${p}" }
      assert: { that: "row['x'] != ''", else: "no ${p}" }
    mapping:
      "t ${p}": "f ${p}"
      list: { value: [1, "${p}"] }
      table: { from: a, table: { "${p}": "${p}" } }
      pairs: { from: a, pairs: { item: "${p}", key: "=" } }
      file: { from: a, lookup: { file: "${p}.csv", key: k, value: v } }
      nested: { each: rows, fields: { deep: { from: "d ${p}", expr: "value + params.p" } } }
    sink: { csv: "${p}.csv", crlf: "${yes|true}" }
  - name: store
    source: { bigcommerce: orders, also: ["${also}"] }
    each: "${p}s"
    mapping: { a: b }
    sink: { csv: "${p}2.csv" }
`
	j, ds := Parse("job.yaml", []byte(strings.Replace(source, "{ p: v }", "{ p: v, also: archived, yes: { type: bool } }", 1)))
	if len(ds) > 0 {
		t.Fatal(ds)
	}
	before := dump(j)
	resolved, ds := j.Resolve(environment())
	if len(ds) > 0 {
		t.Fatal(ds)
	}
	if diff := cmp.Diff(before, dump(j)); diff != "" {
		t.Errorf("the job itself was changed (-before +after):\n%s", diff)
	}
	for _, line := range strings.Split(dump(resolved), "\n") {
		name, _, _ := strings.Cut(line, " = ")
		isName := strings.HasSuffix(name, ".Target") || strings.HasSuffix(name, ".Name") && name != "Name"
		if strings.Contains(line, "${") != (isName && strings.Contains(line, "${p}")) {
			t.Errorf("not resolved: %s", line)
		}
	}
	out := resolved.Steps[0].Outputs[0]
	for _, test := range []struct{ got, want string }{
		{resolved.Name.Text, "n-v"},
		{out.Mapping[0].Target.Text, "t ${p}"},
		{out.Mapping[0].Rule.From[0].Text, "f v"},
		{out.Mapping[2].Rule.Table[0].Value.Text, "v"},
		{out.Mapping[3].Rule.Pairs.Item.Text, "v"},
		{out.Mapping[4].Rule.LookupFile.File.Text, "v.csv"},
		{out.Mapping[5].Rule.Fields[0].Rule.From[0].Text, "d v"},
		{out.Mapping[5].Rule.Fields[0].Rule.Expr.Text, "value + params.p"},
		{out.Sink.CRLF.Text, "true"},
		{resolved.Steps[1].Outputs[0].Each.Text, "vs"},
		{resolved.Steps[1].Source.Also[0].Text, "archived"},
	} {
		if test.got != test.want {
			t.Errorf("got %q, want %q", test.got, test.want)
		}
	}
}

func TestResolveStatic(t *testing.T) {
	j := mustParse(t, `params: { day: { required: true, type: date }, ok: x }
connection: "${env:SHOP}-${ok}"
limits: { concurrency: "${env:N}", min_rows: "${day|x}", max_rejects: "${last_run:n}", max_changes: { rows: "${run_id}" } }
timezone: "${env:TZ}"`)
	resolved, ds := j.Resolve(Environment{Static: true, Now: time.Unix(0, 0)})
	if len(ds) > 0 {
		t.Fatal(ds)
	}
	if c := resolved.Connection; !c.Unknown || c.Text != "-x" {
		t.Errorf("connection = %+v", c)
	}
	if len(resolved.ParamValues()) != 1 {
		t.Errorf("values = %v", resolved.ParamValues())
	}
	_, ds = mustParse(t, `connection: "${env:SHOP|${misspelt}}"`).Resolve(Environment{Static: true})
	if len(ds) != 1 || !strings.Contains(ds[0].Message, "unknown placeholder ${misspelt}") {
		t.Errorf("diagnostics = %v", ds)
	}
}

// Neither a diagnostic nor a scalar that is printed shows what came from the environment.
func TestSecretsStaySecret(t *testing.T) {
	j := mustParse(t, `params: { token: "${env:SECRET}" }
connection: "x${token}"
limits: { concurrency: "${token}", max_rejects: "${env:SECRET}", reserve_quota: "${env:MISSING|${env:SECRET}}" }
timezone: "${env:SECRET}"`)
	resolved, ds := j.Resolve(environment())
	if len(ds) != 4 {
		t.Errorf("%d diagnostics: %v", len(ds), ds)
	}
	for _, d := range ds {
		if strings.Contains(d.Error(), "hunter2") {
			t.Errorf("shown: %s", d)
		}
	}
	if c := resolved.Connection; c.Text != "xhunter2" || c.String() != "***" {
		t.Errorf("connection = %q, printed %s", c.Text, c)
	}
}

func TestDatesInTheJobsTimezone(t *testing.T) {
	for zone, want := range map[string]string{
		"timezone: America/Los_Angeles": "2026-02-28",
		"timezone: Australia/Sydney":    "2026-03-01",
		"timezone: \"America/${p}\"":    "2026-02-28",
		"":                              "2026-03-01",
	} {
		j := mustParse(t, zone+"\nparams: { p: Los_Angeles }\nconnection: \"${date}\"")
		resolved, ds := j.Resolve(environment())
		if len(ds) > 0 {
			t.Fatal(ds)
		}
		if got := resolved.Connection.Text; got != want {
			t.Errorf("%s: %s, want %s", zone, got, want)
		}
	}
	env := environment()
	env.Location = time.FixedZone("store", -6*3600)
	resolved, _ := mustParse(t, `connection: "${yesterday}"`).Resolve(env)
	if got := resolved.Connection.Text; got != "2026-02-27" {
		t.Errorf("in the store's timezone: %s", got)
	}
}

func TestConflictsSeenAfterResolve(t *testing.T) {
	source := `version: 1
name: x
params: { a: out, b: out, mode: create }
source: { csv: in.csv }
outputs:
  - { mapping: { a: A }, sink: { csv: "${a}.csv" } }
  - { mapping: { a: A }, sink: { csv: "${b}.csv" } }
  - { mapping: { a: A }, sink: { bigcommerce: products, mode: "${mode}", match: id } }
  - { mapping: { a: A }, sink: { bigcommerce: products, mode: "${a}", match: sku } }
`
	j, ds := Parse("job.yaml", []byte(source))
	if len(ds) > 0 {
		t.Fatal(ds)
	}
	_, ds = j.Resolve(environment())
	var got []string
	for _, d := range ds {
		got = append(got, d.Error())
	}
	want := []string{
		"job.yaml:7:39: out.csv is written already by the sink on line 6 [duplicate]",
		"job.yaml:8:81: match: id cannot be used with mode: create, as the store gives the ids [conflict]",
		`job.yaml:9:63: mode: unknown value "out"; expected create, update, upsert or delete (from ${a}) [value]`,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestConnectionPlaceholder(t *testing.T) {
	for _, test := range []struct{ connection, override, want, message string }{
		{"connection: finance", "", "out/finance.csv", ""},
		{"connection: finance", "staging", "out/staging.csv", ""},
		{"connection: \"${env:HOME}\"", "", "out//home/me.csv", ""},
		{"", "staging", "out/staging.csv", ""},
		{"", "", "", "the job names no connection; write `connection`, or give --connection"},
		{"connection: \"${connection}\"", "", "", "connection is made of itself"},
		{"connection: \"${p}\"\nparams: { p: \"${connection}\" }", "", "", "the parameter p is made of itself: p -> p"},
	} {
		source := "version: 1\nname: x\nsource: { csv: in.csv }\nmapping: { a: A }\nsink: { csv: \"out/${connection}.csv\" }\n" + test.connection
		j, ds := Parse("job.yaml", []byte(source))
		if len(ds) > 0 {
			t.Fatal(ds)
		}
		env := environment()
		env.Connection = test.override
		resolved, ds := j.Resolve(env)
		if test.message != "" {
			if len(ds) == 0 || !strings.Contains(ds[0].Message, test.message) {
				t.Errorf("%q: %v, want %s", test.connection, ds, test.message)
			}
			continue
		}
		path := resolved.Steps[0].Outputs[0].Sink.CSV
		if len(ds) > 0 || path.Text != test.want {
			t.Errorf("%q and %q: %q %v, want %q", test.connection, test.override, path.Text, ds, test.want)
		}
	}
}
