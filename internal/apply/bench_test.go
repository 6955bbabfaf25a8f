package apply_test

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"sync/atomic"
	"testing"
	"time"

	"bcetl/internal/emulator"
	"bcetl/internal/ledger"
)

// BenchmarkImport updates n products of as many: it tells rows a second, requests, and the most live memory above what the store itself
// takes. Flat memory shows in the last number being the same for both sizes.
func BenchmarkImport(b *testing.B) {
	for _, n := range []int{10_000, 50_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			store := emulator.New(emulator.Options{LogEntries: 1, LogBody: -1})
			for i := 1; i <= n; i++ {
				store.InsertProduct(product(fmt.Sprintf("Product %d", i), fmt.Sprintf("SKU-%05d", i)))
			}
			for round := 0; b.Loop(); round++ {
				bench := onProducts(b, store, "update", "sku")
				bench.concurrency = 8
				bench.rowsFrom = func(seq int) string {
					return fmt.Sprintf(`{"sku":"SKU-%05d","price":%d.5,"name":"Product %d"}`, seq, 20+round, seq)
				}
				peak := watchHeap()
				started := time.Now()
				bench.must(bench.applyMany(n))
				b.ReportMetric(float64(n)/time.Since(started).Seconds(), "rows/s")
				b.ReportMetric(float64(peak())/(1<<20), "MiB-live")
			}
		})
	}
}

// watchHeap samples what the collector found alive until its result is called, which gives the most that it grew.
func watchHeap() func() uint64 {
	live := func() uint64 {
		sample := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
		metrics.Read(sample)
		return sample[0].Value.Uint64()
	}
	usual := debug.SetGCPercent(10) // often, for the store's own data makes collections rare
	runtime.GC()
	base := live()
	var most atomic.Uint64
	done, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		ticker := time.NewTicker(10 * time.Millisecond)
		defer ticker.Stop()
		for {
			select {
			case <-done:
				return
			case <-ticker.C:
				if now := live(); now > base {
					most.Store(max(most.Load(), now-base))
				}
			}
		}
	}()
	return func() uint64 {
		close(done)
		<-ended
		debug.SetGCPercent(usual)
		return most.Load()
	}
}

// applyMany is apply for many rows, which are made as they are staged; outcomes are not collected.
func (b *bench) applyMany(n int) error {
	b.fields([]string{b.rowsFrom(1)})
	b.begin(b.t.Context())
	const chunk = 100
	for first := 1; first <= n; first += chunk {
		items := make([]ledger.Staged, 0, chunk)
		for seq := first; seq < first+chunk && seq <= n; seq++ {
			items = append(items, b.item(seq, b.rowsFrom(seq)))
		}
		b.must(b.run.Stage(b.t.Context(), 1, items))
	}
	return b.passes(n)
}
