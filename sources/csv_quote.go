package sources

import (
	"bytes"
	"fmt"
)

// cutQuoted is cut for a row in which a quote stands, byte by byte.
func (s *csvScanner) cutQuoted(data []byte) (n int, ok bool) {
	s.scratch = s.scratch[:0]
	for i := 0; ; {
		start := len(s.scratch)
		if i < len(data) && data[i] == '"' {
			s.row.quoted = true
			i, ok = s.quotedCell(data, i+1)
		} else {
			i, ok = s.plainCell(data, i)
		}
		if !ok {
			return 0, false
		}
		s.row.bounds = append(s.row.bounds, start, len(s.scratch))
		if i < len(data) && data[i] != '\n' && data[i] != '\r' {
			i += len(s.delimiter)
			continue
		}
		if s.row.end, n, ok = s.lineEnd(data, i); !ok {
			return 0, false
		}
		s.row.text = string(s.scratch)
		return n, true
	}
}

// lineEnd tells how the row ends at data[i], and n, where the next one begins.
func (s *csvScanner) lineEnd(data []byte, i int) (end lineEnd, n int, ok bool) {
	switch {
	case i == len(data):
		return endOfFile, i, true
	case data[i] == '\n':
		return endLF, i + 1, true
	case i+1 < len(data) && data[i+1] == '\n':
		return endCRLF, i + 2, true
	}
	return endCR, i + 1, i+1 < len(data) || s.ended
}

// plainCell copies what stands from data[i] to the next delimiter or line end, and gives that one's place.
func (s *csvScanner) plainCell(data []byte, i int) (place int, ok bool) {
	start := i
	for ; i < len(data); i++ {
		c := data[i]
		if c == '\n' || c == '\r' || c == s.delimiter[0] && s.delimiterAt(data[i:]) {
			break
		}
	}
	s.scratch = append(s.scratch, data[start:i]...)
	return i, i < len(data) || s.ended
}

func (s *csvScanner) delimiterAt(data []byte) bool {
	return len(s.delimiter) == 1 || len(data) >= len(s.delimiter) && string(data[:len(s.delimiter)]) == s.delimiter
}

// quotedCell copies the content of the quotes that opened before data[i], and what stands behind them up to the next delimiter or
// line end, whose place it gives.
func (s *csvScanner) quotedCell(data []byte, i int) (place int, ok bool) {
	for {
		length := bytes.IndexByte(data[i:], '"')
		if length < 0 {
			if !s.ended {
				return 0, false
			}
			s.neverClosed(data[i:])
			s.scratch = append(s.scratch, data[i:]...)
			return len(data), true
		}
		s.scratch = append(s.scratch, data[i:i+length]...)
		i += length + 1
		if i == len(data) && !s.ended {
			return 0, false // a second quote may follow
		}
		if i == len(data) || data[i] != '"' {
			break
		}
		s.scratch = append(s.scratch, '"')
		i++
	}
	content := len(s.scratch)
	place, ok = s.plainCell(data, i)
	if len(bytes.Trim(s.scratch[content:], " \t")) == 0 {
		s.scratch = s.scratch[:content]
	} else if ok && s.row.fault == nil {
		s.row.fault = &csvFault{
			code: "malformed_quote", column: len(s.row.bounds) / 2,
			text: fmt.Sprintf("text follows the closing quote: %.40q", s.scratch[content:]),
		}
	}
	return place, ok
}

// neverClosed records a quote that is open at the end of the file, with the lines that it took in.
func (s *csvScanner) neverClosed(content []byte) {
	content = bytes.TrimRight(content, "\r\n")
	lines := bytes.Count(content, []byte{'\n'})
	if lines == 0 {
		lines = bytes.Count(content, []byte{'\r'})
	}
	text := "the quote that opens here is never closed"
	switch lines {
	case 0:
	case 1:
		text += "; the line below was read into this cell"
	default:
		text += fmt.Sprintf("; the %d lines below were read into this cell", lines)
	}
	s.row.fault = &csvFault{code: "unterminated_quote", column: len(s.row.bounds) / 2, text: text}
}
