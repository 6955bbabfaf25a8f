package emulator

import (
	"fmt"
	"io"
	"testing"
)

// BenchmarkSeed makes 10,000 demo products.
func BenchmarkSeed(b *testing.B) {
	for b.Loop() {
		New(Options{}).Seed(Demo{Products: 10_000})
	}
}

// BenchmarkPage reads pages of 250 from a store of 100,000 products.
func BenchmarkPage(b *testing.B) {
	s := New(Options{LogEntries: 1})
	s.Seed(Demo{Products: 100_000})
	for _, query := range []string{
		"page=200", "id:greater=50000", "is_visible=true&page=300", "sort=name&page=300",
		"include=variants,images,custom_fields&page=200", "sku:in=TEA-00001,KIT-00002,OUT-00003",
	} {
		b.Run(query, func(b *testing.B) {
			for b.Loop() {
				resp, err := request(b, s, "GET", "/v3/catalog/products?limit=250&"+query, "")
				if err != nil || resp.StatusCode != 200 {
					b.Fatal(err, resp)
				}
				if _, err := io.Copy(io.Discard, resp.Body); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkSnapshot writes and reads 10,000 products.
func BenchmarkSnapshot(b *testing.B) {
	s := New(Options{})
	s.Seed(Demo{Products: 10_000})
	path := b.TempDir() + "/state.json"
	for b.Loop() {
		if err := s.Save(path); err != nil {
			b.Fatal(err)
		}
		if _, err := Open(path, Options{}); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkBatchPut changes ten prices a request.
func BenchmarkBatchPut(b *testing.B) {
	s := New(Options{LogEntries: 1})
	s.Seed(Demo{Products: 10_000})
	i := 0
	for b.Loop() {
		body := []byte{'['}
		for n := range 10 {
			if n > 0 {
				body = append(body, ',')
			}
			body = fmt.Appendf(body, `{"id":%d,"price":%d.5}`, i%1000*10+n+1, i%97)
		}
		i++
		if a := send(b, s, "PUT", "/v3/catalog/products", string(append(body, ']'))); a.status != 200 {
			b.Fatal(a.text)
		}
	}
}
