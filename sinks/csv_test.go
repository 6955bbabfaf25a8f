package sinks

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"bcetl/internal/record"
)

func textColumns(names ...string) []record.Column {
	columns := make([]record.Column, len(names))
	for i, name := range names {
		columns[i].Name = name
	}
	return columns
}

func textRows(rows ...[]string) [][]record.Value {
	all := make([][]record.Value, len(rows))
	for i, row := range rows {
		for _, text := range row {
			all[i] = append(all[i], record.TextValue(text))
		}
	}
	return all
}

// written writes one file and gives its bytes.
func written(t *testing.T, columns []record.Column, rows [][]record.Value, o CSVOptions) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "out.csv")
	c, err := CreateCSV(path, columns, o)
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Write(t.Context(), rows); err != nil {
		t.Fatal(err)
	}
	output, err := c.Commit()
	if err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(data)
	if diff := cmp.Diff(Output{Path: path, Rows: int64(len(rows)), SHA256: hex.EncodeToString(sum[:])}, output); diff != "" {
		t.Error(diff)
	}
	return string(data)
}

func TestCSVText(t *testing.T) {
	tests := []struct {
		name    string
		columns []string
		rows    [][]string
		options CSVOptions
		want    string
	}{
		{"header alone", []string{"a", "b"}, nil, CSVOptions{}, "a,b\n"},
		{"plain", []string{"a", "b"}, [][]string{{"00123", "3-4"}, {"", "x"}}, CSVOptions{}, "a,b\n00123,3-4\n,x\n"},
		{
			"quotes",
			[]string{"a", "b, c"},
			[][]string{{`say "ha"`, "one\ntwo\r\nthree"}, {" x", "y "}, {"a;b", "\""}},
			CSVOptions{},
			"a,\"b, c\"\n\"say \"\"ha\"\"\",\"one\ntwo\r\nthree\"\n\" x\",\"y \"\na;b,\"\"\"\"\n",
		},
		{"all quoted", []string{"a", "b"}, [][]string{{"1", ""}}, CSVOptions{Quote: "all", CRLF: true}, "\"a\",\"b\"\r\n\"1\",\"\"\r\n"},
		{"semicolons", []string{"a", "b"}, [][]string{{"1,5", "x;y"}}, CSVOptions{Delimiter: ";"}, "a;b\n1,5;\"x;y\"\n"},
		{"tabs", []string{"a", "b"}, [][]string{{"1", "x\ty"}}, CSVOptions{Delimiter: "tab"}, "a\tb\n1\t\"x\ty\"\n"},
		{"delimiter of several bytes", []string{"a", "b"}, [][]string{{"1¦", "2"}}, CSVOptions{Delimiter: "¦"}, "a¦b\n\"1¦\"¦2\n"},
		{"a row without text is no blank line", []string{"a"}, [][]string{{""}, {"x"}}, CSVOptions{}, "a\n\"\"\nx\n"},
		{"nor is one of several columns", []string{"a", "b"}, [][]string{{"", ""}}, CSVOptions{}, "a,b\n\"\",\n"},
		{"formulas", []string{"=a"}, [][]string{{"=1"}, {"'=1"}, {"-5"}, {"'tis"}}, CSVOptions{}, "'=a\n'=1\n''=1\n-5\n'tis\n"},
		{"raw formulas", []string{"=a"}, [][]string{{"=1"}, {"'=1"}}, CSVOptions{Formulas: "raw"}, "=a\n=1\n'=1\n"},
		{"sep= is a name", []string{"sep=;"}, [][]string{{"sep=;"}}, CSVOptions{}, "\"sep=;\"\nsep=;\n"},
		{"byte order mark as text", []string{"\ufeffa"}, nil, CSVOptions{}, "\"\ufeffa\"\n"},
		{"mark", []string{"ä"}, nil, CSVOptions{Encoding: "utf-8-bom"}, "\ufeff\"ä\"\n"},
		{"UTF-16", []string{"aä"}, [][]string{{"🍵"}}, CSVOptions{Encoding: "utf-16"}, "\xff\xfea\x00\xe4\x00\n\x00\x3c\xd8\x75\xdf\n\x00"},
		{"UTF-16 big-endian", []string{"aä"}, nil, CSVOptions{Encoding: "utf-16be"}, "\xfe\xff\x00a\x00\xe4\x00\n"},
		{"Windows-1252", []string{"a"}, [][]string{{"5 € – ü"}}, CSVOptions{Encoding: "Windows-1252"}, "a\n5 \x80 \x96 \xfc\n"},
		{"Shift JIS", []string{"a"}, [][]string{{"表"}}, CSVOptions{Encoding: "shift_jis", Delimiter: "|"}, "a\n\x95\x5c\n"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, written(t, textColumns(test.columns...), textRows(test.rows...), test.options)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestCSVValues(t *testing.T) {
	moment := time.Date(2024, 3, 1, 10, 30, 0, 0, time.FixedZone("", 3600))
	object := record.NewObject(1)
	object.Set("a", record.NumberValue("1.50"))
	tests := []struct {
		value  record.Value
		column record.Column
		want   string
	}{
		{record.Value{}, record.Column{}, ""},
		{record.NullValue(), record.Column{}, ""},
		{record.NumberValue("12.50"), record.Column{Type: record.ColumnDecimal}, "12.50"},
		{record.NumberValue("-0.000"), record.Column{Type: record.ColumnDecimal}, "-0.000"},
		{record.NumberValue("12345678901234567890.10"), record.Column{Type: record.ColumnText}, "12345678901234567890.10"},
		{record.NumberValue("2.345"), record.Column{Type: record.ColumnDecimal, Format: "0.00"}, "2.35"},
		{record.NumberValue("-2.345"), record.Column{Type: record.ColumnDecimal, Format: "0.00"}, "-2.35"},
		{record.NumberValue("2"), record.Column{Type: record.ColumnDecimal, Format: "0.00"}, "2.00"},
		{record.NumberValue("2.5000"), record.Column{Type: record.ColumnDecimal, Format: "0.00##"}, "2.50"},
		{record.NumberValue("2.3456"), record.Column{Type: record.ColumnDecimal, Format: "0.00##"}, "2.3456"},
		{record.NumberValue("2.5"), record.Column{Type: record.ColumnInt, Format: "0"}, "3"},
		{record.NumberValue("1e3"), record.Column{Type: record.ColumnDecimal, Format: "0.0"}, "1000.0"},
		{record.TextValue("2.345"), record.Column{Type: record.ColumnDecimal, Format: "0.00"}, "2.345"},
		{record.BoolValue(true), record.Column{Type: record.ColumnBool}, "true"},
		{record.BoolValue(false), record.Column{}, "false"},
		{record.TimeValue(moment), record.Column{Type: record.ColumnDate}, "2024-03-01T10:30:00+01:00"},
		{record.TimeValue(moment), record.Column{Type: record.ColumnDate, Format: "%d.%m.%Y %H:%M"}, "01.03.2024 10:30"},
		{record.TimeValue(moment.UTC()), record.Column{}, "2024-03-01T09:30:00Z"},
		{record.ListValue([]record.Value{record.IntValue(1), record.TextValue("b")}), record.Column{}, `"[1,""b""]"`},
		{record.ObjectValue(object), record.Column{}, `"{""a"":1.50}"`},
	}
	for _, test := range tests {
		columns := []record.Column{{Name: "k"}, test.column}
		columns[1].Name = "v"
		got := written(t, columns, [][]record.Value{{record.TextValue("x"), test.value}}, CSVOptions{})
		if want := "k,v\nx," + test.want + "\n"; got != want {
			t.Errorf("%v as %+v: got %q, want %q", test.value, test.column, got, want)
		}
	}
}

func TestCSVRefuses(t *testing.T) {
	tests := []struct {
		name    string
		columns []record.Column
		row     []record.Value
		options CSVOptions
		want    string
	}{
		{"delimiter", textColumns("a"), nil, CSVOptions{Delimiter: ", "}, `create F: ", " is not a delimiter: one character is, or tab`},
		{"quote", textColumns("a"), nil, CSVOptions{Quote: "none"}, `create F: quote is minimal or all, not "none"`},
		{"formulas", textColumns("a"), nil, CSVOptions{Formulas: "drop"}, `create F: formulas is escape, refuse or raw, not "drop"`},
		{"encoding", textColumns("a"), nil, CSVOptions{Encoding: "ebcdic"}, `create F: "ebcdic" is not a known encoding: use utf-8, utf-8-bom, utf-16 or windows-1252`},
		{"no columns", nil, nil, CSVOptions{}, `create F: there are no columns`},
		{"format", []record.Column{{Name: "p", Type: record.ColumnDecimal, Format: "#,##0.00"}}, nil, CSVOptions{}, `create F: column "p": the format "#,##0.00" of a number is not of the form 0.00 or 0.00##`},
		{"header in Windows-1252", textColumns("a", "茶"), nil, CSVOptions{Encoding: "windows-1252"}, `write F: row 1, column "茶": the character '茶' (U+8336) cannot be written in windows-1252`},
		{"cell in Windows-1252", textColumns("a", "b"), textRows([]string{"x", "5 → 6"})[0], CSVOptions{Encoding: "windows-1252"}, `write F: row 2, column "b": the character '→' (U+2192) cannot be written in windows-1252`},
		{"cell in Shift JIS", textColumns("a"), textRows([]string{"🍵"})[0], CSVOptions{Encoding: "shift_jis"}, `write F: row 2, column "a": the character '🍵' (U+1F375) cannot be written in shift_jis`},
		{"refused formula", textColumns("a"), textRows([]string{"=1+1"})[0], CSVOptions{Formulas: "refuse"}, `write F: row 2, column "a": "=1+1" would be calculated as a formula by a spreadsheet program`},
		{"NUL", textColumns("a"), textRows([]string{"x\x00"})[0], CSVOptions{}, `write F: row 2, column "a": "x\x00" holds a NUL, which no sheet can`},
		{"no UTF-8", textColumns("a"), textRows([]string{"x\xff"})[0], CSVOptions{}, `write F: row 2, column "a": "x\xff" is not valid UTF-8`},
		{"too few values", textColumns("a", "b"), textRows([]string{"x"})[0], CSVOptions{}, `write F: row 2 has 1 values for 2 columns`},
		{"no number", []record.Column{{Name: "p", Type: record.ColumnDecimal, Format: "0.00"}}, []record.Value{record.NumberValue("x")}, CSVOptions{}, `write F: row 2, column "p": "x" is not a number: can't convert x to decimal`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			folder := t.TempDir()
			path := filepath.Join(folder, "out.csv")
			c, err := CreateCSV(path, test.columns, test.options)
			if err == nil {
				err = c.Write(t.Context(), [][]record.Value{test.row})
				if _, again := c.Commit(); again == nil {
					t.Error("Commit after a failed Write succeeded")
				}
			}
			if err == nil || strings.ReplaceAll(err.Error(), path, "F") != test.want {
				t.Errorf("got  %v\nwant %s", err, test.want)
			}
			if left := names(t, folder); len(left) != 0 {
				t.Errorf("left behind: %q", left)
			}
		})
	}
}

func TestCSVRefusedNumbersAreNone(t *testing.T) {
	got := written(t, textColumns("a"), textRows([]string{"-5"}, []string{"'=x"}), CSVOptions{Formulas: "refuse"})
	if got != "a\n-5\n''=x\n" {
		t.Errorf("%q", got)
	}
}

func TestCSVStandardOutput(t *testing.T) {
	var out bytes.Buffer
	c, err := CreateCSV("-", textColumns("a"), CSVOptions{Stdout: &out})
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Write(t.Context(), textRows([]string{"1"})); err != nil {
		t.Fatal(err)
	}
	output, err := c.Commit()
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256([]byte("a\n1\n"))
	if diff := cmp.Diff(Output{Path: "-", Rows: 1, SHA256: hex.EncodeToString(sum[:])}, output); diff != "" || out.String() != "a\n1\n" {
		t.Errorf("%q\n%s", out.String(), diff)
	}
	if _, err := CreateCSV("-", textColumns("a"), CSVOptions{}); err == nil {
		t.Error("no standard output was accepted")
	}
}

func TestCSVAbort(t *testing.T) {
	folder := t.TempDir()
	c, err := CreateCSV(filepath.Join(folder, "out.csv"), textColumns("a"), CSVOptions{})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := c.Write(ctx, textRows([]string{"1"})); !errors.Is(err, context.Canceled) {
		t.Errorf("Write under a dead context: %v", err)
	}
	if err := errors.Join(c.Abort(), c.Abort()); err != nil {
		t.Error(err)
	}
	if left := names(t, folder); len(left) != 0 {
		t.Errorf("left behind: %q", left)
	}
	if err := c.Write(t.Context(), textRows([]string{"1"})); !errors.Is(err, os.ErrClosed) {
		t.Errorf("Write after Abort: %v", err)
	}
	if _, err := c.Commit(); !errors.Is(err, os.ErrClosed) {
		t.Errorf("Commit after Abort: %v", err)
	}
}
