package report

import (
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/gocarina/gocsv"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"bcetl/internal/record"
)

func TestResultsFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "results.csv")
	results, err := CreateResults(path)
	if err != nil {
		t.Fatal(err)
	}
	origin := func(line int) record.Origin { return record.Origin{File: "prices.xlsx", Sheet: "Prices", Line: line} }
	base := Result{Run: "20261125-005325-a1", Step: "prices", Object: "products"}
	add := func(key string, origins []record.Origin, s record.Settled) {
		t.Helper()
		base.Key = key
		if err := results.AddSettled(base, origins, s); err != nil {
			t.Fatal(err)
		}
	}
	add("00123", []record.Origin{origin(4)}, record.Settled{Outcome: record.Updated, StoreID: 77, Changed: []string{"name", "price"}})
	add("Zażółć, 5\"", []record.Origin{origin(5)}, record.Settled{Outcome: record.Unchanged, StoreID: 78})
	add("=SUM(A1)", []record.Origin{origin(6), origin(7)}, record.Settled{
		Outcome: record.Rejected,
		Problem: &record.Problem{Code: "value.type", Column: "Net price", Message: "-5 EUR is not\na number"},
	})
	add("+49 30", []record.Origin{origin(8)}, record.Settled{
		Outcome: record.Partial, StoreID: 79, Problem: &record.Problem{Code: "store.refused", Field: "images", Message: "too large"},
	})
	add("", []record.Origin{{File: "-", Line: 2}}, record.Settled{})
	add("-12.50", nil, record.Settled{Outcome: record.Exported, StoreID: 80})
	if err := results.Close(); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "results.csv", string(text))
}

func TestResultsWithoutRowsHaveTheHeader(t *testing.T) {
	path := filepath.Join(t.TempDir(), "results.csv")
	results, err := CreateResults(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := results.Close(); err != nil {
		t.Fatal(err)
	}
	text, _ := os.ReadFile(path)
	const want = "run,step,file,sheet,row,object,key,outcome,store_id,changed_fields,code,column,message\n"
	if string(text) != want {
		t.Errorf("got %q, want %q", text, want)
	}
}

// What is written comes back, whatever stands in keys and messages, over batch borders.
func TestResultsRoundTrip(t *testing.T) {
	folder := t.TempDir()
	rapid.Check(t, func(t *rapid.T) {
		path := filepath.Join(folder, "results.csv")
		n := rapid.SampledFrom([]int{0, 1, resultBatch - 1, resultBatch, resultBatch + 1}).Draw(t, "rows")
		// a carriage return before a line break is what every CSV reader drops
		text := rapid.Custom(func(t *rapid.T) string { return strings.ReplaceAll(rapid.String().Draw(t, "text"), "\r", "") })
		key, message := text.Draw(t, "key"), text.Draw(t, "message")
		results, err := CreateResults(path)
		if err != nil {
			t.Fatal(err)
		}
		for i := range n {
			if err := results.Add(Result{
				Key: key, StoreID: int64(i + 1), Outcome: record.Rejected,
				Problem: &record.Problem{Code: "c", Column: "C", Message: message},
			}); err != nil {
				t.Fatal(err)
			}
		}
		if err := results.Close(); err != nil {
			t.Fatal(err)
		}
		file, err := os.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = file.Close() }()
		var lines []resultLine
		if err := gocsv.UnmarshalCSV(csv.NewReader(file), &lines); err != nil {
			t.Fatal(err)
		}
		if len(lines) != n {
			t.Fatalf("%d lines of %d came back", len(lines), n)
		}
		for i, line := range lines {
			want := resultLine{StoreID: fmt.Sprint(i + 1), Outcome: "rejected", Key: inert(key), Code: "c", Column: "C", Message: inert(oneLine(message))}
			if diff := cmp.Diff(want, line); diff != "" {
				t.Fatal(diff)
			}
		}
	})
}

func TestResultsErrorStays(t *testing.T) {
	if _, err := CreateResults(filepath.Join(t.TempDir(), "missing", "results.csv")); err == nil {
		t.Error("a folder that does not exist is no error")
	}
	results, err := CreateResults(filepath.Join(t.TempDir(), "results.csv"))
	if err != nil {
		t.Fatal(err)
	}
	_ = results.file.Close() // as a disk that is gone
	var first error
	for range 3 * resultBatch {
		if err := results.Add(Result{}); first == nil {
			first = err
		} else if err == nil {
			t.Fatal("an error was forgotten")
		}
	}
	if first == nil {
		t.Error("lines were lost without an error")
	}
	if results.Close() == nil {
		t.Error("Close gave no error over lost lines")
	}
}

func TestInert(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"", ""},
		{"00123", "00123"},
		{"a=b", "a=b"},
		{"=1+1", "'=1+1"},
		{"@SUM", "'@SUM"},
		{"+49 30", "'+49 30"},
		{"-1+cmd|'/c calc'!A0", "'-1+cmd|'/c calc'!A0"},
		{"\t=1", "'\t=1"},
		{"\r=1", "'\r=1"},
		{"'=1", "''=1"},
		{"'", "''"},
		{"-", "-"},
		{"-5", "-5"},
		{"+5", "+5"},
		{"-5.", "-5."},
		{"-.5", "-.5"},
		{"-1.5e-3", "-1.5e-3"},
		{"-1,5", "'-1,5"},
		{"--5", "'--5"},
		{"-5\n=1", "'-5\n=1"},
		{"-５", "'-５"},
	} {
		if got := inert(c.text); got != c.want {
			t.Errorf("inert(%q) = %q, want %q", c.text, got, c.want)
		}
	}
}

// The apostrophe is taken off without doubt: text that has one was given a second.
func FuzzInertIsReversible(f *testing.F) {
	for _, seed := range []string{"=1", "'=1", "-5", "+a", "x", "'", ""} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if back := strings.TrimPrefix(inert(text), "'"); back != text {
			t.Errorf("%q came back as %q", text, back)
		}
	})
}

func TestResultsMemoryIsFlat(t *testing.T) {
	if testing.Short() {
		t.Skip("writes 200,000 lines")
	}
	results, err := CreateResults(filepath.Join(t.TempDir(), "results.csv"))
	if err != nil {
		t.Fatal(err)
	}
	heap := func(rows int) uint64 {
		for i := range rows {
			if err := results.Add(sampleResult(i)); err != nil {
				t.Fatal(err)
			}
		}
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	few, many := heap(10_000), heap(200_000)
	if err := results.Close(); err != nil {
		t.Fatal(err)
	}
	if many > few+1<<20 {
		t.Errorf("heap grew from %d to %d bytes", few, many)
	}
}

func sampleResult(i int) Result {
	r := Result{
		Run: "20261125-005325-a1", Step: "prices", Origin: record.Origin{File: "prices.xlsx", Sheet: "Prices", Line: i},
		Object: "products", Key: fmt.Sprintf("SKU-%07d", i), Outcome: record.Updated, StoreID: int64(i), Changed: []string{"name", "price"},
	}
	if i%50 == 0 {
		r.Outcome, r.Problem = record.Rejected, &record.Problem{Code: "value.type", Column: "Net price", Message: "x is not a number"}
	}
	return r
}

func BenchmarkResults(b *testing.B) {
	results, err := CreateResults(filepath.Join(b.TempDir(), "results.csv"))
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		i++
		if err := results.Add(sampleResult(i)); err != nil {
			b.Fatal(err)
		}
	}
	if err := results.Close(); err != nil {
		b.Fatal(err)
	}
}
