package sources

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"sync/atomic"
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
type CSV struct{ series }

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
	open := func(_ context.Context, path string, read *atomic.Int64) (*opened, error) {
		file, err := openCSVFile(path, o, read)
		if err != nil {
			return nil, fmt.Errorf("read %s: %w", path, err)
		}
		return &opened{content: file, path: path, where: path, header: file.header, layout: file.layout}, nil
	}
	c := &CSV{series{open: open, paths: paths, total: totalSize(paths)}}
	if err := c.openNext(ctx); err != nil {
		return nil, err
	}
	if err := c.compareFiles(ctx); err != nil {
		return nil, errors.Join(err, c.Close())
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

// compareFiles looks at the headers of the files that are still to come. What can be read only once is left for its turn.
func (c *CSV) compareFiles(ctx context.Context) error {
	for _, path := range c.paths {
		if err := ctx.Err(); err != nil {
			return context.Cause(ctx)
		}
		if info, err := os.Stat(path); err != nil || !info.Mode().IsRegular() {
			continue
		}
		file, err := c.openWith(ctx, path, nil)
		if err != nil {
			return err
		}
		_ = file.close() // nothing was written to it
	}
	return nil
}
