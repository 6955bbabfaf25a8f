package job

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestEachOfLiterals makes the fields of a nested mapping once for each literal, in which ${it} and ${index} have their values.
func TestEachOfLiterals(t *testing.T) {
	j := mustParseWhole(t, `version: 1
name: x
params: { what: Name, it: outside }
source: { csv: in.csv }
mapping:
  fees: { each: ["${what}1", 2], fields: { name: "Fee ${it} ${what}", "${it}": { from: [A, "B${index}"], expr: "it" } } }
  plain: "${it}"
sink: { csv: out.csv }
`)
	resolved, diagnostics := j.Resolve(environment())
	for _, d := range diagnostics {
		t.Error(d.Error())
	}
	var got []string
	mapping := resolved.Steps[0].Outputs[0].Mapping
	for _, element := range mapping[0].Rule.Elements {
		for _, m := range element {
			for _, from := range m.Rule.From {
				got = append(got, m.Target.Text+": "+from.Text)
			}
		}
	}
	got = append(got, mapping[1].Rule.From[0].Text)
	want := []string{"name: Fee Name1 Name", "${it}: A", "${it}: B0", "name: Fee 2 Name", "${it}: A", "${it}: B1", "outside"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if before := j.Steps[0].Outputs[0].Mapping[0].Rule; before.Elements != nil || before.Fields[0].Rule.From[0].Text != "Fee ${it} ${what}" {
		t.Errorf("the job that was resolved has changed: %v", before)
	}
}

func TestLiteralOutside(t *testing.T) {
	j := mustParseWhole(t, `version: 1
name: x
source: { csv: in.csv }
mapping: { a: "Option${it} Name", b: { each: rows, fields: { c: "${index}" } } }
sink: { csv: out.csv }
`)
	_, diagnostics := j.Resolve(environment())
	var got []string
	for _, d := range diagnostics {
		got = append(got, d.Error())
	}
	want := strings.Join([]string{
		"job.yaml:4:22: ${it} stands in the fields of a nested mapping whose `each` is a list of literals [param]",
		"job.yaml:4:66: ${index} stands in the fields of a nested mapping whose `each` is a list of literals [param]",
	}, "\n")
	if diff := cmp.Diff(want, strings.Join(got, "\n")); diff != "" {
		t.Error(diff)
	}
}

func mustParseWhole(t *testing.T, source string) *Job {
	t.Helper()
	j, diagnostics := Parse("job.yaml", []byte(source))
	if len(diagnostics) > 0 {
		t.Fatalf("parse: %v", diagnostics)
	}
	return j
}
