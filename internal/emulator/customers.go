package emulator

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// customerFields are the fields of a customer as lists answer them; source: customers.v3.yml.
var customerFields = newTable(
	field{name: "id", kind: kindInt, access: readOnly},
	field{name: "authentication", kind: kindObject, def: `{"force_password_reset":false}`},
	field{name: "company", kind: kindString, def: textEmpty, max: 255},
	field{name: "customer_group_id", kind: kindInt, def: "0"},
	field{name: "email", kind: kindString, min: 3, max: 255, required: true},
	field{name: "first_name", kind: kindString, min: 1, max: 100, required: true},
	field{name: "last_name", kind: kindString, min: 1, max: 100, required: true},
	field{name: "notes", kind: kindString, def: textEmpty},
	field{name: "phone", kind: kindString, def: textEmpty, max: 50},
	field{name: "registration_ip_address", kind: kindString, def: textEmpty, max: 30},
	field{name: "tax_exempt_category", kind: kindString, def: textEmpty, max: 255},
	field{name: "date_created", kind: kindTime, access: readOnly},
	field{name: "date_modified", kind: kindTime, access: readOnly},
	field{name: "address_count", kind: kindInt, def: "0", access: readOnly},
	field{name: "attribute_count", kind: kindInt, def: "0", access: readOnly},
	field{name: "accepts_product_review_abandoned_cart_emails", kind: kindBool, def: textFalse},
	field{name: "origin_channel_id", kind: kindInt, def: "1"},
	field{name: "channel_ids", kind: kindInts, def: "[1]"},
)

var (
	cuGroup    = customerFields.index["customer_group_id"]
	cuCompany  = customerFields.index["company"]
	cuMail     = customerFields.index["email"]
	cuFirst    = customerFields.index["first_name"]
	cuLast     = customerFields.index["last_name"]
	cuPhone    = customerFields.index["phone"]
	cuCreated  = customerFields.index["date_created"]
	cuModified = customerFields.index["date_modified"]
)

func customerRoutes() []routeEntry {
	return []routeEntry{at("v3/customers", map[string]*endpoint{"GET": {run: listCustomers, query: names(pageNames, []string{
		"id:in", "email:in", "name:in", "company:in", "phone:in", "customer_group_id:in", "sort", "before", "after",
		"date_created:min", "date_created:max", "date_modified:min", "date_modified:max",
	})}})}
}

// listCustomers answers customers by id unless sort says otherwise. Letter case counts in none of the filters.
func listCustomers(c *call) *reply {
	tests, f := c.idTests("id", 0)
	if f != nil {
		return f.reply()
	}
	groups, f := c.idTests("customer_group_id", cuGroup)
	if f != nil {
		return f.reply()
	}
	tests = append(tests, groups...)
	for name, text := range map[string]func(r row) string{
		"email:in": func(r row) string { return unquote(r[cuMail]) }, "company:in": func(r row) string { return unquote(r[cuCompany]) },
		"phone:in": func(r row) string { return unquote(r[cuPhone]) },
		"name:in":  func(r row) string { return unquote(r[cuFirst]) + " " + unquote(r[cuLast]) },
	} {
		if list := c.list(name); len(list) > 0 {
			wanted := map[string]bool{}
			for _, want := range list {
				wanted[fold(want)] = true
			}
			tests = append(tests, func(r row) bool { return wanted[fold(text(r))] })
		}
	}
	for name, at := range map[string]int{"date_created": cuCreated, "date_modified": cuModified} {
		dates, f := c.dateTests(name, at)
		if f != nil {
			return f.reply()
		}
		tests = append(tests, dates...)
	}
	rows := filterRows(c.s.st.customers, tests)
	if sort := c.param("sort"); sort != "" {
		if rows = sortCustomers(rows, sort); rows == nil {
			return badFilter("sort").reply()
		}
	}
	list, f := c.eitherList(rows, func(dst []byte, r row) []byte { return customerFields.append(dst, r, nil) })
	if f != nil {
		return f.reply()
	}
	return list
}

// dateTests compiles the filters :min and :max of a date.
func (c *call) dateTests(name string, at int) ([]rowTest, *failure) {
	var tests []rowTest
	for suffix, sign := range map[string]int{":min": 1, ":max": -1} {
		text := c.param(name + suffix)
		if text == "" {
			continue
		}
		bound, ok := parseTime(text)
		if !ok {
			return nil, badFilter(name + suffix)
		}
		tests = append(tests, func(r row) bool {
			have, _ := parseTime(unquote(r[at]))
			return c.s.opts.within(have.Compare(bound) * sign)
		})
	}
	return tests, nil
}

// sortCustomers gives a sorted copy that is never nil, or nil for an unknown order.
func sortCustomers(rows []row, by string) []row {
	at, known := map[string]int{
		"date_created:asc": cuCreated, "date_created:desc": cuCreated, "last_name:asc": cuLast, "last_name:desc": cuLast,
		"date_modified:asc": cuModified, "date_modified:desc": cuModified,
	}[by]
	if !known {
		return nil
	}
	rows = append([]row{}, rows...)
	slices.SortStableFunc(rows, func(a, b row) int { return cmp.Compare(fold(a[at]), fold(b[at])) })
	if strings.HasSuffix(by, ":desc") {
		slices.Reverse(rows)
	}
	return rows
}

// InsertCustomer creates a customer past HTTP and gives its id: the body's own, else the next. It
// panics if a field does not fit, or if the id or the e-mail address is taken.
func (s *Store) InsertCustomer(body map[string]any) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	id, err := s.addCustomer(body)
	if err != nil {
		panic("emulator: insert customer: " + err.Error())
	}
	return id
}

func (s *Store) addCustomer(body map[string]any) (int, error) {
	r := customerFields.new()
	r[cuCreated] = textTime(s.now())
	r[cuModified] = r[cuCreated]
	if err := customerFields.fill(r, body); err != nil {
		return 0, err
	}
	if r[cuMail] == "" || r[cuFirst] == "" || r[cuLast] == "" {
		return 0, errors.New("email, first_name and last_name are needed")
	}
	id := number(r[0])
	if id == 0 {
		id = s.st.last["customer"] + 1
		r[0] = textInt(id)
	}
	for _, other := range s.st.customers {
		if other[0] == r[0] || fold(other[cuMail]) == fold(r[cuMail]) {
			return 0, fmt.Errorf("customer %s has the id or the e-mail address", other[0])
		}
	}
	s.st.last["customer"] = max(s.st.last["customer"], id)
	at, _ := rowAt(s.st.customers, id)
	s.st.customers = slices.Insert(slices.Clone(s.st.customers), at, r)
	return id, nil
}
