package compile

import (
	"context"

	"bcetl/internal/job"
	"bcetl/internal/record"
	"bcetl/mappings"
	"bcetl/sources"
)

// ConvertStep is a step from a sheet into other sheets, ready to run. It talks to no store.
type ConvertStep struct {
	Name    string // the job's own where the step has none
	File    *File
	Outputs []job.Output
	// Sheet is open and read up to its header; nil where the job was compiled without its files.
	Sheet Sheet
	// Shaping is what is done to rows before they are mapped.
	Shaping sources.Shaping
	Columns [][]record.Column // by output
	About   AboutColumns

	source   *job.Source
	programs programs[[]*mappings.Sheet] // one program for each output
	scope    mappings.Scope
}

func compileConvert(ctx context.Context, f *File, step *job.Step, scope mappings.Scope, o Options) (*ConvertStep, []job.Diagnostic, error) {
	c := &ConvertStep{Name: stepName(f, step), File: f, source: &step.Source, Outputs: step.Outputs, scope: scope}
	var header *record.Header
	var diagnostics []job.Diagnostic
	if !o.Static {
		opened, more, err := openSheet(ctx, f, &step.Source, o)
		if err != nil {
			return nil, more, err
		}
		diagnostics = append(diagnostics, more...)
		if opened != nil {
			c.Sheet, header = opened, opened.Header()
		}
	}
	shaping, compiled, more := c.compileFor(header)
	if diagnostics = append(diagnostics, more...); len(diagnostics) > 0 {
		return c, diagnostics, nil
	}
	c.Shaping = shaping
	c.Shaping.Reshape = func(header *record.Header) (sources.Shaping, error) {
		shaping, _, found := c.compileFor(header)
		return shaping, firstOf(found)
	}
	for _, program := range compiled {
		c.Columns = append(c.Columns, program.Columns())
	}
	return c, nil, nil
}

// compileFor compiles for one file's header.
func (c *ConvertStep) compileFor(header *record.Header) (sources.Shaping, []*mappings.Sheet, []job.Diagnostic) {
	shaping, extended, found := compileShaping(c.File, c.source, header, c.scope)
	var compiled []*mappings.Sheet
	var mapping []job.Mapping
	for i := range c.Outputs {
		mapping = append(mapping, c.Outputs[i].Mapping...)
		program, more := mappings.CompileSheet(c.File.Path, &c.Outputs[i], extended, c.scope)
		found = append(found, more...)
		compiled = append(compiled, program)
	}
	c.About.fitDialect(c.source, mapping, extended)
	c.programs.set(extended, compiled)
	return shaping, compiled, found
}

// Programs are what was compiled for the header of one of the sheet's files, one for each output.
func (c *ConvertStep) Programs(header *record.Header) []*mappings.Sheet { return c.programs.of(header) }

// Close lets go of the sheet.
func (c *ConvertStep) Close() error {
	if c.Sheet == nil {
		return nil
	}
	return c.Sheet.Close()
}
