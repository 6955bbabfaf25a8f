package report

import (
	"archive/zip"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"

	"github.com/xuri/excelize/v2"
)

const (
	changesSheet = "Changes"
	summarySheet = "Summary"
	maxSheetRows = 1 << 20 // of one sheet, the header among them
)

// planColumns are the columns of the sheet of changes with their widths in characters.
var planColumns = []struct {
	name  string
	width float64
}{
	{"Row", 8},
	{"File", 22},
	{"Sheet", 14},
	{"Action", 10},
	{"Key", 22},
	{"Store id", 10},
	{"Field", 22},
	{"Before", 34},
	{"After", 34},
	{"Problem", 50},
	{"Object", 11},
	{"Step", 14},
}

// PlanXLSX writes a plan as a workbook for people: the sheet "Changes" with one row a changed field, and "Summary". It is a view: a
// text too long for a cell is shortened and says so, and control characters are their escapes. Rows are streamed; the workbook takes
// its name at Commit. It is not safe for concurrent use.
type PlanXLSX struct {
	path    string
	temp    *os.File
	file    *excelize.File
	styles  planStyles
	stream  *excelize.StreamWriter
	sheets  int
	rows    int // of the sheet that is being written, the header among them
	maxRows int
	err     error
	done    bool
}

// CreatePlanXLSX begins the file beside path, so that a folder that cannot be written to is known at once; the folder is made when
// it is not there.
func CreatePlanXLSX(path string) (*PlanXLSX, error) {
	folder, name := filepath.Split(path)
	if folder != "" {
		if err := os.MkdirAll(folder, 0o755); err != nil {
			return nil, fmt.Errorf("create plan: %w", err)
		}
	}
	temp, err := os.OpenFile(filepath.Join(folder, "."+name+".tmp-"+rand.Text()[:10]), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o644)
	if err != nil {
		return nil, fmt.Errorf("create plan: %w", err)
	}
	file := excelize.NewFile()
	x := &PlanXLSX{path: path, temp: temp, file: file, styles: planStyles{file: file, made: map[planCell]int{}}, maxRows: maxSheetRows}
	if err := x.nextSheet(); err != nil {
		return nil, errors.Join(fmt.Errorf("create plan: %w", err), x.Abort())
	}
	return x, nil
}

// Change adds a record's changed fields, one row each, and one row for a record without any. Records that are unchanged or filtered
// are no changes and have no rows; the summary counts them. Once there was an error, every call returns it.
func (x *PlanXLSX) Change(c PlanChange) error {
	switch {
	case x.done:
		return fmt.Errorf("write plan %s: %w", x.path, os.ErrClosed)
	case x.err != nil || c.Action == "unchanged" || c.Action == "filtered":
		return x.err
	case len(c.Fields) == 0:
		x.err = x.row(&c, PlanField{})
	}
	for _, f := range leaves(c.Fields) {
		if x.err == nil {
			x.err = x.row(&c, f)
		}
	}
	if x.err != nil {
		x.err = fmt.Errorf("write plan %s: %w", x.path, x.err)
	}
	return x.err
}

func (x *PlanXLSX) row(c *PlanChange, f PlanField) error {
	if x.rows == x.maxRows {
		if err := x.endSheet(); err != nil {
			return err
		}
		if err := x.nextSheet(); err != nil {
			return err
		}
	}
	fill := actionFills[c.Action]
	before, after := fill, fill
	old, fresh := valueCell(f.Before), valueCell(f.After)
	if !oneSided(c.Action) && f.Field != "" {
		before, after = beforeFill, afterFill
		old, fresh = sideCell(f.Before), sideCell(f.After)
	}
	problem := cellValue{value: "", format: textFormat} // an empty text, no empty cell: long new values would run over that
	if c.Problem != nil {
		problem = textCell(c.Problem.Error())
	}
	file := c.Origin.File
	if file == "-" {
		file = "standard input"
	}
	cells := []cellValue{
		countCell(int64(c.Origin.Line)), textCell(file), textCell(c.Origin.Sheet), textCell(c.Action), textCell(c.Key), countCell(c.StoreID),
		textCell(f.Field), old, fresh, problem, textCell(c.Object), textCell(c.Step),
	}
	row := make([]any, len(cells))
	for i, cell := range cells {
		look := planCell{fill: fill, format: cell.format}
		switch planColumns[i].name {
		case "Before":
			look.fill = before
		case "After":
			look.fill = after
		}
		id, err := x.styles.id(look)
		if err != nil {
			return err
		}
		row[i] = excelize.Cell{StyleID: id, Value: cell.value}
	}
	x.rows++
	return x.stream.SetRow("A"+strconv.Itoa(x.rows), row)
}

// nextSheet begins "Changes", "Changes 2" and so on.
func (x *PlanXLSX) nextSheet() (err error) {
	x.sheets++
	name := changesSheet
	if x.sheets == 1 {
		err = x.file.SetSheetName(x.file.GetSheetName(0), name)
	} else {
		name += " " + strconv.Itoa(x.sheets)
		_, err = x.file.NewSheet(name)
	}
	if err != nil {
		return err
	}
	if x.stream, err = x.newStream(name); err != nil {
		return err
	}
	if err := x.stream.SetPanes(&excelize.Panes{
		Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft",
		Selection: []excelize.Selection{{SQRef: "A2", ActiveCell: "A2", Pane: "bottomLeft"}},
	}); err != nil {
		return err
	}
	header, err := x.styles.id(planCell{fill: headerFill, bold: true, format: textFormat})
	if err != nil {
		return err
	}
	names := make([]any, len(planColumns))
	for i, c := range planColumns {
		if err := x.stream.SetColWidth(i+1, i+1, c.width); err != nil {
			return err
		}
		names[i] = excelize.Cell{StyleID: header, Value: c.name}
	}
	x.rows = 1
	return x.stream.SetRow("A1", names)
}

// newStream begins the rows of a sheet, which prints on wide pages with all its columns. What a page is must be said before the
// stream begins: it stands above the rows.
func (x *PlanXLSX) newStream(name string) (*excelize.StreamWriter, error) {
	fit, landscape, across, anyNumber := true, "landscape", 1, 0
	if err := x.file.SetSheetProps(name, &excelize.SheetPropsOptions{FitToPage: &fit}); err != nil {
		return nil, err
	}
	if err := x.file.SetPageLayout(name, &excelize.PageLayoutOptions{Orientation: &landscape, FitToWidth: &across, FitToHeight: &anyNumber}); err != nil {
		return nil, err
	}
	return x.file.NewStreamWriter(name)
}

// endSheet sets the filter over the rows there are and ends the stream of rows.
func (x *PlanXLSX) endSheet() error {
	last, err := excelize.CoordinatesToCellName(len(planColumns), x.rows)
	if err != nil {
		return err
	}
	if err := x.file.AutoFilter(x.stream.Sheet, "A1:"+last, nil); err != nil {
		return err
	}
	return x.stream.Flush()
}

// Commit writes the summary and gives the workbook its name. Whatever fails, nothing is left behind and the last good file stays.
func (x *PlanXLSX) Commit(p *Plan) error {
	if x.done {
		return fmt.Errorf("write plan %s: %w", x.path, os.ErrClosed)
	}
	if x.err != nil {
		return errors.Join(x.err, x.Abort())
	}
	if err := x.write(p); err != nil {
		return errors.Join(fmt.Errorf("write plan %s: %w", x.path, err), x.Abort())
	}
	x.done = true
	err := errors.Join(x.temp.Close(), x.file.Close())
	if err == nil {
		err = os.Rename(x.temp.Name(), x.path)
	}
	if err != nil {
		return errors.Join(fmt.Errorf("write plan %s: %w", x.path, err), os.Remove(x.temp.Name()))
	}
	if err := syncFolder(filepath.Dir(x.path)); err != nil {
		return fmt.Errorf("write plan %s: %w", x.path, err)
	}
	return nil
}

func (x *PlanXLSX) write(p *Plan) error {
	if err := x.endSheet(); err != nil {
		return err
	}
	if err := x.summary(p); err != nil {
		return err
	}
	// excelize would build the whole file in memory before it writes it: its zip writer is pointed at the file instead.
	x.file.SetZipWriter(func(io.Writer) excelize.ZipWriter { return zip.NewWriter(x.temp) })
	if err := x.file.Write(io.Discard); err != nil {
		return err
	}
	return x.temp.Sync()
}

// Abort leaves nothing behind. After Commit or Abort it does nothing.
func (x *PlanXLSX) Abort() error {
	if x.done {
		return nil
	}
	x.done = true
	if err := errors.Join(x.temp.Close(), x.file.Close(), os.Remove(x.temp.Name())); err != nil {
		return fmt.Errorf("give up plan %s: %w", x.path, err)
	}
	return nil
}
