package sources

import (
	"context"
	"fmt"
	"io"
	"os"
	"sync/atomic"

	"bcetl/internal/record"
)

// CSVOptions says which files are read and how they are written.
type CSVOptions struct {
	// Paths are file names or globs, read one after the other, or "-" for Stdin.
	Paths []string
	// Delimiter is one character, or "tab"; "" finds out which of , ; tab and | it is. A first line `sep=;` decides, too.
	Delimiter string
	// Encoding is utf-8, utf-16, windows-1252 or any other name in the WHATWG list; "" goes by the byte order mark, else UTF-8 if
	// the whole file is that, else Windows-1252. Of standard input only the first MiB decides.
	Encoding string
	// HeaderRow is the row, from 1, in which the column names stand; 0 is the first row that is not blank, NoHeader none at all.
	HeaderRow int
	// Headers renames columns.
	Headers HeaderNames
	// Formulas is FormulasEscape (or ""), which takes one `'` off before a formula character, or FormulasRaw, which leaves every
	// text as it stands.
	Formulas string
	// Stdin is what the path "-" reads.
	Stdin io.Reader
}

// A batch ends at csvBatch rows, or where its texts pass csvBatchBytes.
const (
	csvBatch      = 500
	csvBatchBytes = 1 << 20
)

// CSV reads the rows of one CSV file after the other, in flat memory. Every cell is its own text; only a `'` before a formula
// character, which the CSV sink writes, is taken off, unless Formulas says otherwise. Cells that a row lacks are empty. Rows without any text are left out, but
// counted in the row numbers, as a spreadsheet program counts them; a first line `sep=;` is not.
//
// Row problems have these codes: ragged_row (text right of the header's last column; kept in Extra), malformed_quote (text after
// a closing quote; kept in the cell), unterminated_quote (a quote open at the end of the file; the lines after it are in the
// cell).
type CSV struct {
	options CSVOptions
	paths   []string // not opened yet
	file    *csvFile
	header  *record.Header
	layouts []record.Layout
	notes   []string
	read    atomic.Int64
	total   int64
}

// OpenCSV opens the first file and reads its header; the headers of the others are looked at, so that a file without the first
// one's columns is refused before any row is read. A file that is no text, a header row beyond its end and an encoding that
// cannot be are errors. The caller closes.
func OpenCSV(ctx context.Context, o CSVOptions) (*CSV, error) {
	if err := ctx.Err(); err != nil {
		return nil, context.Cause(ctx)
	}
	paths, err := Expand(o.Paths)
	if err != nil {
		return nil, err
	}
	c := &CSV{options: o, paths: paths, total: totalSize(paths)}
	if err := c.openNext(); err != nil {
		return nil, err
	}
	c.header = c.file.header
	if err := c.comparePaths(ctx); err != nil {
		_ = c.Close()
		return nil, err
	}
	return c, nil
}

// totalSize is the size of all files together, 0 when one of them has none.
func totalSize(paths []string) (total int64) {
	for _, path := range paths {
		info, err := os.Stat(path)
		if path == "-" || err != nil || !info.Mode().IsRegular() {
			return 0
		}
		total += info.Size()
	}
	return total
}

func (c *CSV) openNext() error {
	file, err := openCSVFile(c.paths[0], c.options, &c.read)
	if err != nil {
		return fmt.Errorf("read %s: %w", c.paths[0], err)
	}
	if c.header != nil {
		if err := missingColumns(c.header, file.header); err != nil {
			_ = file.close()
			return fmt.Errorf("read %s: %w", c.paths[0], err)
		}
	}
	c.paths = c.paths[1:]
	c.file = file
	c.layouts = append(c.layouts, file.layout)
	return nil
}

// comparePaths looks at the headers of the files that are still to come. What can be read only once is left for its turn.
func (c *CSV) comparePaths(ctx context.Context) error {
	for _, path := range c.paths {
		if err := ctx.Err(); err != nil {
			return context.Cause(ctx)
		}
		if info, err := os.Stat(path); err != nil || !info.Mode().IsRegular() {
			continue
		}
		file, err := openCSVFile(path, c.options, nil)
		if err != nil {
			return fmt.Errorf("read %s: %w", path, err)
		}
		_ = file.close() // nothing was written to it
		if err := missingColumns(c.header, file.header); err != nil {
			return fmt.Errorf("read %s: %w", path, err)
		}
	}
	return nil
}

// Next gives up to 500 rows, which the caller owns; io.EOF after the last. A row that cannot be made sense of has a Problem and
// the rows after it go on; any other error is of the file, names the row and, of UTF-8 and UTF-16, the byte, and no rows follow it.
func (c *CSV) Next(ctx context.Context) ([]record.Row, error) {
	if err := ctx.Err(); err != nil {
		return nil, context.Cause(ctx)
	}
	for {
		if c.file == nil {
			if len(c.paths) == 0 {
				return nil, io.EOF
			}
			if err := c.openNext(); err != nil {
				return nil, err
			}
		}
		rows, err := c.file.batch()
		if err != nil && err != io.EOF {
			return nil, fmt.Errorf("read %s: %w", c.file.path, err)
		}
		if err == io.EOF {
			if err := c.finishFile(); err != nil {
				return nil, err
			}
		}
		if len(rows) > 0 {
			return rows, nil
		}
	}
}

func (c *CSV) finishFile() error {
	file := c.file
	c.file = nil
	c.notes = append(c.notes, file.notes()...)
	if err := file.close(); err != nil {
		return fmt.Errorf("close %s: %w", file.path, err)
	}
	return nil
}

// Header is that of the first file, after renaming.
func (c *CSV) Header() *record.Header { return c.header }

// Layouts says how the files opened so far are written, in order.
func (c *CSV) Layouts() []record.Layout { return c.layouts }

// Notes are remarks for people, one line each: what was detected in each file, what was left out. They are complete after io.EOF.
func (c *CSV) Notes() []string {
	if c.file == nil {
		return c.notes
	}
	return append(c.notes[:len(c.notes):len(c.notes)], c.file.notes()...)
}

// Progress is how many bytes were read of how many; total is 0 when that is unknown. It may be called at any time from any
// goroutine.
func (c *CSV) Progress() (read, total int64) { return c.read.Load(), c.total }

// Close closes the file that is being read; it may be called at any time and more than once.
func (c *CSV) Close() error {
	c.paths = nil
	if c.file == nil {
		return nil
	}
	return c.finishFile()
}
