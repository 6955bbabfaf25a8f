package mappings

import (
	"strings"
	"testing"

	"bcetl/internal/bigcommerce/catalogue"
	"bcetl/internal/job"
	"bcetl/internal/record"
)

// TestSecretConstants keeps the values of the environment out of messages and plans.
func TestSecretConstants(t *testing.T) {
	secret := job.Scalar{Text: "s3cret-and-long", Set: true, Secret: true}
	target := func(name string) job.Scalar { return job.Scalar{Text: name, Set: true} }
	_, diagnostics := CompileImport("job.yaml", []job.Mapping{
		{Target: target("title"), Rule: job.Rule{Value: secret}},
		{Target: target("price"), Rule: job.Rule{Value: secret}},
		{Target: target("stock"), Rule: job.Rule{From: []job.Scalar{target("A")}, Default: secret}},
	}, record.NewHeader([]string{"A"}), &gadgets, "", "update", Scope{})
	if len(diagnostics) != 3 {
		t.Errorf("%d diagnostics: %v", len(diagnostics), diagnostics)
	}
	for _, d := range diagnostics {
		if strings.Contains(d.Message, "s3cret") {
			t.Errorf("leaks: %s", d.Message)
		}
	}
	p, diagnostics := CompileImport("job.yaml", []job.Mapping{{Target: target("story"), Rule: job.Rule{Value: secret}}}, nil, &gadgets, "", "update", Scope{})
	if p == nil {
		t.Fatal(diagnostics)
	}
	if got := p.Columns()[0].Value; got != "***" {
		t.Errorf("the policy shows %q", got)
	}
}

// TestUnknownTexts judges nothing by a text that is not complete in a static check.
func TestUnknownTexts(t *testing.T) {
	unknown := job.Scalar{Text: "", Set: true, Unknown: true}
	target := job.Scalar{Text: "price", Set: true}
	for _, rule := range []job.Rule{
		{Value: unknown},
		{From: []job.Scalar{unknown}},
		{From: []job.Scalar{{Text: "A", Set: true}}, Default: unknown},
		{From: []job.Scalar{{Text: "A", Set: true}}, Layout: unknown, Type: job.Scalar{Text: "decimal", Set: true}},
		{From: []job.Scalar{{Text: "A", Set: true}}, Table: []job.Named{{Name: job.Scalar{Text: "x"}, Value: unknown}}},
	} {
		if _, diagnostics := CompileImport("job.yaml", []job.Mapping{{Target: target, Rule: rule}}, record.NewHeader([]string{"A"}), &gadgets, "", "update", Scope{}); len(diagnostics) > 0 {
			t.Errorf("%+v: %v", rule, diagnostics)
		}
	}
}

// TestV2Dates are written as the second version of the API has them.
func TestV2Dates(t *testing.T) {
	object := catalogue.Object{Name: "coupons", Singular: "coupon", Version: "v2", Fields: []catalogue.Field{{Path: "expires", Type: catalogue.Date, Writable: true}}}
	_, ms := mappingOf(t, "expires: A")
	p, diagnostics := CompileImport("job.yaml", ms, record.NewHeader([]string{"A"}), &object, "", "update", Scope{})
	if p == nil {
		t.Fatal(diagnostics)
	}
	doc, _, _, problem := p.Map([]record.Row{rowOf([]string{"A"}, "2018-05-08T15:06:12Z")})
	if got, want := outcome(doc, problem), `{"expires":"Tue, 08 May 2018 15:06:12 +0000"}`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
