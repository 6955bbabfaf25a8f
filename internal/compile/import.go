package compile

import (
	"context"
	"fmt"

	"bcetl/internal/apply"
	"bcetl/internal/bigcommerce/catalogue"
	"bcetl/internal/job"
	"bcetl/internal/record"
	"bcetl/mappings"
	"bcetl/sources"
)

// ImportStep is a step from a sheet into a store, ready to run.
type ImportStep struct {
	Name string // the job's own where the step has none
	File *File
	// Sheet is open and read up to its header; nil where the job was compiled without its files.
	Sheet Sheet
	// Shaping is what is done to rows before they are mapped.
	Shaping sources.Shaping
	// Policies say what becomes of each field's column.
	Policies []mappings.ColumnPolicy
	Target   apply.Target
	About    AboutColumns

	source   *job.Source
	mapping  []job.Mapping
	programs programs[*mappings.Import]
	scope    mappings.Scope
}

// compileImport opens the step's sheet and compiles what is done with its rows.
func compileImport(ctx context.Context, f *File, step *job.Step, scope mappings.Scope, o Options) (*ImportStep, []job.Diagnostic, error) {
	output := &step.Outputs[0]
	c := &ImportStep{Name: stepName(f, step), File: f, source: &step.Source, mapping: output.Mapping, scope: scope}
	target, diagnostics := storeTarget(f, &output.Sink)
	c.Target = target
	if target.Object == nil {
		return nil, diagnostics, nil
	}
	var header *record.Header
	if !o.Static {
		opened, more, err := openSheet(ctx, f, &step.Source, o)
		diagnostics = append(diagnostics, more...)
		if err != nil {
			return nil, diagnostics, err
		}
		if opened != nil {
			c.Sheet, header = opened, opened.Header()
		}
	}
	more, err := c.compileRows(header)
	diagnostics = append(diagnostics, more...)
	return c, diagnostics, err
}

// compileRows compiles shaping and mapping against the header; a nil one judges no columns.
func (c *ImportStep) compileRows(header *record.Header) ([]job.Diagnostic, error) {
	shaping, program, found := c.compileFor(header)
	if c.Target.Match == apply.AnySKU {
		found = append(found, c.onBoth()...)
	}
	if len(found) > 0 || program == nil {
		return found, nil
	}
	c.Shaping = shaping
	c.Shaping.Reshape = func(header *record.Header) (sources.Shaping, error) {
		shaping, _, found := c.compileFor(header)
		return shaping, firstOf(found)
	}
	c.Target.Lists, c.Target.Only = map[string]string{}, map[string]string{}
	c.Policies = program.Columns()
	for _, column := range c.Policies {
		c.Target.AddField(column.Target, column.List, column.Only)
		if column.Key && len(column.From) > 0 {
			c.Target.KeyColumn = column.From[0]
		}
	}
	for _, list := range program.Children() {
		c.Target.Lists[list.Target] = list.List
		if list.Only != "" {
			c.Target.Only[list.Target] = list.Only
		}
	}
	return nil, nil
}

// compileFor compiles for one file's header. The mapping sees the computed columns too.
func (c *ImportStep) compileFor(header *record.Header) (sources.Shaping, *mappings.Import, []job.Diagnostic) {
	shaping, extended, found := compileShaping(c.File, c.source, header, c.scope)
	mapping := c.About.fitDialect(c.source, c.mapping, extended)
	program, more := mappings.CompileImport(c.File.Path, mapping, extended, c.Target.Object, c.keyField(), c.Target.Mode, c.scope)
	if program != nil {
		c.programs.set(extended, program)
	}
	return shaping, program, append(found, more...)
}

// Program is what was compiled for the header of one of the sheet's files.
func (c *ImportStep) Program(header *record.Header) *mappings.Import { return c.programs.of(header) }

func (c *ImportStep) keyField() string {
	if c.Target.Match == apply.AnySKU {
		return "sku"
	}
	return c.Target.Match
}

// onBoth refuses fields that variants do not have: any_sku writes whichever has the SKU.
func (c *ImportStep) onBoth() []job.Diagnostic {
	var diagnostics []job.Diagnostic
	for i := range c.mapping {
		target, blank := c.mapping[i].Target, c.mapping[i].Rule.Blank
		field, ok := catalogue.Variants.Field(target.Text)
		if !ok || !field.Writable {
			diagnostics = append(diagnostics, c.File.Diagnostic(target, "field",
				fmt.Sprintf("%s is not a field that variants have too; `match: any_sku` writes fields of both", target.Text)))
			continue
		}
		if of, known := catalogue.Products.Field(target.Text); known && blank.Text == "clear" && of.Clear != field.Clear {
			diagnostics = append(diagnostics, c.File.Diagnostic(blank, "blank", fmt.Sprintf(
				"an emptied %s is %s on a product and %s on a variant, where it means the product's; clear it in a step for each", target.Text, of.Clear, field.Clear)))
		}
	}
	return diagnostics
}

func stepName(f *File, step *job.Step) string {
	if step.Name.Text != "" {
		return step.Name.Text
	}
	return f.Job.Name.Text
}

// Close lets go of the sheet.
func (c *ImportStep) Close() error {
	if c.Sheet == nil {
		return nil
	}
	return c.Sheet.Close()
}
