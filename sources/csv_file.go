package sources

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"sync/atomic"
	"unicode/utf8"

	"bcetl/internal/record"
)

// csvHead is how much of a file decides its encoding and its delimiter.
const csvHead = 1 << 20

// csvFile is one opened file.
type csvFile struct {
	path      string
	closer    io.Closer // nil for standard input
	scanner   *csvScanner
	encoding  textEncoding
	header    *record.Header // after renaming
	layout    record.Layout
	separator string // delimiter of the line sep=
	blanks    int    // rows left out
	escapes   int    // cells from which a ' was taken off
	raw       bool   // none is taken off
	spare     []record.Cell
}

// openCSVFile opens the file and reads up to its header. What is read is added to read; nil is for a look at the header alone.
func openCSVFile(path string, o CSVOptions, read *atomic.Int64) (*csvFile, error) {
	delimiter, err := parseDelimiter(o.Delimiter)
	if err != nil {
		return nil, err
	}
	if err := checkFormulas(o.Formulas); err != nil {
		return nil, err
	}
	f := &csvFile{path: path, raw: o.Formulas == FormulasRaw}
	source := o.Stdin
	if path != "-" {
		opened, err := os.Open(path)
		if err != nil {
			return nil, err
		}
		f.closer, source = opened, opened
	} else if source == nil {
		return nil, errors.New("there is no standard input")
	}
	if err := f.begin(source, delimiter, o, read); err != nil {
		_ = f.close() // nothing was written to it
		return nil, err
	}
	return f, nil
}

func (f *csvFile) close() error {
	if f.closer == nil {
		return nil
	}
	return f.closer.Close()
}

func (f *csvFile) begin(source io.Reader, delimiter string, o CSVOptions, read *atomic.Int64) error {
	head, whole, err := readHead(source)
	if err != nil {
		return err
	}
	if f.encoding, err = chooseEncoding(head, whole, o.Encoding); err != nil {
		return err
	}
	if err := f.confirmEncoding(source, o.Encoding == "" && !whole && read != nil); err != nil {
		return err
	}
	text := headText(head, f.encoding)
	f.separator, text = separatorLine(text)
	if delimiter == "" {
		delimiter = f.separator
	}
	shape := csvShape{delimiter: delimiter}
	if delimiter == "" {
		shape = detectDelimiter(text, whole, o.HeaderRow)
	} else {
		shape = csvShapeOf(text, whole, o.HeaderRow, delimiter)
	}
	rest := io.MultiReader(bytes.NewReader(head[f.encoding.skip:]), source)
	if read != nil {
		read.Add(int64(f.encoding.skip))
		rest = &countingReader{source: rest, count: read}
	}
	f.scanner = newCSVScanner(f.encoding.decode(rest), shape.delimiter)
	f.scanner.offset = int64(f.encoding.skip)
	f.scanner.verify = f.verification(o.Encoding)
	f.layout = record.Layout{File: f.path, Format: "csv", Encoding: f.encoding.name, CRLF: shape.end == endCRLF}
	if f.raw {
		f.layout.Formulas = FormulasRaw
	}
	f.layout.Delimiter, _ = utf8.DecodeRuneInString(shape.delimiter)
	return f.readHeader(o, shape)
}

// readHead reads the beginning of a file; whole says that it is all of it.
func readHead(source io.Reader) (head []byte, whole bool, err error) {
	head, err = io.ReadAll(io.LimitReader(source, csvHead))
	if err == nil && len(head) == 0 {
		err = errors.New("the file is empty")
	}
	return head, len(head) < csvHead, err
}

// confirmEncoding looks at the rest of a file that was taken for UTF-8 by its beginning alone, so that one byte far down does not
// stop a run half-way: such a file is Windows-1252 from the start. Only a file that can be read twice is looked at.
func (f *csvFile) confirmEncoding(source io.Reader, guessed bool) error {
	file, ok := source.(*os.File)
	if !ok || !guessed || f.encoding.name != "utf-8" {
		return nil
	}
	if info, err := file.Stat(); err != nil || !info.Mode().IsRegular() || f.path == "-" {
		return err
	}
	const start = csvHead - utf8.UTFMax // a character may lie across the end of the head
	if _, err := file.Seek(start, io.SeekStart); err != nil {
		return err
	}
	valid, err := restIsUTF8(file)
	if err != nil {
		return err
	}
	if !valid {
		f.encoding = windows1252("not valid UTF-8")
	}
	_, err = file.Seek(csvHead, io.SeekStart)
	return err
}

// restIsUTF8 reads to the end. The text may begin within a character.
func restIsUTF8(source io.Reader) (bool, error) {
	buffer := make([]byte, csvBuffer)
	kept, first := 0, true
	for {
		n, err := io.ReadFull(source, buffer[kept:])
		last := err == io.EOF || err == io.ErrUnexpectedEOF
		if err != nil && !last {
			return false, err
		}
		text := buffer[:kept+n]
		for first && len(text) > 0 && !utf8.RuneStart(text[0]) {
			text = text[1:]
		}
		first = false
		if !validUTF8(text, last) {
			return false, nil
		}
		if last {
			return true, nil
		}
		kept = 0
		for i := 1; i < utf8.UTFMax && i <= len(text); i++ {
			if end := text[len(text)-i:]; utf8.RuneStart(end[0]) {
				if !utf8.FullRune(end) {
					kept = copy(buffer, end)
				}
				break
			}
		}
	}
}

func (f *csvFile) verification(declared string) verification {
	switch {
	case f.encoding.legacy != nil && f.encoding.guessed != "":
		return verifyGuessed
	case f.encoding.legacy != nil:
		return verifyDecoded
	case !f.encoding.isUTF8():
		return verifyUnits
	case declared == "" && f.encoding.skip == 0:
		return verifyUTF8
	}
	return verifyDeclared
}

// readHeader reads the rows above the header and the header itself.
func (f *csvFile) readHeader(o CSVOptions, shape csvShape) error {
	if f.separator != "" {
		if _, err := f.scanner.next(); err != nil {
			return err
		}
		f.scanner.line = 0
	}
	if o.HeaderRow == NoHeader {
		return f.withoutHeader(o, shape)
	}
	for {
		row, err := f.scanner.next()
		if err == io.EOF {
			return f.headerMissing(o.HeaderRow)
		}
		if err != nil {
			return err
		}
		line := f.scanner.line
		if line < o.HeaderRow || o.HeaderRow == 0 && row.blank() {
			f.layout.Preamble = append(f.layout.Preamble, row.cells())
			continue
		}
		if row.blank() {
			return fmt.Errorf("row %d, where the header should be, is empty", line)
		}
		if row.fault != nil {
			return fmt.Errorf("row %d, the header, column %s: %s", line, record.ColumnLetter(row.fault.column), row.fault.text)
		}
		f.layout.HeaderRow = line
		names := row.cells()
		for i := range names {
			names[i] = f.plain(names[i])
		}
		return f.setHeader(names, o)
	}
}

func (f *csvFile) headerMissing(row int) error {
	if row > 0 {
		return fmt.Errorf("the header should be in row %d, but the file has %d rows", row, f.scanner.line)
	}
	return errors.New("the file has no rows")
}

// withoutHeader counts the columns in the first rows: as many as the widest of them has, or as a list of names gives.
func (f *csvFile) withoutHeader(o CSVOptions, shape csvShape) error {
	if shape.widest == 0 {
		return errors.New("the file has no rows")
	}
	return f.setHeader(letterNames(max(shape.widest, len(o.Headers.List))), o)
}

func (f *csvFile) setHeader(names []string, o CSVOptions) error {
	renamed, err := o.Headers.apply(names)
	if err != nil {
		return err
	}
	f.layout.Header = record.NewHeader(names)
	f.header = record.NewHeader(renamed)
	return nil
}

// plain takes off the sink's ' and counts it, unless texts are to stay as they are.
func (f *csvFile) plain(text string) string {
	if f.raw {
		return text
	}
	plain, escaped := unescapeFormula(text)
	if escaped {
		f.escapes++
	}
	return plain
}

// countingReader counts what is read through it.
type countingReader struct {
	source io.Reader
	count  *atomic.Int64
}

func (r *countingReader) Read(p []byte) (int, error) {
	n, err := r.source.Read(p)
	r.count.Add(int64(n))
	return n, err
}
