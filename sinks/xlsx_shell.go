package sinks

import (
	"fmt"
	"io"

	"bcetl/internal/record"

	"github.com/xuri/excelize/v2"
)

// shellPlan builds the workbook around the rows with excelize and puts both together.
type shellPlan struct {
	file  *excelize.File
	rows  map[string]*rowsPart // by the name of the sheet's part in the zip
	count int
}

// add makes a sheet of that name for the rows; decorate sets what stands around them.
func (p *shellPlan) add(name string, part *rowsPart, decorate func(*excelize.File, string, *rowsPart) error) error {
	if p.count == 0 {
		if err := p.file.SetSheetName(p.file.GetSheetName(0), name); err != nil {
			return err
		}
	} else if _, err := p.file.NewSheet(name); err != nil {
		return err
	}
	p.count++
	if err := part.finish(); err != nil {
		return err
	}
	if part.lines > 0 && part.columns > 0 {
		last := fmt.Sprintf("%s%d", record.ColumnLetter(part.columns-1), part.lines)
		if err := p.file.SetSheetDimension(name, "A1:"+last); err != nil {
			return err
		}
	}
	if err := decorate(p.file, name, part); err != nil {
		return err
	}
	p.rows[fmt.Sprintf("xl/worksheets/sheet%d.xml", p.count)] = part
	return nil
}

// write writes the finished workbook.
func (p *shellPlan) write(to io.Writer) error {
	if err := p.file.SetDocProps(&excelize.DocProperties{Creator: "bcetl"}); err != nil {
		return fmt.Errorf("make workbook: %w", err)
	}
	shell, err := p.file.WriteToBuffer()
	if err != nil {
		return fmt.Errorf("make workbook: %w", err)
	}
	return assemble(to, shell.Bytes(), p.rows)
}

// freezeAt keeps the first rows in view.
func freezeAt(file *excelize.File, sheet string, rows int) error {
	return file.SetPanes(sheet, &excelize.Panes{
		Freeze: true, YSplit: rows, TopLeftCell: fmt.Sprintf("A%d", rows+1), ActivePane: "bottomLeft",
	})
}
