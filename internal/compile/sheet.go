package compile

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"

	"bcetl/internal/job"
	"bcetl/internal/record"
	"bcetl/sources"
)

// Sheet is an open CSV or XLSX source.
type Sheet interface {
	sources.Sheet
	Header() *record.Header
	Layouts() []record.Layout
	Notes() []string
	Progress() (read, total int64)
	Close() error
}

// openSheet opens the step's sheet, or the file that stands in for it.
func openSheet(ctx context.Context, f *File, s *job.Source, o Options) (Sheet, []job.Diagnostic, error) {
	headers, diagnostics := headerNames(f, s)
	headerRow, more := headerRow(f, s)
	if diagnostics = append(diagnostics, more...); len(diagnostics) > 0 {
		return nil, diagnostics, nil
	}
	if !s.XLSX.Set && !s.CSV.Set {
		return nil, nil, nil // parsing has said so
	}
	path, at := s.CSV, "csv"
	if s.XLSX.Set {
		path, at = s.XLSX, "xlsx"
	}
	paths := []string{f.Beside(path.Text)}
	if o.Input != "" {
		paths = []string{o.Input}
		source := *s
		if _, err := strconv.Atoi(source.Sheet.Text); err == nil {
			source.Sheet.Text = "" // rejects have one sheet, whatever its place was
		}
		s = &source
	}
	opened, err := openPaths(ctx, s, o.Stdin, paths, headers, headerRow)
	if err != nil && o.Input == "" {
		var sheet *sources.SheetError
		if errors.As(err, &sheet) && s.Sheet.Set {
			path, at = s.Sheet, "sheet"
		}
		return nil, []job.Diagnostic{f.Diagnostic(path, at, err.Error())}, nil
	}
	if err != nil {
		return nil, nil, fmt.Errorf("--input: %w", err)
	}
	return opened, nil, nil
}

func openPaths(ctx context.Context, s *job.Source, stdin io.Reader, paths []string, headers sources.HeaderNames, headerRow int) (Sheet, error) {
	if s.XLSX.Set {
		opened, err := sources.OpenXLSX(ctx, sources.XLSXOptions{
			Paths: paths, Sheet: s.Sheet.Text, HeaderRow: headerRow, Headers: headers, Range: s.Range.Text,
		})
		if err != nil {
			return nil, err
		}
		return opened, nil
	}
	opened, err := sources.OpenCSV(ctx, sources.CSVOptions{
		Paths: paths, Delimiter: s.Delimiter.Text, Encoding: s.Encoding.Text, HeaderRow: headerRow, Headers: headers,
		Formulas: s.Formulas.Text, Stdin: stdin,
	})
	if err != nil {
		return nil, err
	}
	return opened, nil
}

func headerNames(f *File, s *job.Source) (sources.HeaderNames, []job.Diagnostic) {
	var names sources.HeaderNames
	var diagnostics []job.Diagnostic
	for _, name := range s.Headers.List {
		names.List = append(names.List, name.Text)
	}
	for _, entry := range s.Headers.ByLetter {
		if _, ok := record.ColumnPlace(entry.Name.Text); !ok {
			diagnostics = append(diagnostics, f.Diagnostic(entry.Name, "headers", fmt.Sprintf("%q is not the letter of a column, such as C or AB", entry.Name.Text)))
			continue
		}
		if names.ByLetter == nil {
			names.ByLetter = map[string]string{}
		}
		names.ByLetter[entry.Name.Text] = entry.Value.Text
	}
	return names, diagnostics
}

func headerRow(f *File, s *job.Source) (int, []job.Diagnostic) {
	switch text := s.HeaderRow.Text; {
	case !s.HeaderRow.Set:
		return 0, nil
	case text == "none":
		return sources.NoHeader, nil
	default:
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 {
			return 0, []job.Diagnostic{f.Diagnostic(s.HeaderRow, "type", fmt.Sprintf("header_row is a row number from 1, or none, not %q", text))}
		}
		return n, nil
	}
}
