package sources

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// maxCSVRow is the most bytes that one row may have. What is longer is a quote that nobody closed, and reading on would take the
// rest of the file into memory as one cell.
const maxCSVRow = 16 << 20

// csvBuffer is how much is read at once; it grows up to maxCSVRow for a row that is longer.
const csvBuffer = 256 << 10

// lineEnd is how a row ended.
type lineEnd uint8

const (
	endOfFile lineEnd = iota
	endLF
	endCRLF
	endCR
)

// verification is what tells that the bytes of a file are not in the encoding in which they are read.
type verification uint8

const (
	verifyNothing  verification = iota // the rows are looked at to find the delimiter only
	verifyUTF8                         // UTF-8, which nobody declared
	verifyDeclared                     // UTF-8, declared or marked
	verifyUnits                        // UTF-16, whose decoder refuses what does not fit
	verifyDecoded                      // a legacy encoding, whose decoder writes U+FFFD where bytes do not fit
	verifyGuessed                      // the same of Windows-1252, which nobody declared
)

// csvFault is what is wrong with the quotes of a row.
type csvFault struct {
	code   string
	column int // 0-based
	text   string
}

// csvRow is one row as scanned. Its bounds are valid until the next call of next.
type csvRow struct {
	text   string // all cells without their quotes, in one allocation
	bounds []int  // start and end of each cell in text, two numbers a cell; none in a blank row
	quoted bool   // at least one cell stood in quotes
	end    lineEnd
	fault  *csvFault
}

func (r *csvRow) count() int { return len(r.bounds) / 2 }

func (r *csvRow) cell(i int) string { return r.text[r.bounds[2*i]:r.bounds[2*i+1]] }

// cells gives copies of the slice headers, for the few rows that are kept as texts.
func (r *csvRow) cells() []string {
	texts := make([]string, r.count())
	for i := range texts {
		texts[i] = r.cell(i)
	}
	return texts
}

// blank tells a row as a spreadsheet writes an empty one: delimiters at most. A quoted empty cell is content.
func (r *csvRow) blank() bool {
	if r.quoted {
		return false
	}
	for i := 0; i < len(r.bounds); i += 2 {
		if r.bounds[i] != r.bounds[i+1] {
			return false
		}
	}
	return true
}

// csvScanner cuts UTF-8 text into rows and cells. It is lenient where people are: a quote inside a cell that does not begin with
// one stands for itself; blanks between a closing quote and the delimiter are dropped; other text there is kept and named as the
// row's fault; a quote that nobody closes takes the rest of the file and is named, too. Line breaks inside quotes are kept as they
// are; outside, \n, \r\n and a lone \r each end a row.
//
// encoding/csv is not used: it turns \r\n inside quotes into \n, stops at the first bad quote and does not know a lone \r. A row's
// cells share one string.
type csvScanner struct {
	source    io.Reader
	delimiter string
	line      int // the number of the row that next gave last, from 1
	verify    verification

	buffer   []byte
	from, to int   // what of the buffer is not yet cut into rows
	newline  int   // place of the next \n at or after from; to when there is none so far
	offset   int64 // of buffer[0] in the file, for messages
	ended    bool  // source is used up
	failed   error // source could not be read on; the rows before that are given first
	scratch  []byte
	row      csvRow
}

func newCSVScanner(source io.Reader, delimiter string) *csvScanner {
	return &csvScanner{source: source, delimiter: delimiter}
}

// next gives the next row, also a blank one, and io.EOF after the last. The row is valid until the next call, its text for ever.
func (s *csvScanner) next() (*csvRow, error) {
	for {
		if s.from < s.to {
			n, ok := s.cut(s.buffer[s.from:s.to])
			if ok {
				s.line++
				if err := s.valid(); err != nil {
					return nil, err
				}
				s.from += n
				return &s.row, nil
			}
		}
		if s.ended {
			return nil, io.EOF
		}
		if s.failed == nil {
			s.failed = s.fill()
		} else {
			return nil, fmt.Errorf("row %d: %w", s.line+1, s.failed)
		}
	}
}

// fill reads more behind what is in the buffer, moving that to the front first.
func (s *csvScanner) fill() error {
	if s.from > 0 {
		copy(s.buffer, s.buffer[s.from:s.to])
		s.offset += int64(s.from)
		s.to -= s.from
		s.from = 0
	}
	if s.to == len(s.buffer) {
		if s.to >= maxCSVRow {
			return s.tooLong()
		}
		grown := make([]byte, max(csvBuffer, 2*len(s.buffer)))
		copy(grown, s.buffer[:s.to])
		s.buffer = grown
	}
	s.newline = -1
	// Half a buffer at least is wanted, so that a source that gives little at a time does not have a long row cut again and again.
	for wanted := s.to + (len(s.buffer)-s.to+1)/2; s.to < wanted; {
		n, err := s.source.Read(s.buffer[s.to:])
		s.to += n
		if err == io.EOF {
			s.ended = true
			return nil
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (s *csvScanner) tooLong() error {
	for _, column := range bytes.Split(s.buffer[:min(s.to, 1<<16)], []byte(s.delimiter)) {
		if bytes.HasPrefix(column, []byte{'"'}) {
			return fmt.Errorf("longer than %d MiB: a quote that opens in it is never closed", maxCSVRow>>20)
		}
	}
	return fmt.Errorf("longer than %d MiB", maxCSVRow>>20)
}

// cut makes a row of the beginning of data and gives its length with the line end; ok is false when data may end before the row.
func (s *csvScanner) cut(data []byte) (n int, ok bool) {
	if s.newline < s.from {
		s.newline = s.to
		if i := bytes.IndexByte(data, '\n'); i >= 0 {
			s.newline = s.from + i
		}
	}
	line := data[:s.newline-s.from]
	s.row = csvRow{bounds: s.row.bounds[:0]}
	end, width := endLF, 1
	if carriage := bytes.IndexByte(line, '\r'); carriage >= 0 {
		end = endCR
		if carriage == len(line)-1 && s.newline < s.to {
			end, width = endCRLF, 2
		} else if carriage == len(line)-1 && !s.ended {
			return 0, false // \n may follow
		}
		line = line[:carriage]
	} else if s.newline == s.to {
		if !s.ended {
			return 0, false
		}
		end, width = endOfFile, 0
	}
	if bytes.IndexByte(line, '"') >= 0 {
		return s.cutQuoted(data)
	}
	s.row.end = end
	if len(line) > 0 {
		s.row.text = string(line)
		s.split()
	}
	return len(line) + width, true
}

// split finds the cells of a row without quotes.
func (s *csvScanner) split() {
	text, start := s.row.text, 0
	if len(s.delimiter) == 1 {
		for delimiter := s.delimiter[0]; ; {
			i := strings.IndexByte(text[start:], delimiter)
			if i < 0 {
				break
			}
			s.row.bounds = append(s.row.bounds, start, start+i)
			start += i + 1
		}
	} else {
		for {
			i := strings.Index(text[start:], s.delimiter)
			if i < 0 {
				break
			}
			s.row.bounds = append(s.row.bounds, start, start+i)
			start += i + len(s.delimiter)
		}
	}
	s.row.bounds = append(s.row.bounds, start, len(text))
}

// valid says where the row's bytes are not the text that they should be.
func (s *csvScanner) valid() error {
	if s.verify != verifyNothing && strings.IndexByte(s.row.text, 0) >= 0 {
		return fmt.Errorf("row %d: a NUL byte, which no text file has", s.line)
	}
	switch s.verify {
	case verifyDecoded:
		if strings.ContainsRune(s.row.text, utf8.RuneError) {
			return fmt.Errorf("row %d: bytes that do not fit the declared encoding", s.line)
		}
	case verifyGuessed:
		if strings.ContainsRune(s.row.text, utf8.RuneError) {
			return fmt.Errorf("row %d: bytes that are neither UTF-8 nor Windows-1252; set the file's encoding, such as `encoding: shift_jis`", s.line)
		}
	case verifyUTF8:
		if !utf8.ValidString(s.row.text) {
			return fmt.Errorf("row %d, byte %d: not valid UTF-8, as the text before it is; set the file's encoding, such as `encoding: windows-1252`",
				s.line, s.invalidAt())
		}
	case verifyDeclared:
		if !utf8.ValidString(s.row.text) {
			return fmt.Errorf("row %d, byte %d: not valid UTF-8, the file's declared encoding", s.line, s.invalidAt())
		}
	case verifyNothing, verifyUnits:
	}
	return nil
}

// invalidAt is the offset in the file of the first byte that is not UTF-8 in what is buffered of the row.
func (s *csvScanner) invalidAt() int64 {
	for i := 0; i < s.to; {
		r, size := utf8.DecodeRune(s.buffer[i:s.to])
		if r == utf8.RuneError && size <= 1 {
			return s.offset + int64(i)
		}
		i += size
	}
	return s.offset + int64(s.from)
}
