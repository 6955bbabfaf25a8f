package sources

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strconv"
	"sync/atomic"
)

// Excel's own limits of a sheet.
const (
	maxSheetRows    = 1 << 20
	maxSheetColumns = 1 << 14
)

// storedCell is a cell as the sheet's XML has it.
type storedCell struct {
	column  int    // 0-based
	style   int    // index of its format
	kind    string // attribute t, "" for a number
	text    string // of v, or of is
	value   bool   // there is a v or is element
	formula bool   // there is an f element
}

// sheetScan reads the rows of one sheet's XML in order. excelize does not serve here: its Rows give formatted texts only and leave
// out what kind of value a cell has, its stored digits and its format, all of which are needed; opening a file with it holds the
// whole file in memory; and reading the tokens directly takes half of its time. The sheet's dimension is ignored: many writers get
// it wrong. Positions that rows and cells leave out are counted.
type sheetScan struct {
	decoder *xml.Decoder
	budget  *budgetReader
	row     int
	hidden  bool // the row is hidden, by hand or by a filter
	inData  bool
	cells   []storedCell
	buffer  []byte
}

func newSheetScan(r io.Reader, read *atomic.Int64) (*sheetScan, error) {
	budget := &budgetReader{reader: r, read: read}
	budget.refill()
	decoder, err := newPartDecoder(budget)
	return &sheetScan{decoder: decoder, budget: budget}, err
}

// next gives the next row that stands in the XML, blank or not, with its number from 1. The cells are valid until the next call.
// io.EOF comes only after the proper end of the sheet's data.
func (s *sheetScan) next() (int, []storedCell, error) {
	for {
		token, err := s.decoder.RawToken()
		if err != nil {
			return 0, nil, s.damaged(noEOF(err))
		}
		switch t := token.(type) {
		case xml.StartElement:
			switch {
			case t.Name.Local == "sheetData":
				s.inData = true
			case s.inData && t.Name.Local == "row":
				if err := s.readRow(t); err != nil {
					return 0, nil, s.damaged(err)
				}
				s.budget.refill()
				return s.row, s.cells, nil
			}
		case xml.EndElement:
			if t.Name.Local == "sheetData" || t.Name.Local == "worksheet" {
				return 0, nil, io.EOF
			}
		}
	}
}

func (s *sheetScan) damaged(err error) error {
	return fmt.Errorf("the sheet is damaged near row %d: %w", s.row, err)
}

func (s *sheetScan) readRow(start xml.StartElement) error {
	number := s.row + 1
	s.hidden = false
	for _, attr := range start.Attr {
		if attr.Name.Local == "hidden" && attr.Name.Space == "" {
			s.hidden = attr.Value == "1" || attr.Value == "true"
		}
		if attr.Name.Local == "r" && attr.Name.Space == "" {
			read, err := strconv.Atoi(attr.Value)
			if err != nil {
				return fmt.Errorf("row number %q", attr.Value)
			}
			number = read
		}
	}
	if number <= s.row {
		return fmt.Errorf("row %d stands after row %d", number, s.row)
	}
	if number > maxSheetRows {
		return fmt.Errorf("row number %d is over Excel's limit of %d", number, maxSheetRows)
	}
	s.row = number
	s.cells = s.cells[:0]
	column := -1
	for {
		token, err := s.decoder.RawToken()
		if err != nil {
			return noEOF(err)
		}
		switch t := token.(type) {
		case xml.StartElement:
			if t.Name.Local != "c" {
				continue
			}
			cell, err := s.readCell(t, column+1)
			if err != nil {
				return err
			}
			if cell.column <= column {
				return fmt.Errorf("row %d: its cells are not in order", number)
			}
			column = cell.column
			s.cells = append(s.cells, cell)
		case xml.EndElement:
			if t.Name.Local == "row" {
				return nil
			}
		}
	}
}

func (s *sheetScan) readCell(start xml.StartElement, column int) (storedCell, error) {
	cell := storedCell{column: column}
	for _, attr := range start.Attr {
		if attr.Name.Space != "" {
			continue
		}
		switch attr.Name.Local {
		case "r":
			place, ok := referenceColumn(attr.Value)
			if !ok {
				return cell, fmt.Errorf("row %d: cell reference %q", s.row, attr.Value)
			}
			cell.column = place
		case "s":
			style, err := strconv.Atoi(attr.Value)
			if err != nil {
				return cell, fmt.Errorf("row %d: cell style %q", s.row, attr.Value)
			}
			cell.style = style
		case "t":
			cell.kind = attr.Value
		}
	}
	if cell.column >= maxSheetColumns {
		return cell, fmt.Errorf("row %d has more than Excel's %d columns", s.row, maxSheetColumns)
	}
	return cell, s.readContent(&cell)
}

func (s *sheetScan) readContent(cell *storedCell) error {
	for {
		token, err := s.decoder.RawToken()
		if err != nil {
			return noEOF(err)
		}
		switch t := token.(type) {
		case xml.StartElement:
			switch t.Name.Local {
			case "v":
				cell.value = true
				s.buffer, err = plainText(s.decoder, "v", s.buffer[:0])
				cell.text = string(s.buffer)
			case "is":
				cell.value = true
				s.buffer, err = richText(s.decoder, "is", s.buffer[:0])
				cell.text = string(s.buffer)
			case "f":
				cell.formula = true
				s.buffer, err = plainText(s.decoder, "f", s.buffer[:0])
			}
			if err != nil {
				return err
			}
		case xml.EndElement:
			switch t.Name.Local {
			case "c":
				return nil
			case "row", "sheetData":
				return errors.New("a cell has no end")
			}
		}
	}
}

// plainText reads the characters up to the end of the element.
func plainText(decoder *xml.Decoder, end string, buffer []byte) ([]byte, error) {
	for {
		token, err := decoder.RawToken()
		if err != nil {
			return buffer, noEOF(err)
		}
		switch t := token.(type) {
		case xml.CharData:
			buffer = append(buffer, t...)
		case xml.EndElement:
			if t.Name.Local == end {
				return buffer, nil
			}
		}
	}
}

// referenceColumn reads the 0-based column of a reference such as "BC12"; the row is known already.
func referenceColumn(ref string) (int, bool) {
	column, i := 0, 0
	for ; i < len(ref) && i < 4; i++ {
		c := ref[i] &^ 0x20
		if c < 'A' || c > 'Z' {
			break
		}
		column = column*26 + int(c-'A') + 1
	}
	return column - 1, i > 0 && i < 4
}
