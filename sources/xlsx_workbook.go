package sources

import (
	"errors"
	"fmt"
	"path"
	"strconv"
	"strings"
)

// xlsxWorkbook is the structure of a workbook: which sheets it has, how its cells are formatted, when its calendar begins.
type xlsxWorkbook struct {
	*xlsxPackage
	sheets   []xlsxSheet
	date1904 bool
	styles   *xlsxStyles
	strings  string // the part of the shared strings, "" when there is none
}

// xlsxSheet is one tab of a workbook.
type xlsxSheet struct {
	name   string
	hidden bool // also "very hidden"
	kind   string
	part   string
}

// openXLSXWorkbook reads everything but the cells.
func openXLSXWorkbook(name string) (*xlsxWorkbook, error) {
	pkg, err := openXLSXPackage(name)
	if err != nil {
		return nil, err
	}
	book := &xlsxWorkbook{xlsxPackage: pkg}
	if err := book.readStructure(); err != nil {
		pkg.close()
		return nil, fmt.Errorf("open workbook %s: %w", name, err)
	}
	return book, nil
}

func (b *xlsxWorkbook) readStructure() error {
	root, err := b.relationships("")
	if err != nil {
		return err
	}
	part := root.byType["officeDocument"]
	if part == "" || !b.has(part) {
		part = "xl/workbook.xml"
	}
	switch {
	case strings.HasSuffix(part, ".bin") || b.has("xl/workbook.bin"):
		return errors.New("it is a binary workbook (.xlsb); save it as .xlsx")
	case b.has("mimetype") && b.has("content.xml"):
		return errors.New("it is an OpenDocument file; save it as .xlsx")
	case !b.has(part) && b.has("word/document.xml"):
		return errors.New("it is a Word document, not a workbook")
	case !b.has(part):
		return errors.New("it is a zip file, but there is no workbook in it")
	}
	var read struct {
		Properties struct {
			Date1904 string `xml:"date1904,attr"`
		} `xml:"workbookPr"`
		Sheets []struct {
			Name  string `xml:"name,attr"`
			State string `xml:"state,attr"`
			ID    string `xml:"id,attr"`
		} `xml:"sheets>sheet"`
	}
	if err := b.decode(part, &read); err != nil {
		return err
	}
	b.date1904 = read.Properties.Date1904 == "1" || read.Properties.Date1904 == "true"
	rels, err := b.relationships(part)
	if err != nil {
		return err
	}
	for _, s := range read.Sheets {
		rel := rels.byID[s.ID]
		b.sheets = append(b.sheets, xlsxSheet{
			name: unescapeXLSX(s.Name), kind: rel.kind, part: rel.target,
			hidden: s.State == "hidden" || s.State == "veryHidden",
		})
	}
	if len(b.sheets) == 0 {
		return errors.New("the workbook has no sheets")
	}
	b.strings = rels.byType["sharedStrings"]
	if b.strings == "" && b.has("xl/sharedStrings.xml") {
		b.strings = "xl/sharedStrings.xml"
	}
	styles := rels.byType["styles"]
	if styles == "" || !b.has(styles) {
		styles = path.Join(path.Dir(part), "styles.xml")
	}
	b.styles, err = b.readStyles(styles)
	return err
}

// sheet chooses by name, ignoring case, else by 1-based place; "" is the first visible sheet. A place counts all sheets; where
// hidden ones before it would make a person count differently, it is an error that asks for the name.
func (b *xlsxWorkbook) sheet(choice string) (*xlsxSheet, error) {
	found, err := b.findSheet(strings.TrimSpace(choice))
	if err != nil {
		return nil, err
	}
	if found.kind != "worksheet" {
		return nil, fmt.Errorf("sheet %q is a %s, it has no cells", found.name, found.kind)
	}
	return found, nil
}

func (b *xlsxWorkbook) findSheet(choice string) (*xlsxSheet, error) {
	var visible []*xlsxSheet
	for i := range b.sheets {
		sheet := &b.sheets[i]
		if choice != "" && strings.EqualFold(strings.TrimSpace(sheet.name), choice) {
			return sheet, nil
		}
		if !sheet.hidden && (choice != "" || sheet.kind == "worksheet") {
			visible = append(visible, sheet)
		}
	}
	if choice == "" {
		if len(visible) == 0 {
			return nil, fmt.Errorf("all sheets are hidden; name the one to read (%s)", b.sheetNames())
		}
		return visible[0], nil
	}
	place, err := strconv.Atoi(choice)
	if err != nil || place < 1 || place > len(b.sheets) {
		return nil, &SheetError{fmt.Sprintf("there is no sheet %q; the sheets are %s", choice, b.sheetNames())}
	}
	sheet := &b.sheets[place-1]
	if place > len(visible) || visible[place-1] != sheet {
		return nil, &SheetError{fmt.Sprintf("hidden sheets make it unclear which one is sheet %d; name it (%s)", place, b.sheetNames())}
	}
	return sheet, nil
}

func (b *xlsxWorkbook) sheetNames() string {
	names := make([]string, len(b.sheets))
	for i, sheet := range b.sheets {
		names[i] = strconv.Quote(sheet.name)
		if sheet.hidden {
			names[i] += " (hidden)"
		}
	}
	return strings.Join(names, ", ")
}

// SheetError says that a workbook has no sheet such as was asked for.
type SheetError struct{ message string }

func (e *SheetError) Error() string { return e.message }
