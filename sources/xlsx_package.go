package sources

import (
	"archive/zip"
	"bufio"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"strings"

	"github.com/klauspost/compress/flate"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// Limits on what a workbook may unpack to: a zip of a few kilobytes can claim terabytes.
const (
	maxPartBytes   = 32 << 20 // workbook.xml, styles.xml and relationships, which are held in memory
	maxStreamBytes = 16 << 30 // a sheet or the shared strings, which are streamed
	maxRowBytes    = 16 << 20 // one row of a sheet, one shared string
)

// xlsxPackage is an open XLSX file as a zip of parts. Parts are streamed from the file itself, so that nothing of the size of a
// sheet is ever held in memory or unpacked to disk.
type xlsxPackage struct {
	path  string
	file  *os.File
	parts map[string]*zip.File // by lower-case name without leading slash
}

// openXLSXPackage opens the file and says in one line what else it is when it is no zip.
func openXLSXPackage(name string) (*xlsxPackage, error) {
	file, err := os.Open(name)
	if err != nil {
		return nil, fmt.Errorf("open workbook: %w", err)
	}
	pkg, err := readXLSXPackage(name, file)
	if err != nil {
		file.Close()
		return nil, fmt.Errorf("open workbook %s: %w", name, err)
	}
	return pkg, nil
}

func readXLSXPackage(name string, file *os.File) (*xlsxPackage, error) {
	info, err := file.Stat()
	if err != nil {
		return nil, err
	}
	if info.IsDir() {
		return nil, errors.New("it is a folder")
	}
	if other := whatElse(file, info.Size()); other != "" {
		return nil, errors.New(other)
	}
	archive, err := zip.NewReader(file, info.Size())
	if err != nil {
		return nil, fmt.Errorf("the file is damaged or cut off: %w", err)
	}
	archive.RegisterDecompressor(zip.Deflate, flate.NewReader)
	pkg := &xlsxPackage{path: name, file: file, parts: make(map[string]*zip.File, len(archive.File))}
	for _, part := range archive.File {
		key := partKey(part.Name)
		if _, taken := pkg.parts[key]; !taken {
			pkg.parts[key] = part
		}
	}
	return pkg, nil
}

// partKey makes part names comparable: some writers use backslashes, and references differ from the names in case.
func partKey(name string) string {
	return strings.ToLower(strings.TrimPrefix(strings.ReplaceAll(name, `\`, "/"), "/"))
}

// whatElse names the format of a file that is no zip, "" for a zip.
func whatElse(file io.ReaderAt, size int64) string {
	if size == 0 {
		return "the file is empty"
	}
	start := make([]byte, 4096)
	n, _ := file.ReadAt(start, 0)
	start = start[:n]
	switch {
	case bytes.HasPrefix(start, []byte("PK")):
		return ""
	case bytes.HasPrefix(start, []byte("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1")):
		if compoundFileHas(file, size, "EncryptedPackage") {
			return "it is encrypted with a password; save it without one"
		}
		return "it is an old .xls workbook; save it as .xlsx"
	}
	text := bytes.ToLower(bytes.TrimLeft(bytes.TrimPrefix(start, []byte("\xEF\xBB\xBF")), " \t\r\n"))
	switch {
	case bytes.Contains(text, []byte("urn:schemas-microsoft-com:office:spreadsheet")):
		return "it is an XML spreadsheet of 2003; save it as .xlsx"
	case bytes.HasPrefix(text, []byte("<!doctype html")), bytes.Contains(text, []byte("<html")), bytes.Contains(text, []byte("<table")):
		return "it is a web page, not a workbook; open it in a spreadsheet program and save it as .xlsx"
	case bytes.HasPrefix(start, []byte("\xFF\xFE")), bytes.HasPrefix(start, []byte("\xFE\xFF")), bytes.IndexByte(start, 0) < 0:
		return "it is a text file, not a workbook; if it is a CSV, read it with `csv:`"
	}
	return "it is not a workbook"
}

// compoundFileHas looks for a stream's name in the directory of an OLE compound file, where names are UTF-16.
func compoundFileHas(file io.ReaderAt, size int64, name string) bool {
	wanted := make([]byte, 0, 2*len(name))
	for i := range len(name) {
		wanted = append(wanted, name[i], 0)
	}
	const block = 1 << 16
	buffer := make([]byte, block+len(wanted))
	for at := int64(0); at < size; at += block {
		n, _ := file.ReadAt(buffer, at)
		if bytes.Contains(buffer[:n], wanted) {
			return true
		}
	}
	return false
}

func (p *xlsxPackage) close() error { return p.file.Close() }

func (p *xlsxPackage) has(name string) bool { return p.parts[partKey(name)] != nil }

// size is how many bytes the part unpacks to, by its own account.
func (p *xlsxPackage) size(name string) int64 {
	if part := p.parts[partKey(name)]; part != nil {
		return int64(part.UncompressedSize64)
	}
	return 0
}

// stream opens a part for reading once, from its start to its end.
func (p *xlsxPackage) stream(name string, limit int64) (io.ReadCloser, error) {
	part := p.parts[partKey(name)]
	if part == nil {
		return nil, fmt.Errorf("the file is damaged: it has no part %s", name)
	}
	if part.UncompressedSize64 > uint64(limit) {
		return nil, fmt.Errorf("part %s unpacks to %d bytes, more than the %d allowed", part.Name, part.UncompressedSize64, limit)
	}
	if part.Flags&1 != 0 {
		return nil, fmt.Errorf("part %s is encrypted with a password", part.Name)
	}
	reader, err := part.Open()
	if err != nil {
		return nil, fmt.Errorf("the file is damaged: part %s: %w", part.Name, err)
	}
	return reader, nil
}

// decode reads a small part into a struct with encoding/xml.
func (p *xlsxPackage) decode(name string, into any) error {
	reader, err := p.stream(name, maxPartBytes)
	if err != nil {
		return err
	}
	defer reader.Close()
	decoder, err := newPartDecoder(io.LimitReader(reader, maxPartBytes))
	if err != nil {
		return fmt.Errorf("the file is damaged: part %s: %w", name, err)
	}
	if err := decoder.Decode(into); err != nil {
		return fmt.Errorf("the file is damaged: part %s: %w", name, err)
	}
	return nil
}

// newPartDecoder reads XML in whatever encoding the part is: UTF-8 with or without BOM, UTF-16, or what it declares.
func newPartDecoder(r io.Reader) (*xml.Decoder, error) {
	input := bufio.NewReaderSize(r, 64<<10)
	start, _ := input.Peek(3)
	switch {
	case bytes.HasPrefix(start, []byte("\xEF\xBB\xBF")):
		if _, err := input.Discard(3); err != nil {
			return nil, err
		}
	case bytes.HasPrefix(start, []byte("\xFF\xFE")), bytes.HasPrefix(start, []byte("\xFE\xFF")):
		input = bufio.NewReaderSize(transform.NewReader(input, unicode.BOMOverride(unicode.UTF8.NewDecoder())), 64<<10)
	}
	decoder := xml.NewDecoder(input)
	decoder.CharsetReader = func(label string, input io.Reader) (io.Reader, error) {
		if strings.HasPrefix(strings.ToLower(label), "utf-16") { // the BOM has already had it decoded
			return input, nil
		}
		declared, err := htmlindex.Get(label)
		if err != nil {
			return nil, fmt.Errorf("unknown encoding %q", label)
		}
		return declared.NewDecoder().Reader(input), nil
	}
	return decoder, nil
}

// relationships are the targets of a part by id, and the first target of each type by the last element of its URL: strict and
// transitional files differ in the rest of it.
type relationships struct {
	byID   map[string]relationship
	byType map[string]string
}

type relationship struct{ kind, target string }

// relationships reads those of the part; a part without any has an empty set.
func (p *xlsxPackage) relationships(part string) (relationships, error) {
	rels := relationships{byID: map[string]relationship{}, byType: map[string]string{}}
	name := path.Join(path.Dir(part), "_rels", path.Base(part)+".rels")
	if part == "" {
		name = "_rels/.rels"
	}
	if !p.has(name) {
		return rels, nil
	}
	var read struct {
		Relationship []struct {
			ID     string `xml:"Id,attr"`
			Type   string `xml:"Type,attr"`
			Target string `xml:"Target,attr"`
		}
	}
	if err := p.decode(name, &read); err != nil {
		return rels, err
	}
	for _, r := range read.Relationship {
		target := strings.ReplaceAll(r.Target, `\`, "/")
		if strings.HasPrefix(target, "/") {
			target = strings.TrimPrefix(target, "/")
		} else {
			target = path.Join(path.Dir(part), target)
		}
		kind := path.Base(r.Type)
		rels.byID[r.ID] = relationship{kind, target}
		if _, taken := rels.byType[kind]; !taken {
			rels.byType[kind] = target
		}
	}
	return rels, nil
}
