package bigcommerce

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"runtime"
	"strconv"
	"testing"
	"time"

	"bcetl/internal/bigcommerce/catalogue"
)

// canned serves a store of pages × 250 products from one page's bytes, whose ids it moves.
type canned struct {
	pages   int
	latency time.Duration
	page    []byte
}

func (c canned) RoundTrip(r *http.Request) (*http.Response, error) {
	time.Sleep(c.latency)
	query := r.URL.Query()
	number, err := strconv.Atoi(query.Get("page"))
	if err != nil {
		return nil, err
	}
	total := c.pages * 250
	if query.Has("id:greater") {
		number, total = number+1, total-250
	}
	body := c.page
	if query.Get("direction") == "desc" {
		body = fmt.Appendf(nil, `{"data":[{"id":%d}],"meta":{"pagination":{"total":%d,"per_page":1}}}`, total, total)
	} else {
		body = bytes.Replace(body, []byte(`"total":250`), fmt.Appendf(nil, `"total":%d`, total), 1)
		var moved []byte
		for i, part := range bytes.Split(body, []byte(`{"id":`)) {
			if id, rest, ok := bytes.Cut(part, []byte(`,"name":"Product`)); ok && i > 0 {
				n, err := strconv.Atoi(string(id))
				if err != nil {
					return nil, err
				}
				part = append(fmt.Appendf(nil, `%d,"name":"Product`, n+(number-1)*250), rest...)
			}
			if i > 0 {
				moved = append(moved, `{"id":`...)
			}
			moved = append(moved, part...)
		}
		body = moved
	}
	return &http.Response{StatusCode: 200, Header: http.Header{}, Body: io.NopCloser(bytes.NewReader(body)), ContentLength: int64(len(body)), Request: r}, nil
}

// BenchmarkWalk reads 10,000 products at 50 ms of latency, eight pages ahead. The floor is (42 - 2) / 8 + 2 latencies: 350 ms.
func BenchmarkWalk(b *testing.B) {
	client, err := New(Config{
		BaseURL: "https://api.bigcommerce.com", StoreHash: "x", Token: func() (string, error) { return "t", nil }, Concurrency: 8,
		Transport: canned{pages: 40, latency: 50 * time.Millisecond, page: samplePage(250)},
	})
	if err != nil {
		b.Fatal(err)
	}
	paths := parsePaths(b, "name", "sku", "price", "custom_url.url", "variants[].sku")
	var peak uint64
	b.ReportAllocs()
	for b.Loop() {
		walk := client.Walk(context.Background(), &catalogue.Products, WalkOptions{Paths: paths})
		n := 0
		for {
			records, err := walk.Next(context.Background())
			if err == io.EOF { //nolint:errorlint // Next gives it bare
				break
			}
			if err != nil {
				b.Fatal(err)
			}
			n += len(records)
			var memory runtime.MemStats
			runtime.ReadMemStats(&memory)
			peak = max(peak, memory.HeapInuse)
		}
		walk.Close()
		if n != 10_000 {
			b.Fatalf("%d records", n)
		}
	}
	b.ReportMetric(float64(peak)/(1<<20), "MiB-peak")
}
