package sources

import (
	"io"
	"runtime"
	"strings"
	"testing"
)

// rowsOf is a stream of the same row again and again.
type rowsOf struct {
	row  string
	left int64
	rest string
}

func (r *rowsOf) Read(p []byte) (int, error) {
	n := 0
	for n < len(p) {
		if r.rest == "" {
			if r.left <= 0 {
				break
			}
			r.rest = r.row
			r.left -= int64(len(r.row))
		}
		copied := copy(p[n:], r.rest)
		r.rest = r.rest[copied:]
		n += copied
	}
	if n == 0 {
		return 0, io.EOF
	}
	return n, nil
}

// What is live does not grow with the rows that were read.
func TestCSVReadsInFlatMemory(t *testing.T) {
	const size = 50 << 20
	stream := &rowsOf{row: "A-1,\"a \"\"tea\"\",\r\ngreen\",12.50,a longer text that says something of the tea\n", left: size}
	c, err := OpenCSV(t.Context(), CSVOptions{Paths: []string{"-"}, Stdin: io.MultiReader(strings.NewReader("sku,name,price,text\n"), stream)})
	if err != nil {
		t.Fatal(err)
	}
	live := func() int64 {
		runtime.GC()
		var stats runtime.MemStats
		runtime.ReadMemStats(&stats)
		return int64(stats.HeapAlloc)
	}
	var early int64
	rows, mark := 0, int64(10<<20)
	for {
		batch, err := c.Next(t.Context())
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		rows += len(batch)
		if read, _ := c.Progress(); read < mark {
			continue
		}
		mark += 10 << 20
		switch now := live(); {
		case early == 0:
			early = now
		case now > early+2<<20:
			t.Fatalf("%d bytes are live after %d rows, %d were at first", now, rows, early)
		}
	}
	if want := size/len(stream.row) + 1; rows != want {
		t.Errorf("%d rows, want %d", rows, want)
	}
}
