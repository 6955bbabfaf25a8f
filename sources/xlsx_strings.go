package sources

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"sync/atomic"

	"bcetl/internal/scratch"
)

// sharedStrings is the table of texts that cells refer to by number. Up to spillBytes of text stay in memory; a larger table
// goes to a temporary file and is read back page by page, because a catalogue of a million names would outgrow flat memory.
// Cells mostly refer to texts in the order in which those stand, so a few pages answer nearly all look-ups.
type sharedStrings struct {
	lengths []uint32 // in bytes
	starts  []uint64 // of every lengthBlock-th text
	texts   []byte   // what is in memory: everything, or what is not yet in the file
	file    *scratch.File
	size    uint64 // bytes in the file
	pages   [stringPages]stringPage
	clock   uint64
}

type stringPage struct {
	at   uint64 // page number plus one; 0 is an empty slot
	used uint64
	data []byte
}

const (
	spillBytes     = 16 << 20
	stringPageSize = 64 << 10
	stringPages    = 64
	lengthBlock    = 64
	maxStringBytes = 4 << 30  // of the part
	maxStrings     = 40 << 20 // twice what a million rows of twenty columns can have; each takes four bytes of memory
)

// readSharedStrings reads the whole part; close removes its file.
func readSharedStrings(pkg *xlsxPackage, part string) (*sharedStrings, error) {
	table := &sharedStrings{}
	if part == "" {
		return table, nil
	}
	reader, err := pkg.stream(part, maxStringBytes)
	if err != nil {
		return nil, err
	}
	defer reader.Close()
	if err := table.read(reader); err != nil {
		return nil, errors.Join(fmt.Errorf("the file is damaged: part %s: %w", part, err), table.close())
	}
	return table, nil
}

func (s *sharedStrings) read(r io.Reader) error {
	budget := &budgetReader{reader: r, read: new(atomic.Int64)}
	budget.refill()
	decoder, err := newPartDecoder(budget)
	if err != nil {
		return err
	}
	var text []byte
	closed := false
	for {
		token, err := decoder.RawToken()
		if errors.Is(err, io.EOF) && closed {
			return s.seal()
		}
		if err != nil {
			return noEOF(err)
		}
		switch t := token.(type) {
		case xml.StartElement:
			if t.Name.Local != "si" {
				continue
			}
			if text, err = richText(decoder, "si", text[:0]); err != nil {
				return err
			}
			budget.refill()
			if err := s.add(text); err != nil {
				return err
			}
		case xml.EndElement:
			closed = closed || t.Name.Local == "sst"
		}
	}
}

func (s *sharedStrings) add(text []byte) error {
	if len(s.lengths) == maxStrings {
		return fmt.Errorf("more than %d shared texts", maxStrings)
	}
	if len(s.lengths)%lengthBlock == 0 {
		s.starts = append(s.starts, s.size+uint64(len(s.texts)))
	}
	s.lengths = append(s.lengths, uint32(len(text)))
	s.texts = append(s.texts, text...)
	if len(s.texts) < spillBytes {
		return nil
	}
	if s.file == nil {
		file, err := scratch.Create("", "bcetl-strings-*")
		if err != nil {
			return fmt.Errorf("shared strings: %w", err)
		}
		s.file = file
	}
	return s.spill()
}

func (s *sharedStrings) spill() error {
	n, err := s.file.Write(s.texts)
	if err != nil {
		return fmt.Errorf("shared strings: %w", err)
	}
	s.size += uint64(n)
	s.texts = s.texts[:0]
	return nil
}

// seal moves the rest to the file, if there is one, and frees the memory.
func (s *sharedStrings) seal() error {
	if s.file == nil {
		return nil
	}
	if err := s.spill(); err != nil {
		return err
	}
	s.texts = nil
	return nil
}

// text gives the text of that number; ok is false when the table has none.
func (s *sharedStrings) text(i int) (text string, ok bool, err error) {
	if i < 0 || i >= len(s.lengths) {
		return "", false, nil
	}
	from := s.starts[i/lengthBlock]
	for _, length := range s.lengths[i-i%lengthBlock : i] {
		from += uint64(length)
	}
	to := from + uint64(s.lengths[i])
	if s.file == nil {
		return unescapeXLSX(string(s.texts[from:to])), true, nil
	}
	out := make([]byte, 0, to-from)
	for from < to {
		page, err := s.page(from / stringPageSize)
		if err != nil {
			return "", false, fmt.Errorf("shared strings: %w", err)
		}
		start := from % stringPageSize
		end := min(start+to-from, uint64(len(page)))
		if start >= end {
			return "", false, errors.New("shared strings: the temporary file was cut off")
		}
		out = append(out, page[start:end]...)
		from += end - start
	}
	return unescapeXLSX(string(out)), true, nil
}

// page gives the bytes of a page of the file, from the least recently used slot if it must be read.
func (s *sharedStrings) page(number uint64) ([]byte, error) {
	s.clock++
	oldest := &s.pages[0]
	for i := range s.pages {
		slot := &s.pages[i]
		if slot.at == number+1 {
			slot.used = s.clock
			return slot.data, nil
		}
		if slot.used < oldest.used {
			oldest = slot
		}
	}
	if oldest.data == nil {
		oldest.data = make([]byte, stringPageSize)
	}
	n, err := s.file.ReadAt(oldest.data[:stringPageSize], int64(number*stringPageSize))
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	oldest.data, oldest.at, oldest.used = oldest.data[:n], number+1, s.clock
	return oldest.data, nil
}

// close gives the file back; it may be called more than once.
func (s *sharedStrings) close() error {
	if s == nil || s.file == nil {
		return nil
	}
	return s.file.Close()
}

// budgetReader refuses to give more than maxRowBytes between two refills, so that a text without end is an error and not a full memory.
type budgetReader struct {
	reader io.Reader
	left   int
	read   *atomic.Int64
}

var errRowTooLong = fmt.Errorf("one row or text takes more than %d MiB", maxRowBytes>>20)

func (b *budgetReader) refill() { b.left = maxRowBytes }

func (b *budgetReader) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, errRowTooLong
	}
	n, err := b.reader.Read(p[:min(len(p), b.left)])
	b.left -= n
	b.read.Add(int64(n))
	return n, err
}
