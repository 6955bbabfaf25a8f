package sinks_test

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"bcetl/internal/record"
	"bcetl/sinks"
	"bcetl/sources"
)

// BenchmarkMillionRows writes and reads sheets of 20 columns and reports the process's peak memory. Run one of them alone: the peak
// is that of the whole process.
func BenchmarkMillionRows(b *testing.B) {
	for _, rows := range []int{10_000, 1_000_000} {
		b.Run("write/"+strconv.Itoa(rows), func(b *testing.B) {
			for b.Loop() {
				writeMillion(b, filepath.Join(b.TempDir(), "out.xlsx"), rows)
			}
			b.ReportMetric(peakMiB(), "peak-MiB")
		})
		b.Run("read/"+strconv.Itoa(rows), func(b *testing.B) {
			path := os.Getenv("BCETL_BENCH_XLSX")
			if path == "" {
				path = filepath.Join(b.TempDir(), "out.xlsx")
				writeMillion(b, path, rows)
			}
			for b.Loop() {
				readMillion(b, path)
			}
			b.ReportMetric(peakMiB(), "peak-MiB")
		})
	}
}

func writeMillion(b *testing.B, path string, count int) {
	b.Helper()
	columns := make([]record.Column, 20)
	for i := range columns {
		columns[i] = record.Column{Name: fmt.Sprintf("Column %d", i), Type: record.ColumnType(i % 3)}
	}
	book, err := sinks.CreateWorkbook(path)
	if err != nil {
		b.Fatal(err)
	}
	sheet, err := book.AddSheet(sinks.SheetOptions{Name: "Products"}, columns)
	if err != nil {
		b.Fatal(err)
	}
	for at := 0; at < count; at += 500 {
		rows := make([][]record.Value, min(500, count-at))
		for i := range rows {
			rows[i] = make([]record.Value, len(columns))
			for j := range columns {
				switch columns[j].Type {
				case record.ColumnInt:
					rows[i][j] = record.IntValue(int64(at + i*j))
				case record.ColumnDecimal:
					rows[i][j] = record.NumberValue(strconv.Itoa(i) + ".25")
				default:
					rows[i][j] = record.TextValue("text " + strconv.Itoa(at+i))
				}
			}
		}
		if err := sheet.Write(context.Background(), rows); err != nil {
			b.Fatal(err)
		}
	}
	if _, err := book.Commit(); err != nil {
		b.Fatal(err)
	}
}

func readMillion(b *testing.B, path string) {
	b.Helper()
	source, err := sources.OpenXLSX(context.Background(), sources.XLSXOptions{Paths: []string{path}})
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
	if err := source.Close(); err != nil {
		b.Fatal(err)
	}
}

// peakMiB is the highest resident memory of the process so far, 0 where the system does not say it.
func peakMiB() float64 {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	_, after, _ := strings.Cut(string(status), "VmHWM:")
	text, _, _ := strings.Cut(strings.TrimSpace(after), " ")
	kib, _ := strconv.ParseFloat(text, 64)
	return kib / 1024
}
