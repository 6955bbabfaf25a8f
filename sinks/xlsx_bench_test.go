package sinks

import (
	"archive/zip"
	"context"
	"fmt"
	"io"
	"path/filepath"
	"testing"

	"bcetl/internal/record"

	"github.com/xuri/excelize/v2"
)

const benchColumns = 20

func benchSheet() ([]record.Column, func(row int) []record.Value) {
	columns := make([]record.Column, benchColumns)
	for i := range columns {
		columns[i] = record.Column{Name: fmt.Sprintf("Column %d", i), Type: record.ColumnText}
		if i%4 == 1 {
			columns[i].Type = record.ColumnInt
		}
		if i%4 == 2 {
			columns[i] = record.Column{Name: columns[i].Name, Type: record.ColumnDecimal, Format: "0.00"}
		}
	}
	return columns, func(row int) []record.Value {
		values := make([]record.Value, benchColumns)
		for i := range values {
			switch i % 4 {
			case 1:
				values[i] = record.IntValue(int64(row*31 + i))
			case 2:
				values[i] = record.NumberValue(fmt.Sprintf("%d.%02d", row%1000, i))
			default:
				values[i] = record.TextValue(fmt.Sprintf("text of row %d, column %d", row, i))
			}
		}
		return values
	}
}

// BenchmarkWorkbook writes 100,000 rows of 20 columns; beside it excelize's own stream of rows.
func BenchmarkWorkbook(b *testing.B) {
	columns, row := benchSheet()
	for b.Loop() {
		book, err := CreateWorkbook(filepath.Join(b.TempDir(), "out.xlsx"))
		if err != nil {
			b.Fatal(err)
		}
		sheet, err := book.AddSheet(SheetOptions{Name: "Products"}, columns)
		if err != nil {
			b.Fatal(err)
		}
		for at := 0; at < 100_000; at += 500 {
			rows := make([][]record.Value, 500)
			for i := range rows {
				rows[i] = row(at + i)
			}
			if err := sheet.Write(context.Background(), rows); err != nil {
				b.Fatal(err)
			}
		}
		if _, err := book.Commit(); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkExcelizeStream(b *testing.B) {
	_, row := benchSheet()
	for b.Loop() {
		file := excelize.NewFile()
		stream, err := file.NewStreamWriter("Sheet1")
		if err != nil {
			b.Fatal(err)
		}
		for at := range 100_000 {
			values := make([]any, benchColumns)
			for i, v := range row(at) {
				values[i] = v.String()
				if v.Kind() == record.Number {
					d, _ := v.Decimal()
					values[i], _ = d.Float64()
				}
			}
			if err := stream.SetRow(fmt.Sprintf("A%d", at+1), values); err != nil {
				b.Fatal(err)
			}
		}
		if err := stream.Flush(); err != nil {
			b.Fatal(err)
		}
		file.SetZipWriter(func(w io.Writer) excelize.ZipWriter { return zip.NewWriter(w) })
		if err := file.SaveAs(filepath.Join(b.TempDir(), "out.xlsx")); err != nil {
			b.Fatal(err)
		}
		file.Close()
	}
}
