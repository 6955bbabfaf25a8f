package apply

import (
	"context"
	"fmt"
	"strings"

	"bcetl/internal/bigcommerce/catalogue"
	"bcetl/internal/ledger"
)

// The kinds of references that orders hold beside products.
const (
	statusRef   = "order_status"
	customerRef = "customer"
)

// loadStatuses gives the statuses of orders by each of their names and by their ids.
func (p *Planner) loadStatuses(ctx context.Context) (map[string]*refName, error) {
	statuses, err := p.Client.OrderStatuses(ctx)
	if err != nil {
		return nil, err
	}
	p.looks.NameRequests++
	known := map[string]*refName{}
	// A merchant may call one status by the system's name of another: the label that people see in the control panel counts first.
	for i := range statuses {
		for _, name := range []string{statuses[i].SystemLabel, statuses[i].Name, statuses[i].CustomLabel} {
			if strings.TrimSpace(name) == "" {
				continue
			}
			if fold := FoldRef(statusRef, name); known[fold] == nil || name == statuses[i].CustomLabel {
				known[fold] = &refName{key: name, id: statuses[i].ID}
			}
		}
		id := fmt.Sprint(statuses[i].ID)
		known[id] = &refName{key: id, id: statuses[i].ID}
	}
	return known, nil
}

// loadCustomers finds the customers that rows name by e-mail.
func (p *Planner) loadCustomers(ctx context.Context, wanted []ledger.RefEntry) (map[string]*refName, error) {
	key, _ := catalogue.Customers.KeyNamed("email")
	known := map[string]*refName{}
	values := make([]string, len(wanted))
	for i := range wanted {
		values[i] = strings.TrimSpace(wanted[i].Key)
	}
	for _, batch := range p.batchesOf(key, values) {
		records, err := p.Client.CustomersByEmail(ctx, batch)
		if err != nil {
			return nil, err
		}
		p.looks.NameRequests++
		for i := range records {
			email := records[i].Doc.Get("email").String()
			fold := FoldRef(customerRef, email)
			if first := known[fold]; first != nil && first.id != records[i].ID {
				first.several = true // of several storefronts, each may have its own
				continue
			}
			known[fold] = &refName{key: email, id: records[i].ID}
		}
	}
	return known, nil
}
