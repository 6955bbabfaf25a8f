package sources

import (
	"context"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
)

// benchBook is a sheet of 100,000 rows and 20 columns: texts, whole numbers and prices with a number format.
func benchBook(b *testing.B, rows int) string {
	b.Helper()
	file := excelize.NewFile()
	defer file.Close()
	code := "0.00"
	price, err := file.NewStyle(&excelize.Style{CustomNumFmt: &code})
	if err != nil {
		b.Fatal(err)
	}
	stream, err := file.NewStreamWriter("Sheet1")
	if err != nil {
		b.Fatal(err)
	}
	for row := range rows {
		values := make([]any, 20)
		for i := range values {
			switch i % 4 {
			case 1:
				values[i] = row*31 + i
			case 2:
				values[i] = excelize.Cell{StyleID: price, Value: float64(row%1000) + float64(i)/100}
			default:
				values[i] = fmt.Sprintf("text of row %d, column %d", row, i)
			}
		}
		if err := stream.SetRow(fmt.Sprintf("A%d", row+1), values); err != nil {
			b.Fatal(err)
		}
	}
	if err := stream.Flush(); err != nil {
		b.Fatal(err)
	}
	path := filepath.Join(b.TempDir(), "bench.xlsx")
	if err := file.SaveAs(path); err != nil {
		b.Fatal(err)
	}
	return path
}

func BenchmarkXLSX(b *testing.B) {
	path := benchBook(b, 100_000)
	for b.Loop() {
		source, err := OpenXLSX(context.Background(), XLSXOptions{Paths: []string{path}})
		if err != nil {
			b.Fatal(err)
		}
		read := 0
		for {
			rows, err := source.Next(context.Background())
			if err == io.EOF {
				break
			}
			if err != nil {
				b.Fatal(err)
			}
			read += len(rows)
		}
		if read != 99_999 {
			b.Fatalf("%d rows", read)
		}
	}
}

// BenchmarkExcelizeRows is what excelize itself takes to read the same texts.
func BenchmarkExcelizeRows(b *testing.B) {
	path := benchBook(b, 100_000)
	for b.Loop() {
		file, err := excelize.OpenFile(path)
		if err != nil {
			b.Fatal(err)
		}
		rows, err := file.Rows("Sheet1")
		if err != nil {
			b.Fatal(err)
		}
		read := 0
		for rows.Next() {
			if _, err := rows.Columns(); err != nil {
				b.Fatal(err)
			}
			read++
		}
		if err := rows.Close(); err != nil || read != 100_000 {
			b.Fatal(read, err)
		}
		file.Close()
	}
}

// BenchmarkXLSXSharedStrings reads texts from a table that does not fit into memory: 400,000 of 100 characters.
func BenchmarkXLSXSharedStrings(b *testing.B) {
	fixture := bookFixture{}
	var rows strings.Builder
	for i := range 400_000 {
		fixture.strings = append(fixture.strings, fmt.Sprintf("<t>%0100d</t>", i))
		fmt.Fprintf(&rows, `<row r="%d"><c t="s"><v>%d</v></c><c t="s"><v>%d</v></c></row>`, i+1, i, i/2)
	}
	fixture.rows = rows.String()
	path := fixture.write(b)
	b.ResetTimer()
	for b.Loop() {
		source, err := OpenXLSX(context.Background(), XLSXOptions{Paths: []string{path}})
		if err != nil {
			b.Fatal(err)
		}
		for {
			if _, err := source.Next(context.Background()); err == io.EOF {
				break
			} else if err != nil {
				b.Fatal(err)
			}
		}
	}
}
