package cli

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

// importStep is a step from a sheet into a store, ready to run.
type importStep struct {
	name     string
	file     *jobFile
	source   *job.Source
	mapping  []job.Mapping
	sheet    sheet
	shaping  sources.Shaping
	programs programs[*mappings.Import]
	policies []mappings.ColumnPolicy
	target   apply.Target
	scope    mappings.Scope
	about    aboutColumns
}

// compileImport opens the step's sheet and compiles what is done with its rows.
func compileImport(ctx context.Context, f *jobFile, step *job.Step, scope mappings.Scope, o compileOptions) (*importStep, []job.Diagnostic, error) {
	output := &step.Outputs[0]
	c := &importStep{name: stepName(f, step), file: f, source: &step.Source, mapping: output.Mapping, scope: scope}
	target, diagnostics := storeTarget(f, &output.Sink)
	c.target = target
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
			c.sheet, header = opened, opened.Header()
		}
	}
	more, err := c.compileRows(header)
	diagnostics = append(diagnostics, more...)
	return c, diagnostics, err
}

// compileRows compiles shaping and mapping against the header; a nil one judges no columns.
func (c *importStep) compileRows(header *record.Header) ([]job.Diagnostic, error) {
	shaping, program, found := c.compileFor(header)
	if c.target.Match == apply.AnySKU {
		found = append(found, c.onBoth()...)
	}
	if len(found) > 0 || program == nil {
		return found, nil
	}
	c.shaping = shaping
	c.shaping.Reshape = func(header *record.Header) (sources.Shaping, error) {
		shaping, _, found := c.compileFor(header)
		return shaping, firstOf(found)
	}
	c.target.Lists, c.target.Only = map[string]string{}, map[string]string{}
	c.policies = program.Columns()
	for _, column := range c.policies {
		c.target.AddField(column.Target, column.List, column.Only)
		if column.Key && len(column.From) > 0 {
			c.target.KeyColumn = column.From[0]
		}
	}
	for _, list := range program.Children() {
		c.target.Lists[list.Target] = list.List
		if list.Only != "" {
			c.target.Only[list.Target] = list.Only
		}
	}
	return nil, nil
}

// compileFor compiles for one file's header. The mapping sees the computed columns too.
func (c *importStep) compileFor(header *record.Header) (sources.Shaping, *mappings.Import, []job.Diagnostic) {
	shaping, extended, found := compileShaping(c.file, c.source, header, c.scope)
	mapping := c.about.fitDialect(c.source, c.mapping, extended)
	program, more := mappings.CompileImport(c.file.path, mapping, extended, c.target.Object, c.keyField(), c.target.Mode, c.scope)
	if program != nil {
		c.programs.set(extended, program)
	}
	return shaping, program, append(found, more...)
}

// program is what was compiled for the header of one of the sheet's files.
func (c *importStep) program(header *record.Header) *mappings.Import { return c.programs.of(header) }

func (c *importStep) keyField() string {
	if c.target.Match == apply.AnySKU {
		return "sku"
	}
	return c.target.Match
}

// onBoth refuses fields that variants do not have: any_sku writes whichever has the SKU.
func (c *importStep) onBoth() []job.Diagnostic {
	var diagnostics []job.Diagnostic
	for i := range c.mapping {
		target, blank := c.mapping[i].Target, c.mapping[i].Rule.Blank
		field, ok := catalogue.Variants.Field(target.Text)
		if !ok || !field.Writable {
			diagnostics = append(diagnostics, c.file.diagnostic(target, "field",
				fmt.Sprintf("%s is not a field that variants have too; `match: any_sku` writes fields of both", target.Text)))
			continue
		}
		if of, known := catalogue.Products.Field(target.Text); known && blank.Text == "clear" && of.Clear != field.Clear {
			diagnostics = append(diagnostics, c.file.diagnostic(blank, "blank", fmt.Sprintf(
				"an emptied %s is %s on a product and %s on a variant, where it means the product's; clear it in a step for each", target.Text, of.Clear, field.Clear)))
		}
	}
	return diagnostics
}

func stepName(f *jobFile, step *job.Step) string {
	if step.Name.Text != "" {
		return step.Name.Text
	}
	return f.job.Name.Text
}

// close lets go of the sheet.
func (c *importStep) close() error {
	if c.sheet == nil {
		return nil
	}
	return c.sheet.Close()
}
