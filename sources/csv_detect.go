package sources

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// csvSample is how many rows, from the header on, decide the delimiter.
const csvSample = 100

// csvDelimiters are the delimiters that are looked for; of equals the first is taken.
var csvDelimiters = []string{",", ";", "\t", "|"}

// parseDelimiter reads the delimiter as people write it: "tab", or the character; "" stays "".
func parseDelimiter(text string) (string, error) {
	switch strings.ToLower(text) {
	case "tab", `\t`:
		return "\t", nil
	case "comma":
		return ",", nil
	case "semicolon":
		return ";", nil
	case "pipe":
		return "|", nil
	}
	if text == "" {
		return "", nil
	}
	r, size := utf8.DecodeRuneInString(text)
	if size != len(text) || strings.ContainsRune("\"\r\n\x00\ufeff\ufffd", r) {
		return "", fmt.Errorf("%q is not a delimiter: one character is, or tab", text)
	}
	return text, nil
}

// delimiterName is the delimiter for people.
func delimiterName(delimiter string) string {
	switch delimiter {
	case "\t":
		return "tab"
	case " ":
		return "blank"
	}
	return delimiter
}

// separatorLine reads the first line `sep=;`, with which a file tells Excel its delimiter, and gives the text below it; the
// delimiter is "" and the text whole when there is no such line.
func separatorLine(head []byte) (delimiter string, below []byte) {
	rest, ok := bytes.CutPrefix(head, []byte("sep="))
	if !ok {
		return "", head
	}
	end := bytes.IndexAny(rest, "\r\n")
	if end < 1 || end > utf8.UTFMax {
		return "", head
	}
	delimiter, err := parseDelimiter(string(rest[:end]))
	if err != nil {
		return "", head
	}
	below = bytes.TrimPrefix(rest[end:], []byte{'\r'})
	return delimiter, bytes.TrimPrefix(below, []byte{'\n'})
}

// csvShape is what one delimiter makes of the first rows.
type csvShape struct {
	delimiter string
	columns   int     // of the first row looked at, the header
	widest    int     // of all rows looked at
	agreeing  float64 // share of the rows below that have as many
	end       lineEnd // of the first row of all
}

// detectDelimiter takes the delimiter that cuts the header into several columns and most rows below it into as many. A text in
// which no delimiter stands in the header has one column.
func detectDelimiter(head []byte, whole bool, headerRow int) csvShape {
	best := csvShapeOf(head, whole, headerRow, csvDelimiters[0])
	for _, delimiter := range csvDelimiters[1:] {
		shape := csvShapeOf(head, whole, headerRow, delimiter)
		switch better := shape.agreeing - best.agreeing; {
		case shape.columns < 2:
		case best.columns < 2, better > 0.1, better > -0.1 && shape.columns > best.columns:
			best = shape
		}
	}
	return best
}

func csvShapeOf(head []byte, whole bool, headerRow int, delimiter string) csvShape {
	shape := csvShape{delimiter: delimiter}
	scanner := newCSVScanner(bytes.NewReader(head), delimiter)
	rows, agreeing := 0, 0
	for rows < csvSample {
		row, err := scanner.next()
		if err != nil {
			break
		}
		if scanner.line == 1 {
			shape.end = row.end
		}
		if scanner.line < headerRow || row.blank() {
			continue
		}
		if cut := !whole && row.end == endOfFile; cut && rows > 0 {
			break
		}
		rows++
		shape.widest = max(shape.widest, row.count())
		if rows == 1 {
			shape.columns = row.count()
		} else if row.count() == shape.columns && row.fault == nil {
			agreeing++
		}
	}
	if shape.agreeing = 1; rows > 1 {
		shape.agreeing = float64(agreeing) / float64(rows-1)
	}
	return shape
}

// headText decodes the first bytes of a file as far as they go.
func headText(head []byte, e textEncoding) []byte {
	text, _ := io.ReadAll(e.decode(bytes.NewReader(head[e.skip:]))) // what does not fit is reported when the file is read
	return text
}
