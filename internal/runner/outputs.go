package runner

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"

	"bcetl/internal/compile"
	"bcetl/internal/job"
	"bcetl/internal/record"
	"bcetl/internal/report"
	"bcetl/sinks"
)

// outputs are the files of one run: those of all steps with one path are one workbook, renamed into place after the last step.
type outputs struct {
	world  *World
	books  map[string]*sinks.Workbook
	sheets map[string]bool // path and sheet name, to refuse one that is written twice
	files  []*sinks.CSV
	order  []string // of the workbooks
}

func newOutputs(w *World) *outputs {
	return &outputs{world: w, books: map[string]*sinks.Workbook{}, sheets: map[string]bool{}}
}

// tableWriter takes the rows of one output.
type tableWriter interface {
	Write(ctx context.Context, rows [][]record.Value) error
}

// open begins the sheet of a sink.
func (o *outputs) open(f *compile.File, s *job.Sink, columns []record.Column) (tableWriter, error) {
	if s.XLSX.Set {
		return o.openSheet(f.Beside(s.XLSX.Text), s.Sheet.Text, columns)
	}
	file, err := sinks.CreateCSV(f.Beside(s.CSV.Text), columns, sinks.CSVOptions{
		Delimiter: s.Delimiter.Text, Encoding: s.Encoding.Text, CRLF: s.CRLF.Text == "true",
		Quote: s.Quote.Text, Formulas: s.Formulas.Text, Stdout: o.world.Stdout,
	})
	if err != nil {
		return nil, err
	}
	o.files = append(o.files, file)
	return file, nil
}

func (o *outputs) openSheet(path, name string, columns []record.Column) (tableWriter, error) {
	if name == "" {
		name = "Sheet1"
	}
	key := filepath.Clean(path) + "\x00" + name
	if o.sheets[key] {
		return nil, fmt.Errorf("sheet %q of %s is written twice", name, path)
	}
	o.sheets[key] = true
	book, ok := o.books[filepath.Clean(path)]
	if !ok {
		created, err := sinks.CreateWorkbook(path)
		if err != nil {
			return nil, err
		}
		book = created
		o.books[filepath.Clean(path)] = book
		o.order = append(o.order, filepath.Clean(path))
	}
	return book.AddSheet(sinks.SheetOptions{Name: name}, columns)
}

// commit gives all files their final names.
func (o *outputs) commit() (written []report.Output, notes []string, err error) {
	for _, file := range o.files {
		output, commitErr := file.Commit()
		if commitErr != nil {
			return written, notes, errors.Join(commitErr, o.abort())
		}
		written = append(written, report.Output(output))
	}
	for _, path := range o.order {
		committed, commitErr := o.books[path].Commit()
		if commitErr != nil {
			return written, notes, errors.Join(commitErr, o.abort())
		}
		notes = append(notes, o.books[path].Notes()...)
		for _, output := range committed {
			written = append(written, report.Output(output))
		}
	}
	return written, notes, nil
}

// abort leaves none of the files that are not committed behind.
func (o *outputs) abort() error {
	var err error
	for _, file := range o.files {
		err = errors.Join(err, file.Abort())
	}
	for _, path := range o.order {
		err = errors.Join(err, o.books[path].Abort())
	}
	return err
}
