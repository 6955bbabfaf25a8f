package cli

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// endlessStore answers look-ups by SKU and updates as a store would that has every product: product S-n has the id n and costs 10.
// It keeps nothing, so that what a run takes of memory is its own.
func endlessStore(request *http.Request) (*http.Response, error) {
	var out bytes.Buffer
	switch {
	case request.Method == http.MethodPut:
		var items []struct {
			ID int64 `json:"id"`
		}
		if err := json.NewDecoder(request.Body).Decode(&items); err != nil {
			return nil, err
		}
		out.WriteString(`{"data":[`)
		for i, item := range items {
			if i > 0 {
				out.WriteByte(',')
			}
			fmt.Fprintf(&out, `{"id":%d}`, item.ID)
		}
		out.WriteString(`],"meta":{}}`)
	case request.URL.Query().Get("sku:in") != "":
		skus := strings.Split(request.URL.Query().Get("sku:in"), ",")
		out.WriteString(`{"data":[`)
		for i, sku := range skus {
			if i > 0 {
				out.WriteByte(',')
			}
			fmt.Fprintf(&out, `{"id":%s,"sku":%q,"name":"Product %s","price":10}`, strings.TrimPrefix(sku, "S-"), sku, sku)
		}
		fmt.Fprintf(&out, `],"meta":{"pagination":{"total":%d,"count":%d,"per_page":250,"current_page":1,"total_pages":1}}}`, len(skus), len(skus))
	default: // the count of products
		out.WriteString(`{"data":[],"meta":{"pagination":{"total":1000000000,"count":0,"per_page":1,"current_page":1,"total_pages":1000000000}}}`)
	}
	return &http.Response{
		StatusCode: http.StatusOK, Header: http.Header{"Content-Type": {"application/json"}},
		Body: io.NopCloser(&out), Request: request,
	}, nil
}

// BenchmarkImportMemory imports sheets of 10,000 and 1,000,000 rows, one in a hundred of which changes a price, with duplicate check,
// results and ledger on, each in a process of its own, and prints its peak of resident memory. Run it with -benchtime 1x.
func BenchmarkImportMemory(b *testing.B) {
	peaks := map[int]float64{}
	for _, rows := range []int{10_000, 1_000_000} {
		b.Run(strconv.Itoa(rows), func(b *testing.B) {
			for range b.N {
				peaks[rows] = importPeak(b, rows)
				b.ReportMetric(peaks[rows], "peak-MiB")
			}
			b.ReportMetric(float64(rows)/(b.Elapsed().Seconds()/float64(b.N)), "rows/s")
		})
	}
	if peaks[10_000] > 0 && peaks[1_000_000] > 0 {
		b.Logf("peak memory at 1,000,000 rows is %.2f of that at 10,000", peaks[1_000_000]/peaks[10_000])
	}
}

// importPeak runs one import and gives its peak memory in MiB.
func importPeak(b *testing.B, rows int) float64 {
	b.Helper()
	dir := b.TempDir()
	job := "version: 1\nname: prices\nconnection: emulator\nsource: { csv: prices.csv }\n" +
		"mapping: { sku: SKU, price: Price }\nsink: { bigcommerce: products, mode: update, match: sku }\n"
	if err := os.WriteFile(filepath.Join(dir, "job.yaml"), []byte(job), 0o600); err != nil {
		b.Fatal(err)
	}
	var sheet bytes.Buffer
	sheet.WriteString("SKU,Name,Price,Note\n")
	for i := 1; i <= rows; i++ {
		price := "10.00"
		if i%100 == 0 {
			price = "11.00"
		}
		fmt.Fprintf(&sheet, "S-%d,Product number %d,%s,some text that nobody maps\n", i, i, price)
	}
	if err := os.WriteFile(filepath.Join(dir, "prices.csv"), sheet.Bytes(), 0o600); err != nil {
		b.Fatal(err)
	}
	binary, err := os.Executable()
	if err != nil {
		b.Fatal(err)
	}
	command := exec.Command(binary, "run", "-q", filepath.Join(dir, "job.yaml"))
	command.Args[0] = "bcetl-endless" // see TestMain
	if output, err := command.CombinedOutput(); err != nil {
		b.Fatalf("%v\n%s", err, output)
	}
	peak, err := os.ReadFile(filepath.Join(dir, "peak"))
	if err != nil {
		b.Skip("this system does not tell a process's peak memory")
	}
	kib, err := strconv.ParseFloat(strings.TrimSpace(string(peak)), 64)
	if err != nil {
		b.Fatal(err)
	}
	return kib / 1024
}

// writePeak writes the process's peak of resident memory, in KiB, beside the job. The figure that the system gives a parent would
// include the parent's own pages at the moment of the fork.
func writePeak(job string) {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return // not this kind of system; the benchmark says so
	}
	for line := range strings.Lines(string(status)) {
		if rest, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			kib := strings.TrimSuffix(strings.TrimSpace(rest), " kB")
			if err := os.WriteFile(filepath.Join(filepath.Dir(job), "peak"), []byte(kib), 0o600); err != nil {
				panic(err)
			}
		}
	}
}
