package runner

import (
	"testing"

	"bcetl/internal/compile"
	"bcetl/internal/record"
	"bcetl/mappings"
)

func TestBlamed(t *testing.T) {
	r := &importRun{step: &compile.ImportStep{Policies: []mappings.ColumnPolicy{
		{Target: "status_id", From: []string{"State"}},
		{Target: "staff_notes", From: []string{"Note", "Remark"}},
		{Target: "channel_id", Value: "1"},
		{Target: "billing_address.zip", From: []string{"Zip"}},
		{Target: "billing_address.country_iso2", From: []string{"Land"}},
		{Target: "billing_address.country", From: []string{"Country"}},
		{Target: "products[].quantity", From: []string{"Qty"}},
		{Target: "products[].name", From: []string{"Name"}},
		{Target: "shipping_addresses[].street_1", From: []string{"Ship to"}},
	}}}
	for _, test := range []struct{ field, message, want string }{
		{"status_id", "no such status", `column "State": no such status`},
		{"channel_id", "closed", `field channel_id: closed`},
		{"customer_id", "is gone", `field customer_id: is gone`},
		{"staff_notes", "too long", `field staff_notes: too long (from the columns "Note", "Remark")`},
		{"billing_address", "The field 'billing_address' is invalid: zip must have two or more characters", `column "Zip": The field 'billing_address' is invalid: zip must have two or more characters`},
		{"billing_address", "country_iso2 is wrong", `column "Land": country_iso2 is wrong`},
		{"billing_address", "is invalid", `field billing_address: is invalid (from the columns "Zip", "Land", "Country")`},
		{"billing_address", "country or country_iso2 must be given", `field billing_address: country or country_iso2 must be given (from the columns "Land", "Country")`},
		{"products", "Quantities do not add up", `field products: Quantities do not add up (from the columns "Qty", "Name")`},
		{"shipping_addresses", "is invalid", `column "Ship to": is invalid`},
		{"quantity", "must be 1 or more", `column "Qty": must be 1 or more`},
		{"", "the store is closed", "the store is closed"},
	} {
		problem := &record.Problem{Code: "invalid", Field: test.field, Message: test.message}
		if got := r.blamed(problem).Error(); got != test.want {
			t.Errorf("%s: %s\nwant %s", test.field, got, test.want)
		}
		if problem.Message != test.message || problem.Column != "" {
			t.Errorf("the problem itself was changed: %v", problem)
		}
	}
	if r.blamed(nil) != nil {
		t.Error("no problem got a column")
	}
	if at := (&record.Problem{Field: "status_id", Column: "Other"}); r.blamed(at) != at {
		t.Error("a problem that has a column got another")
	}
}
