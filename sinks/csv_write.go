package sinks

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// csvFlush is how many bytes are gathered before they are written.
const csvFlush = 256 << 10

// What a byte asks of its cell.
const (
	byteQuoted      = 1 << iota // to stand in quotes
	byteBeyondASCII             // to be looked at as UTF-8
	byteRefused                 // not to be
)

// csvWriter makes CSV of rows of texts.
type csvWriter struct {
	output    io.Writer
	delimiter string
	lineEnd   string
	quoteAll  bool
	formulas  string
	encoder   *textEncoder // nil for UTF-8
	kinds     [256]byte    // of each byte: what it asks of the cell in which it stands
	written   int64        // rows
	buffer    []byte       // in the file's encoding
	scratch   []byte       // one row in UTF-8, when it is to be encoded
}

func newCSVWriter(o CSVOptions) (*csvWriter, error) {
	w := &csvWriter{lineEnd: "\n", quoteAll: o.Quote == "all", formulas: o.Formulas}
	if o.CRLF {
		w.lineEnd = "\r\n"
	}
	switch o.Quote {
	case "", "minimal", "all":
	default:
		return nil, fmt.Errorf("quote is minimal or all, not %q", o.Quote)
	}
	switch o.Formulas {
	case "":
		w.formulas = FormulasEscape
	case FormulasEscape, FormulasRefuse, FormulasRaw:
	default:
		return nil, fmt.Errorf("formulas is escape, refuse or raw, not %q", o.Formulas)
	}
	var err error
	if w.delimiter, err = csvDelimiter(o.Delimiter); err != nil {
		return nil, err
	}
	encoder, mark, err := newTextEncoder(o.Encoding)
	if err != nil {
		return nil, err
	}
	w.encoder = encoder
	w.buffer = append(make([]byte, 0, csvFlush+csvFlush/4), mark...)
	for c := utf8.RuneSelf; c < 256; c++ {
		w.kinds[c] = byteBeyondASCII
	}
	w.quoteAlso("\"\r\n" + w.delimiter[:1])
	w.kinds[0] = byteRefused
	return w, nil
}

// quoteAlso has cells quoted in which one of the ASCII characters stands.
func (w *csvWriter) quoteAlso(characters string) {
	for i := range len(characters) {
		w.kinds[characters[i]] |= byteQuoted
	}
}

// csvDelimiter reads the delimiter as people write it; "" is a comma.
func csvDelimiter(text string) (string, error) {
	switch strings.ToLower(text) {
	case "", "comma":
		return ",", nil
	case "tab", `\t`:
		return "\t", nil
	case "semicolon":
		return ";", nil
	case "pipe":
		return "|", nil
	}
	r, size := utf8.DecodeRuneInString(text)
	if size != len(text) || strings.ContainsRune("\"\r\n\x00\ufeff\ufffd", r) {
		return "", fmt.Errorf("%q is not a delimiter: one character is, or tab", text)
	}
	return text, nil
}

// row appends a row by the policy for formulas, writing into cells. name gives a column's name for messages.
func (w *csvWriter) row(cells []string, name func(int) string) error {
	for i, text := range cells {
		switch {
		case w.formulas == FormulasRaw:
		case w.formulas == FormulasRefuse && looksLikeFormula(text):
			return fmt.Errorf("row %d, column %q: %.40q would be calculated as a formula by a spreadsheet program", w.written+1, name(i), text)
		default:
			cells[i] = escapeFormula(text)
		}
	}
	return w.verbatim(cells, name, true)
}

// verbatim appends a row of texts as they are; content says that a row without any text is not to be taken for a blank line.
func (w *csvWriter) verbatim(cells []string, name func(int) string, content bool) error {
	target := w.buffer
	if w.encoder != nil {
		target = w.scratch[:0]
	}
	start := len(target)
	bare := content && !w.quoteAll
	for i, text := range cells {
		if i > 0 {
			target = append(target, w.delimiter...)
		}
		asks := w.look(text)
		if asks&byteBeyondASCII != 0 && !utf8.ValidString(text) {
			return fmt.Errorf("row %d, column %q: %.40q is not valid UTF-8", w.written+1, name(i), text)
		}
		if asks&byteRefused != 0 {
			return fmt.Errorf("row %d, column %q: %.40q holds a NUL, which no sheet can", w.written+1, name(i), text)
		}
		bare = bare && text == ""
		if asks&byteQuoted == 0 && !w.quoteAll && (w.written > 0 || i > 0 || !misleads(text)) {
			target = append(target, text...)
			continue
		}
		target = append(target, '"')
		for {
			quote := strings.IndexByte(text, '"')
			if quote < 0 {
				break
			}
			target = append(append(target, text[:quote+1]...), '"')
			text = text[quote+1:]
		}
		target = append(append(target, text...), '"')
	}
	if bare {
		target = append(append(target[:start], `""`...), strings.Repeat(w.delimiter, max(0, len(cells)-1))...)
	}
	target = append(target, w.lineEnd...)
	if err := w.take(target, cells, name); err != nil {
		return err
	}
	w.written++
	if len(w.buffer) >= csvFlush {
		return w.flush()
	}
	return nil
}

// take keeps the row in the file's encoding.
func (w *csvWriter) take(row []byte, cells []string, name func(int) string) error {
	if w.encoder == nil {
		w.buffer = row
		return nil
	}
	w.scratch = row
	encoded, err := w.encoder.append(w.buffer, row)
	if err == nil {
		w.buffer = encoded
		return nil
	}
	for i, text := range cells {
		if lacking := w.encoder.lacks(text); lacking >= 0 {
			return fmt.Errorf("row %d, column %q: the character %q (%U) cannot be written in %s",
				w.written+1, name(i), lacking, lacking, w.encoder.name)
		}
	}
	return fmt.Errorf("row %d: encode in %s: %w", w.written+1, w.encoder.name, err)
}

// look gathers what the bytes of a text ask. Blanks at an end are quoted, since many programs drop them otherwise.
func (w *csvWriter) look(text string) (asks byte) {
	if text == "" {
		return 0
	}
	for i := range len(text) {
		asks |= w.kinds[text[i]]
	}
	if blankAt(text[0]) || blankAt(text[len(text)-1]) {
		asks |= byteQuoted
	}
	return asks
}

func blankAt(c byte) bool { return c == ' ' || c == '\t' }

// misleads tells a text that at the very beginning of a file would be taken for something else: Excel's line `sep=;`, a byte order
// mark in one encoding or another, or the magic number of another kind of file. In quotes it is not.
func misleads(text string) bool {
	return text != "" && (text[0] >= utf8.RuneSelf || text[0] < ' ' || text[0] == '%' ||
		strings.HasPrefix(text, "sep=") || strings.HasPrefix(text, "PK\x03\x04"))
}

// flush writes what was gathered.
func (w *csvWriter) flush() error {
	if len(w.buffer) == 0 {
		return nil
	}
	_, err := w.output.Write(w.buffer)
	w.buffer = w.buffer[:0]
	return err
}
