package sources_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"testing"

	"bcetl/internal/record"
	"bcetl/sinks"
	"bcetl/sources"
)

// sheet is a file of 100,000 rows of 20 cells; one cell in 20 is quoted.
func sheet(b *testing.B) (path string, size int64) {
	b.Helper()
	var text bytes.Buffer
	for column := range 20 {
		fmt.Fprintf(&text, "Column %d%s", column, map[bool]string{true: "\n", false: ","}[column == 19])
	}
	for row := range 100_000 {
		for column := range 19 {
			fmt.Fprintf(&text, "cell %06d-%02d text,", row, column)
		}
		if row%4 == 0 {
			text.WriteString("\"quoted, \"\"so\"\"\"\n")
		} else {
			text.WriteString("not quoted\n")
		}
	}
	path = filepath.Join(b.TempDir(), "sheet.csv")
	if err := os.WriteFile(path, text.Bytes(), 0o600); err != nil {
		b.Fatal(err)
	}
	return path, int64(text.Len())
}

func BenchmarkCSV(b *testing.B) {
	path, size := sheet(b)
	b.Run("read/ours", func(b *testing.B) { measure(b, size, func() error { return readOurs(b.Context(), path, nil) }) })
	b.Run("read/encoding-csv", func(b *testing.B) { measure(b, size, func() error { return readStandard(path, nil) }) })
	target := filepath.Join(b.TempDir(), "out.csv")
	b.Run("both/ours", func(b *testing.B) { measure(b, size, func() error { return copyOurs(b.Context(), path, target) }) })
	b.Run("both/encoding-csv", func(b *testing.B) { measure(b, size, func() error { return copyStandard(path, target) }) })
}

func measure(b *testing.B, size int64, run func() error) {
	b.SetBytes(size)
	b.ReportAllocs()
	for b.Loop() {
		if err := run(); err != nil {
			b.Fatal(err)
		}
	}
}

func readOurs(ctx context.Context, path string, each func([]record.Row) error) error {
	source, err := sources.OpenCSV(ctx, sources.CSVOptions{Paths: []string{path}})
	if err != nil {
		return err
	}
	defer source.Close()
	for {
		rows, err := source.Next(ctx)
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		if each != nil {
			if err := each(rows); err != nil {
				return err
			}
		}
	}
}

func readStandard(path string, each func([]string) error) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	reader := csv.NewReader(bufio.NewReaderSize(file, 256<<10))
	reader.ReuseRecord = true
	for {
		cells, err := reader.Read()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		if each != nil {
			if err := each(cells); err != nil {
				return err
			}
		}
	}
}

func copyOurs(ctx context.Context, path, target string) error {
	columns := make([]record.Column, 20)
	sink, err := sinks.CreateCSV(target, columns, sinks.CSVOptions{})
	if err != nil {
		return err
	}
	defer func() { _ = sink.Abort() }() // after Commit it does nothing
	values := make([][]record.Value, 500)
	cells := make([]record.Value, 500*20)
	err = readOurs(ctx, path, func(rows []record.Row) error {
		for i := range rows {
			values[i] = cells[i*20 : i*20+20]
			for j := range values[i] {
				values[i][j] = record.TextValue(rows[i].Cells[j].Text)
			}
		}
		return sink.Write(ctx, values[:len(rows)])
	})
	if err != nil {
		return err
	}
	_, err = sink.Commit()
	return err
}

func copyStandard(path, target string) error {
	file, err := os.Create(target)
	if err != nil {
		return err
	}
	defer file.Close()
	buffered := bufio.NewWriterSize(file, 256<<10)
	writer := csv.NewWriter(buffered)
	if err := readStandard(path, writer.Write); err != nil {
		return err
	}
	writer.Flush()
	if err := buffered.Flush(); err != nil {
		return err
	}
	return file.Sync()
}
