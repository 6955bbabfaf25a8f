package compile

import (
	"fmt"
	"strings"

	"bcetl/internal/bigcommerce/catalogue"
)

// Notices are what the step does that reaches customers or cannot be undone, one line each, with the guard that stops it.
func (c *ImportStep) Notices() []string {
	object, mode := c.Target.Object, c.Target.Mode
	if object == nil {
		return nil
	}
	var all []string
	if mode == "create" || mode == "upsert" {
		all = append(all, Notices(object, &object.Create, "creates")...)
	}
	if mode == "update" || mode == "upsert" {
		all = append(all, Notices(object, &object.Update, "changes")...)
		for _, column := range c.Policies {
			// What is sent on a create alone reaches nobody: a store writes no letters for what the API creates.
			if field, ok := object.Field(column.Target); ok && field.Reaches && column.Only != "create" {
				all = append(all, fmt.Sprintf("%s %s (guard customers)", field.Path, field.Effect))
			}
		}
	}
	if mode == "delete" {
		all = append(all, Notices(object, &object.Delete, "deletes")...)
	}
	return all
}

// Notices says what the catalogue says of one kind of write; nothing where it is a usual one.
func Notices(object *catalogue.Object, operation *catalogue.Operation, verb string) []string {
	var guards []string
	if operation.Reaches {
		guards = append(guards, "customers")
	}
	if operation.Permanent {
		guards = append(guards, "irreversible")
	}
	effect := operation.Effect
	switch {
	case effect == "" && len(guards) == 0:
		return nil
	case effect == "" && operation.Permanent:
		effect = verb + " " + object.Name + ": it cannot be undone"
	case effect == "":
		effect = verb + " " + object.Name + ": it may reach customers"
	}
	if verb == "deletes" {
		guards = append(guards, "delete")
	}
	if len(guards) > 0 {
		effect += " (guard " + strings.Join(guards, ", ") + ")"
	}
	return []string{effect}
}
