package sinks

import (
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"strconv"

	"bcetl/internal/record"
	"bcetl/internal/scratch"

	"github.com/klauspost/compress/flate"
)

// compression is the level at which sheets are deflated: higher ones cost twice the time for a tenth of the size.
const compression = 3

// rowsPart is the rows of one sheet as they are written: XML, deflated at once into a temporary file, because a workbook is a zip,
// its parts come one after the other, and what stands before a sheet's rows (its dimension, its widths) is known only after them.
type rowsPart struct {
	file    *scratch.File
	deflate *flate.Writer
	row     []byte
	crc     uint32
	size    int64 // bytes of XML
	lines   int   // the last row's number
	columns int   // of the widest row
	letters []string
	failed  error // the first failure to write; nothing is finished after it
}

func newRowsPart() (*rowsPart, error) {
	file, err := scratch.Create("", "bcetl-sheet-*")
	if err != nil {
		return nil, fmt.Errorf("create temporary file: %w", err)
	}
	deflate, err := flate.NewWriter(file, compression)
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return &rowsPart{file: file, deflate: deflate}, nil
}

// begin starts the row of that number, from 1; numbers ascend.
func (p *rowsPart) begin(line int) {
	p.lines = line
	p.row = append(p.row, `<row r="`...)
	p.row = strconv.AppendInt(p.row, int64(line), 10)
	p.row = append(p.row, `">`...)
}

// cell starts a cell; kind is its attribute t, style the number of its cell format.
func (p *rowsPart) cell(column, style int, kind string) {
	for len(p.letters) <= column {
		p.letters = append(p.letters, record.ColumnLetter(len(p.letters)))
	}
	p.columns = max(p.columns, column+1)
	p.row = append(append(p.row, `<c r="`...), p.letters[column]...)
	p.row = strconv.AppendInt(p.row, int64(p.lines), 10)
	if style != 0 {
		p.row = append(p.row, `" s="`...)
		p.row = strconv.AppendInt(p.row, int64(style), 10)
	}
	if kind != "" {
		p.row = append(append(p.row, `" t="`...), kind...)
	}
	p.row = append(p.row, `">`...)
}

// text writes a text cell; an empty text writes none.
func (p *rowsPart) text(column, style int, text string) {
	if text == "" {
		return
	}
	p.cell(column, style, "inlineStr")
	if needsSpace(text) {
		p.row = append(p.row, `<is><t xml:space="preserve">`...)
	} else {
		p.row = append(p.row, `<is><t>`...)
	}
	p.row = append(appendXMLText(p.row, text), `</t></is></c>`...)
}

// value writes a cell whose value is a number, "1" or "0" of kind b, or an error of kind e.
func (p *rowsPart) value(column, style int, kind, value string) {
	p.cell(column, style, kind)
	p.row = append(append(append(p.row, `<v>`...), value...), `</v></c>`...)
}

// end finishes the row.
func (p *rowsPart) end() error {
	p.row = append(p.row, `</row>`...)
	if len(p.row) < 64<<10 {
		return nil
	}
	return p.flush()
}

func (p *rowsPart) flush() error {
	if p.failed != nil {
		return p.failed
	}
	p.crc = crc32.Update(p.crc, crc32.IEEETable, p.row)
	p.size += int64(len(p.row))
	_, err := p.deflate.Write(p.row)
	p.row = p.row[:0]
	if err != nil {
		p.failed = fmt.Errorf("write temporary file: %w", err)
	}
	return p.failed
}

// finish ends the deflate stream at a byte's end without closing it, so that what follows may be appended.
func (p *rowsPart) finish() error {
	if err := p.flush(); err != nil {
		return err
	}
	if err := p.deflate.Flush(); err != nil {
		return fmt.Errorf("write temporary file: %w", err)
	}
	if _, err := p.file.Seek(0, io.SeekStart); err != nil {
		return fmt.Errorf("read temporary file: %w", err)
	}
	return nil
}

// close gives the temporary file back; it may be called more than once.
func (p *rowsPart) close() error { return p.file.Close() }
