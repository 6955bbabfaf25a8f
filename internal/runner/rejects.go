package runner

import (
	"errors"
	"fmt"
	"path/filepath"

	"bcetl/internal/record"
	"bcetl/internal/report"
	"bcetl/sinks"
)

// rejectsFile writes the rejected rows of one input.
type rejectsFile interface {
	Write(row record.Row, message string) error
	Commit() (sinks.Output, error)
	Abort() error
}

// rejects hands rejected rows back in the form in which they came, one file for each input file, made when its first row comes.
type rejects struct {
	session *session
	step    string
	layouts func() []record.Layout // known once the inputs were read
	files   map[string]rejectsFile // by the input's path
	order   []string
}

func newRejects(s *session, step string, layouts func() []record.Layout) *rejects {
	return &rejects{session: s, step: step, layouts: layouts, files: map[string]rejectsFile{}}
}

// add writes all rows of a rejected item: a group is handed back whole.
func (r *rejects) add(rows []record.Row, problem *record.Problem) error {
	for i := range rows {
		file, err := r.file(rows[i].Origin.File)
		if err != nil {
			return err
		}
		if err := file.Write(rows[i], problem.Error()); err != nil {
			return fmt.Errorf("write rejects: %w", err)
		}
	}
	return nil
}

func (r *rejects) file(input string) (rejectsFile, error) {
	if file, ok := r.files[input]; ok {
		return file, nil
	}
	for _, layout := range r.layouts() {
		if layout.File != input {
			continue
		}
		file, err := r.create(layout)
		if err != nil {
			return nil, fmt.Errorf("write rejects: %w", err)
		}
		r.files[input] = file
		r.order = append(r.order, input)
		return file, nil
	}
	return nil, fmt.Errorf("write rejects: %s was not among the inputs", input)
}

func (r *rejects) create(layout record.Layout) (rejectsFile, error) {
	if layout.Format == "xlsx" {
		return sinks.CreateRejectsXLSX(r.path("xlsx"), layout)
	}
	return sinks.CreateRejectsCSV(r.path("csv"), layout)
}

// path is rejects.csv in the run's folder, rejects-2.csv for the second input and so on.
func (r *rejects) path(extension string) string {
	r.session.rejectFiles++
	name := "rejects." + extension
	if n := r.session.rejectFiles; n > 1 {
		name = fmt.Sprintf("rejects-%d.%s", n, extension)
	}
	return filepath.Join(r.session.run.Dir, name)
}

// close gives the files their names, or leaves none behind when the rows could not be settled.
func (r *rejects) close(good bool) error {
	var err error
	for _, input := range r.order {
		file := r.files[input]
		if !good {
			err = errors.Join(err, file.Abort())
			continue
		}
		output, commitErr := file.Commit()
		err = errors.Join(err, commitErr)
		if commitErr == nil {
			r.session.report.Rejects = append(r.session.report.Rejects, report.RejectFile{Step: r.step, Path: output.Path, Rows: output.Rows})
		}
	}
	return err
}
