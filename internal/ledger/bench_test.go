package ledger_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"bcetl/internal/ledger"
	"bcetl/internal/record"
)

// benchRun begins a run in a temporary folder.
func benchRun(b *testing.B) *ledger.Run {
	b.Helper()
	l, err := ledger.Open(filepath.Join(b.TempDir(), "state"))
	if err != nil {
		b.Fatal(err)
	}
	run, err := l.Begin(b.Context(), ledger.Manifest{ID: ledger.NewRunID(time.Now()), Job: "bench", Store: "abc"})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = run.Close() })
	return run
}

func benchItems(first, n int) []ledger.Staged {
	items := make([]ledger.Staged, n)
	for i := range items {
		sku := fmt.Sprintf("SKU-%07d", first+i)
		doc := record.NewObject(3)
		doc.Set("sku", record.TextValue(sku))
		doc.Set("name", record.TextValue("Product with a usual name "+sku))
		doc.Set("price", record.NumberValue("10.50"))
		row := record.Row{
			Header: benchHeader, Origin: record.Origin{File: "prices.csv", Line: first + i + 1},
			Cells: []record.Cell{{Text: sku}, {Text: "Product with a usual name " + sku}, {Text: "10.50"}, {Text: "yes"}},
		}
		items[i] = ledger.Staged{Item: record.Item{Seq: int64(first + i), Key: sku, Rows: []record.Row{row}, Doc: doc}, Fold: strings.ToLower(sku)}
	}
	return items
}

var benchHeader = record.NewHeader([]string{"SKU", "Name", "Price", "Active"})

// BenchmarkStage stages batches of 100 rows, the size that a sheet is read in.
func BenchmarkStage(b *testing.B) {
	run := benchRun(b)
	const batch = 100
	rows := 0
	for b.Loop() {
		if err := run.Stage(b.Context(), 1, benchItems(rows+1, batch)); err != nil {
			b.Fatal(err)
		}
		rows += batch
	}
	b.ReportMetric(float64(rows)/b.Elapsed().Seconds(), "rows/s")
}

// BenchmarkIntentAndOutcome writes what one request of 10 ops writes: its intent and its outcome.
func BenchmarkIntentAndOutcome(b *testing.B) {
	run := benchRun(b)
	ops := make([]record.Op, 5000)
	for i := range ops {
		body := record.NewObject(1)
		body.Set("price", record.NumberValue("1"))
		ops[i] = record.Op{ID: run.NewOpID(), Kind: "products.update", Target: int64(i + 1), Body: body}
	}
	if err := run.AddOps(b.Context(), 1, ops); err != nil {
		b.Fatal(err)
	}
	var n atomic.Int64
	b.SetParallelism(4)
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			at := int(n.Add(1))
			ids, results := make([]int64, 10), make([]ledger.OpResult, 10)
			for i := range ids {
				ids[i] = ops[(at*10+i)%len(ops)].ID
				results[i] = ledger.OpResult{ID: ids[i], State: record.OpDone, StoreID: 7}
			}
			if err := run.Sent(b.Context(), ids); err != nil {
				b.Error(err)
			}
			if err := run.Done(b.Context(), results); err != nil {
				b.Error(err)
			}
		}
	})
	b.ReportMetric(float64(n.Load())/b.Elapsed().Seconds(), "requests/s")
}
