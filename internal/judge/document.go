package judge

import (
	"fmt"
	"os"
	"strings"
)

// Document is a Markdown page whose tables tests hold against the code: each stands behind a line `<!-- name -->`.
type Document struct {
	path  string
	lines []string
}

// ReadDocument reads a page.
func ReadDocument(path string) (*Document, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read tables: %w", err)
	}
	return &Document{path: path, lines: strings.Split(string(text), "\n")}, nil
}

// Table gives the cells of a table's rows, without its header.
func (d *Document) Table(name string) ([][]string, error) {
	from, to, err := d.find(name)
	if err != nil {
		return nil, err
	}
	var rows [][]string
	for _, line := range d.lines[from:to] {
		cells := strings.Split(strings.Trim(line, "|"), " | ")
		for i := range cells {
			cells[i] = strings.TrimSpace(cells[i])
		}
		rows = append(rows, cells)
	}
	return rows, nil
}

// Replace puts other rows into a table and writes the page.
func (d *Document) Replace(name string, rows [][]string) error {
	from, to, err := d.find(name)
	if err != nil {
		return err
	}
	var lines []string
	for _, cells := range rows {
		lines = append(lines, "| "+strings.Join(cells, " | ")+" |")
	}
	d.lines = append(append(append([]string{}, d.lines[:from]...), lines...), d.lines[to:]...)
	return os.WriteFile(d.path, []byte(strings.Join(d.lines, "\n")), 0o644)
}

// find gives the lines of a table's rows, behind its marker, an empty line and its header of two lines.
func (d *Document) find(name string) (from, to int, err error) {
	for i, line := range d.lines {
		if line != "<!-- "+name+" -->" {
			continue
		}
		from = i + 1
		for from < len(d.lines) && !strings.HasPrefix(d.lines[from], "|---") {
			from++
		}
		from++
		for to = from; to < len(d.lines) && strings.HasPrefix(d.lines[to], "|"); {
			to++
		}
		if from < len(d.lines) {
			return from, to, nil
		}
	}
	return 0, 0, fmt.Errorf("%s has no table behind <!-- %s -->", d.path, name)
}
