package sinks_test

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/charmap"
	"pgregory.net/rapid"

	"bcetl/internal/record"
	"bcetl/sinks"
	"bcetl/sources"
)

// awkward are pieces that have a meaning in CSV, in a spreadsheet program or at the beginning of a file.
var awkward = []string{
	",", ";", "\t", "|", `"`, `""`, "\n", "\r\n", "\r", " ", "'", "=", "+", "-", "@", "-5", "+3.2e1", "'=", "sep=;", "\ufeff", "PK\x03\x04", "%PDF-",
	"ÿþ", "ï»¿", "é", "€", "Ã©", "\u0081",
}

// cellText draws texts of awkward pieces, among any others that the encoding has.
func cellText(encoding string) *rapid.Generator[string] {
	letters := rapid.Rune()
	if encoding == "windows-1252" {
		letters = rapid.Map(rapid.Byte(), charmap.Windows1252.DecodeByte)
	}
	letters = letters.Filter(func(r rune) bool { return r != 0 && utf8.ValidRune(r) && r != utf8.RuneError })
	piece := rapid.OneOf(
		rapid.SampledFrom(awkward).Filter(func(text string) bool { return encoding != "windows-1252" || text != "\ufeff" && text != "\u0081" }),
		rapid.StringOfN(letters, 0, 5, -1))
	return rapid.Map(rapid.SliceOfN(piece, 0, 5), func(pieces []string) string { return strings.Join(pieces, "") })
}

func readAll(ctx context.Context, o sources.CSVOptions) ([]record.Row, *sources.CSV, error) {
	c, err := sources.OpenCSV(ctx, o)
	if err != nil {
		return nil, nil, err
	}
	defer c.Close()
	var all []record.Row
	for {
		rows, err := c.Next(ctx)
		if err == io.EOF {
			return all, c, nil
		}
		if err != nil {
			return nil, nil, err
		}
		all = append(all, rows...)
	}
}

func writeAll(ctx context.Context, path string, header []string, rows [][]string, o sinks.CSVOptions) error {
	columns := make([]record.Column, len(header))
	for i, name := range header {
		columns[i].Name = name
	}
	c, err := sinks.CreateCSV(path, columns, o)
	if err != nil {
		return err
	}
	defer func() { _ = c.Abort() }() // after Commit it does nothing
	for _, row := range rows {
		values := make([]record.Value, len(row))
		for i, text := range row {
			values[i] = record.TextValue(text)
		}
		if err := c.Write(ctx, [][]record.Value{values}); err != nil {
			return err
		}
	}
	_, err = c.Commit()
	return err
}

func cells(rows []record.Row) [][]string {
	all := make([][]string, len(rows))
	for i := range rows {
		for _, cell := range rows[i].Cells {
			all[i] = append(all[i], cell.Text)
		}
	}
	return all
}

// faults are the problems of rows and the cells beyond the header: a file of ours has none.
func faults(rows []record.Row) error {
	for i := range rows {
		if rows[i].Problem != nil || rows[i].Extra != nil || rows[i].Origin.Line != i+2 {
			return fmt.Errorf("%s has a problem or stands elsewhere: %+v", rows[i].Origin, rows[i])
		}
	}
	return nil
}

func TestCSVWrittenIsCSVRead(t *testing.T) {
	path := filepath.Join(t.TempDir(), "sheet.csv")
	rapid.Check(t, func(rt *rapid.T) {
		options := sinks.CSVOptions{
			Delimiter: rapid.SampledFrom([]string{",", ";", "tab", "|", "¦", "'", "="}).Draw(rt, "delimiter"),
			Encoding:  rapid.SampledFrom([]string{"utf-8", "utf-8-bom", "utf-16", "utf-16be", "windows-1252"}).Draw(rt, "encoding"),
			CRLF:      rapid.Bool().Draw(rt, "crlf"),
			Quote:     rapid.SampledFrom([]string{"minimal", "all"}).Draw(rt, "quote"),
		}
		if options.Encoding == "windows-1252" && options.Delimiter == "¦" {
			options.Delimiter = "^"
		}
		columns := rapid.IntRange(1, 4).Draw(rt, "columns")
		row := rapid.SliceOfN(cellText(options.Encoding), columns, columns)
		header := row.Draw(rt, "header")
		rows := rapid.SliceOfN(row, 0, 6).Draw(rt, "rows")
		if err := writeAll(t.Context(), path, slices.Clone(header), rows, options); err != nil {
			rt.Fatal(err)
		}
		got, source, err := readAll(t.Context(), sources.CSVOptions{Paths: []string{path}, Delimiter: options.Delimiter, Encoding: options.Encoding})
		if err != nil {
			rt.Fatal(err)
		}
		if err := faults(got); err != nil {
			rt.Fatal(err)
		}
		if diff := cmp.Diff(header, source.Header().Names()); diff != "" {
			rt.Fatal(diff)
		}
		if len(rows)+len(got) > 0 {
			if diff := cmp.Diff(rows, cells(got)); diff != "" {
				rt.Fatal(diff)
			}
		}
		layout := source.Layouts()[0]
		if layout.CRLF != options.CRLF || options.Encoding != "utf-16" && layout.Encoding != options.Encoding {
			rt.Fatalf("layout %+v of %+v", layout, options)
		}
	})
}

// A formula is kept from being calculated, and comes back as it was.
func TestFormulasAreEscapedReversibly(t *testing.T) {
	path := filepath.Join(t.TempDir(), "sheet.csv")
	rapid.Check(t, func(rt *rapid.T) {
		text := rapid.Map(rapid.SliceOfN(rapid.SampledFrom([]string{"'", "=", "+", "-", "@", "\t", "\r", "1", "5", ".", ",", "e", "x", " "}), 0, 7),
			func(pieces []string) string { return strings.Join(pieces, "") }).Draw(rt, "text")
		if err := writeAll(t.Context(), path, []string{"a"}, [][]string{{text}}, sinks.CSVOptions{Quote: "all"}); err != nil {
			rt.Fatal(err)
		}
		data, err := os.ReadFile(path)
		if err != nil {
			rt.Fatal(err)
		}
		cell := strings.TrimSuffix(strings.TrimPrefix(string(data), "\"a\"\n\""), "\"\n")
		if cell != "" && strings.ContainsRune("=+-@\t\r", rune(cell[0])) && strings.Trim(cell, "+-.,e15") != "" {
			rt.Fatalf("%q was written as %q", text, cell)
		}
		rows, _, err := readAll(t.Context(), sources.CSVOptions{Paths: []string{path}, Delimiter: ",", Encoding: "utf-8"})
		if err != nil {
			rt.Fatal(err)
		}
		if got := rows[0].Text(0); got != text {
			rt.Fatalf("%q came back as %q", text, got)
		}
	})
}

// What is detected is what was written, for sheets as people have them.
func TestCSVDetectsWhatWasWritten(t *testing.T) {
	path := filepath.Join(t.TempDir(), "sheet.csv")
	header := []string{"Artikel", "Preis", "Größe"}
	rows := [][]string{{"4711", "1,50 €", "a; b"}, {"=1", "1,234.50", "x|y\tz"}, {"Tür", "-5", "\"3,5\"\""}}
	for _, delimiter := range []string{",", ";", "tab", "|"} {
		for _, encoding := range []string{"utf-8", "utf-8-bom", "utf-16", "windows-1252"} {
			if err := writeAll(t.Context(), path, header, rows, sinks.CSVOptions{Delimiter: delimiter, Encoding: encoding}); err != nil {
				t.Fatal(err)
			}
			got, source, err := readAll(t.Context(), sources.CSVOptions{Paths: []string{path}})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(append([][]string{header}, rows...), append([][]string{source.Header().Names()}, cells(got)...)); diff != "" {
				t.Errorf("%s, %s: %s", delimiter, encoding, diff)
			}
		}
	}
}
