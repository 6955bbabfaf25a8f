package ledger

import (
	"encoding/binary"
	"errors"
	"fmt"

	"bcetl/internal/record"
)

// A row is written as: sheet id, line, count of cells, cells, count of extra cells, extra cells; a cell as a byte of kind and
// flags, then its texts, each with its length before it. Compact, because a run of a million rows writes a million of these.
const (
	cellKindMask  = 0x07
	cellHasRaw    = 0x08
	cellHasFormat = 0x10
	cellLossy     = 0x20
)

var errTornRow = errors.New("a row of the journal is torn")

func appendRow(b []byte, sheet int64, row *record.Row) []byte {
	b = binary.AppendUvarint(b, uint64(sheet))
	b = binary.AppendUvarint(b, uint64(max(0, row.Origin.Line)))
	b = appendCells(b, row.Cells)
	return appendCells(b, row.Extra)
}

func appendCells(b []byte, cells []record.Cell) []byte {
	b = binary.AppendUvarint(b, uint64(len(cells)))
	for i := range cells {
		cell := &cells[i]
		flags := byte(cell.Kind) & cellKindMask
		if cell.Raw != "" {
			flags |= cellHasRaw
		}
		if cell.Format != "" {
			flags |= cellHasFormat
		}
		if cell.Lossy {
			flags |= cellLossy
		}
		b = appendText(append(b, flags), cell.Text)
		if cell.Raw != "" {
			b = appendText(b, cell.Raw)
		}
		if cell.Format != "" {
			b = appendText(b, cell.Format)
		}
	}
	return b
}

func appendText(b []byte, s string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}

// rowReader reads what appendRow wrote; its first error stays.
type rowReader struct {
	rest []byte
	err  error
}

func (r *rowReader) number() uint64 {
	n, size := binary.Uvarint(r.rest)
	if size <= 0 {
		r.err, r.rest = errTornRow, nil
		return 0
	}
	r.rest = r.rest[size:]
	return n
}

func (r *rowReader) text() string {
	n := r.number()
	if n > uint64(len(r.rest)) {
		r.err, r.rest = errTornRow, nil
		return ""
	}
	s := string(r.rest[:n])
	r.rest = r.rest[n:]
	return s
}

func (r *rowReader) cells() []record.Cell {
	n := r.number()
	if n > uint64(len(r.rest)) { // a cell takes two bytes at least
		r.err = errTornRow
		return nil
	}
	cells := make([]record.Cell, n)
	for i := range cells {
		if len(r.rest) == 0 {
			r.err = errTornRow
			return nil
		}
		flags := r.rest[0]
		r.rest = r.rest[1:]
		cells[i] = record.Cell{Kind: record.CellKind(flags & cellKindMask), Lossy: flags&cellLossy != 0, Text: r.text()}
		if flags&cellHasRaw != 0 {
			cells[i].Raw = r.text()
		}
		if flags&cellHasFormat != 0 {
			cells[i].Format = r.text()
		}
	}
	return cells
}

// encodeRows writes the rows of one item.
func (r *Run) encodeRows(rows []record.Row) ([]byte, error) {
	var b []byte
	for i := range rows {
		sheet, err := r.sheetID(&rows[i])
		if err != nil {
			return nil, err
		}
		b = appendRow(b, sheet, &rows[i])
	}
	return b, nil
}

// decodeRows reads the n rows of one item.
func (r *Run) decodeRows(data []byte, n int) ([]record.Row, error) {
	reader := rowReader{rest: data}
	rows := make([]record.Row, n)
	for i := range rows {
		sheet := int64(reader.number())
		line := int(reader.number())
		cells, extra := reader.cells(), reader.cells()
		if reader.err != nil {
			return nil, reader.err
		}
		known, ok := r.sheet(sheet)
		if !ok {
			return nil, fmt.Errorf("%w: it names sheet %d, which is not in the journal", errTornRow, sheet)
		}
		if len(extra) == 0 {
			extra = nil
		}
		origin := record.Origin{File: known.file, Sheet: known.name, Line: line}
		rows[i] = record.Row{Header: known.header, Cells: cells, Extra: extra, Origin: origin}
	}
	return rows, nil
}
