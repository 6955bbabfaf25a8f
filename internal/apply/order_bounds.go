package apply

import (
	"fmt"

	"bcetl/internal/record"
)

// The functions here judge what fields of a new order may not be to each other (orders.v2.oas2.yml says so in prose); what each may be by itself
// the catalogue says.

// bothIPAddresses refuses two addresses at once: setting one clears the other.
func bothIPAddresses(body *record.Object) *record.Problem {
	if body.Get("ip_address").IsEmpty() || body.Get("ip_address_v6").IsEmpty() {
		return nil
	}
	return &record.Problem{
		Code: "invalid", Field: "ip_address_v6", Message: "an order has one of ip_address and ip_address_v6; leave one of them empty",
	}
}

// judgeIPAddresses leaves both alone where a change would set both.
func judgeIPAddresses(change *Change) *record.Problem {
	problem := bothIPAddresses(change.Body)
	if problem != nil {
		change.drop("ip_address")
		change.drop("ip_address_v6")
	}
	return problem
}

// judgeLine judges a line as it is sent. Its two names are one, and gift wrapping has its costs.
func judgeLine(line *record.Object) *record.Problem {
	name, shown := line.Get("name"), line.Get("name_customer")
	if !name.IsEmpty() && !shown.IsEmpty() && name.String() != shown.String() {
		return &record.Problem{
			Code: "invalid", Field: orderLines + "[].name_customer",
			Message: fmt.Sprintf("%q is not the line's name %q: the two are one, leave one of them empty", shown, name),
		}
	}
	if id := line.Get("wrapping_id"); !id.IsEmpty() && id.String() != "0" && line.Get("wrapping_cost_ex_tax").IsMissing() {
		return lacking(orderLines+"[].wrapping_cost_ex_tax", "a line with wrapping_id needs wrapping_cost_ex_tax and wrapping_cost_inc_tax")
	}
	return nil
}

// judgeFees wants a name and two of three amounts of each fee.
func judgeFees(fees []record.Value) *record.Problem {
	for _, fee := range fees {
		fee := fee.Object()
		if fee.Get("display_name_customer").IsEmpty() && fee.Get("display_name_merchant").IsEmpty() {
			return lacking("fees[].display_name_customer", "a fee needs display_name_customer or display_name_merchant")
		}
		amounts, missing := 0, ""
		for _, name := range []string{"cost_tax", "cost_inc_tax", "cost_ex_tax"} {
			if fee.Get(name).IsEmpty() {
				missing = name
				continue
			}
			amounts++
		}
		if amounts < 2 {
			return lacking("fees[]."+missing, "a fee needs two of cost_ex_tax, cost_inc_tax and cost_tax")
		}
	}
	return nil
}

// judgeNewOrder gives the first of these reasons against a new order, but for its lines.
func judgeNewOrder(body *record.Object) *record.Problem {
	if problem := bothIPAddresses(body); problem != nil {
		return problem
	}
	return judgeFees(body.Get("fees").List())
}
