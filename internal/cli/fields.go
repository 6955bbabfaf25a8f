package cli

import (
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"bcetl/internal/apply"
	"bcetl/internal/bigcommerce/catalogue"
	"bcetl/internal/compile"
	"bcetl/internal/job"
	"bcetl/internal/runner"
)

func (a *App) fieldsCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "fields [OBJECT]",
		Short: "List the fields of a store object: type, limits, what may be written",
		Long: "Without an object, lists the objects and whether a job can read (source) or write (sink) them.\n" +
			"With one, lists each field with its type, whether it can be written (w), must be given to create (!),\n" +
			"can be emptied with `blank: clear` (c), may reach customers (@), and its limits. Filters of a store source are listed below.\n" + exitHelp,
		Args: cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return a.printObjects()
			}
			names := objectNames()
			object, ok := catalogue.Find(args[0])
			if !ok {
				return runner.Wrong(fmt.Errorf("no object is named %q; there are %s%s", args[0], strings.Join(names, ", "), job.DidYouMean(args[0], names)))
			}
			return a.printFields(object)
		},
	}
}

func objectNames() []string {
	var names []string
	for _, object := range catalogue.All() {
		names = append(names, object.Name)
	}
	return names
}

// printObjects lists the objects of jobs, and those that jobs only look up.
func (a *App) printObjects() error {
	table := tabwriter.NewWriter(a.Stdout, 0, 0, 2, ' ', 0)
	for _, object := range catalogue.All() {
		var uses []string
		if slices.Contains(compile.Readable(), object) {
			uses = append(uses, "source")
		}
		if slices.Contains(apply.Writable(), object) {
			uses = append(uses, "sink")
		}
		if len(uses) == 0 {
			uses = append(uses, "looked up only")
		}
		fmt.Fprintf(table, "%s\t%s\n", object.Name, strings.Join(uses, ", "))
	}
	return table.Flush()
}

func (a *App) printFields(object *catalogue.Object) error {
	table := tabwriter.NewWriter(a.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "FIELD\tTYPE\tUSE\tLIMITS\tNOTE")
	for i := range object.Fields {
		field := &object.Fields[i]
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\n", field.Path, field.Type, fieldUse(object, field), fieldLimits(field), fieldNote(field))
	}
	fmt.Fprintln(table)
	fmt.Fprintln(table, "FILTER\tTYPE\tUSE\tVALUES")
	for i := range object.Filters {
		filter := &object.Filters[i]
		use := ""
		if filter.Many {
			use = "list"
		}
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\n", filter.Name, filter.Type, use, strings.Join(filter.Enum, " "))
	}
	printWrites(table, object)
	return table.Flush()
}

// printWrites lists how a sink writes the object, and what a write of it does besides.
func printWrites(table *tabwriter.Writer, object *catalogue.Object) {
	if !slices.Contains(apply.Writable(), object) {
		return
	}
	keys := compile.MatchKeys(object)
	if usual := compile.UsualMatch(object); object.Name != catalogue.Products.Name && object.Name != catalogue.Variants.Name {
		keys = append([]string{usual}, slices.DeleteFunc(keys, func(key string) bool { return key == usual })...)
	}
	fmt.Fprintln(table)
	fmt.Fprintln(table, "SINK\tVALUES")
	fmt.Fprintf(table, "mode\t%s\n", strings.Join(compile.Modes(object), " "))
	fmt.Fprintf(table, "match\t%s\n", strings.Join(keys, " "))
	for _, one := range []struct {
		operation *catalogue.Operation
		verb      string
	}{{&object.Create, "creates"}, {&object.Update, "changes"}, {&object.Delete, "deletes"}} {
		for _, notice := range compile.Notices(object, one.operation, one.verb) {
			fmt.Fprintf(table, "note\t%s\n", notice)
		}
	}
}

func fieldUse(object *catalogue.Object, field *catalogue.Field) string {
	var use []string
	created := field.CreateOnly
	if root, _, element := strings.Cut(field.Path, "[]."); element {
		list, ok := object.Field(root)
		created = created || field.Writable && ok && list.CreateOnly
	}
	switch {
	case created:
		use = append(use, "w (create only)")
	case field.Writable:
		use = append(use, "w")
	default:
		use = append(use, "read-only")
	}
	if field.WriteOnly {
		use = append(use, "never read")
	}
	if field.Reaches {
		use = append(use, "@")
	}
	if field.Required {
		use = append(use, "!")
	}
	if field.Clear != catalogue.NoClear {
		use = append(use, "c")
	}
	return strings.Join(use, " ")
}

func fieldLimits(field *catalogue.Field) string {
	var limits []string
	switch {
	case len(field.Enum) > 0:
		limits = append(limits, strings.Join(field.Enum, " | "))
	case field.MaxLength > 0:
		limits = append(limits, fmt.Sprintf("%d-%d characters", field.MinLength, field.MaxLength))
	case field.MinLength > 1:
		limits = append(limits, fmt.Sprintf("at least %d characters", field.MinLength))
	case field.MinLength == 1:
		limits = append(limits, "never empty")
	}
	if field.Form != "" {
		limits = append(limits, field.FormNote)
	}
	switch {
	case field.Min != "" && field.Max != "":
		limits = append(limits, field.Min+" to "+field.Max)
	case field.Min != "":
		limits = append(limits, "at least "+field.Min)
	}
	if field.MaxItems > 0 {
		limits = append(limits, fmt.Sprintf("at most %d items", field.MaxItems))
	}
	return strings.Join(limits, ", ")
}

func fieldNote(field *catalogue.Field) string {
	var notes []string
	for _, note := range []string{field.Note, field.Effect} {
		if note != "" {
			notes = append(notes, note)
		}
	}
	if field.Ref != "" {
		notes = append(notes, "look up by name with `lookup: "+strings.ReplaceAll(field.Ref, " ", "` or `lookup: ")+"`")
	}
	return strings.Join(notes, "; ")
}
