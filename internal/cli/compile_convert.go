package cli

import (
	"context"

	"bcetl/internal/job"
	"bcetl/internal/record"
	"bcetl/mappings"
	"bcetl/sources"
)

// convertStep is a step from a sheet into other sheets, ready to run. It talks to no store.
type convertStep struct {
	name    string
	file    *jobFile
	source  *job.Source
	outputs []job.Output
	sheet   sheet
	shaping sources.Shaping
	columns [][]record.Column // by output
	// programs has one program for each output.
	programs programs[[]*mappings.Sheet]
	scope    mappings.Scope
	about    aboutColumns
}

func compileConvert(ctx context.Context, f *jobFile, step *job.Step, scope mappings.Scope, o compileOptions) (*convertStep, []job.Diagnostic, error) {
	c := &convertStep{name: stepName(f, step), file: f, source: &step.Source, outputs: step.Outputs, scope: scope}
	var header *record.Header
	var diagnostics []job.Diagnostic
	if !o.Static {
		opened, more, err := openSheet(ctx, f, &step.Source, o)
		if err != nil {
			return nil, more, err
		}
		diagnostics = append(diagnostics, more...)
		if opened != nil {
			c.sheet, header = opened, opened.Header()
		}
	}
	shaping, compiled, more := c.compileFor(header)
	if diagnostics = append(diagnostics, more...); len(diagnostics) > 0 {
		return c, diagnostics, nil
	}
	c.shaping = shaping
	c.shaping.Reshape = func(header *record.Header) (sources.Shaping, error) {
		shaping, _, found := c.compileFor(header)
		return shaping, firstOf(found)
	}
	for _, program := range compiled {
		c.columns = append(c.columns, program.Columns())
	}
	return c, nil, nil
}

// compileFor compiles for one file's header.
func (c *convertStep) compileFor(header *record.Header) (sources.Shaping, []*mappings.Sheet, []job.Diagnostic) {
	shaping, extended, found := compileShaping(c.file, c.source, header, c.scope)
	var compiled []*mappings.Sheet
	var mapping []job.Mapping
	for i := range c.outputs {
		mapping = append(mapping, c.outputs[i].Mapping...)
		program, more := mappings.CompileSheet(c.file.path, c.outputs[i].Mapping, c.outputs[i].Where, extended, c.scope)
		found = append(found, more...)
		compiled = append(compiled, program)
	}
	c.about.fitDialect(c.source, mapping, extended)
	c.programs.set(extended, compiled)
	return shaping, compiled, found
}

// mapping are the programs that were compiled for the header of one of the sheet's files, one for each output.
func (c *convertStep) mapping(header *record.Header) []*mappings.Sheet { return c.programs.of(header) }

// close lets go of the sheet.
func (c *convertStep) close() error {
	if c.sheet == nil {
		return nil
	}
	return c.sheet.Close()
}
