package cli

import (
	"bytes"
	"io"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"sync"
	"testing"
	"time"

	"bcetl/internal/emulator"
)

// TestExamplesUnderEveryReading runs each example against stores that do what the documentation leaves open the other way: the same scripts
// with the same results, under the same judge.
//
// An example is spared a reading that it cannot see: where its requests, sent again to a store that follows the reading, get the answers that
// they got without it, to the byte, the run would be the same.
func TestExamplesUnderEveryReading(t *testing.T) {
	if *updateScripts {
		t.Skip("expected results are written by TestExamples alone")
	}
	heard := map[string][]exchange{}
	var mutex sync.Mutex
	t.Run("none", func(t *testing.T) {
		for _, name := range exampleNames(t) {
			runExample(t, name, "", func(exchanges []exchange) {
				mutex.Lock()
				defer mutex.Unlock()
				heard[name] = exchanges
			})
		}
	})
	told := map[string]*retold{}
	for name, exchanges := range heard {
		told[name] = retell(t, name, exchanges)
	}
	ran := 0
	for _, reading := range emulator.Readings() {
		var seen []string
		for _, name := range exampleNames(t) {
			if told[name].differs(t, reading.Apply) {
				seen = append(seen, name)
			}
		}
		ran += len(seen)
		t.Run(reading.Name, func(t *testing.T) {
			t.Logf("seen by %d examples: %v", len(seen), seen)
			for _, name := range seen {
				runExample(t, name, reading.Name, nil)
			}
		})
	}
	if ran == 0 {
		t.Error("no example sees any reading: what was heard of them is not what they said")
	}
}

// retold is what an example said and heard, and the store with which it began.
type retold struct {
	exchanges []exchange
	options   emulator.Options
	begun     bytes.Buffer // the store's snapshot
	otherwise bool         // not even the same store answers the same: the script does more than talk
}

var scriptClock = regexp.MustCompile(nowVariable + `=(\S+)`)

func retell(t *testing.T, name string, exchanges []exchange) *retold {
	t.Helper()
	script, err := os.ReadFile(filepath.Join(examplesDir, name, name+".txtar"))
	if err != nil {
		t.Fatal(err)
	}
	r := &retold{exchanges: exchanges}
	clock := scriptClock.FindSubmatch(script)
	if clock == nil {
		r.otherwise = true
		return r
	}
	now, err := time.Parse(time.RFC3339, string(clock[1]))
	if err != nil {
		t.Fatal(err)
	}
	r.options = emulator.Options{Clock: func() time.Time { return now }, Strict: true}
	store := emulator.New(r.options)
	store.Seed(emulator.Demo{})
	if err := store.Snapshot(&r.begun); err != nil {
		t.Fatal(err)
	}
	r.otherwise = r.differs(t, func(*emulator.Options) {})
	return r
}

// differs reports whether a store with other options answers anything else.
func (r *retold) differs(t *testing.T, change func(*emulator.Options)) bool {
	t.Helper()
	if r.otherwise {
		return true
	}
	options := r.options
	change(&options)
	store := emulator.New(options)
	if err := store.Restore(bytes.NewReader(r.begun.Bytes())); err != nil {
		t.Fatal(err)
	}
	for i := range r.exchanges {
		e := &r.exchanges[i]
		request, err := http.NewRequestWithContext(t.Context(), e.Method, e.URL, bytes.NewReader(e.Body))
		if err != nil {
			t.Fatal(err)
		}
		request.Header = maps.Clone(e.Header)
		request.Header.Set("X-Auth-Token", emulatorName)
		answer, err := store.RoundTripper().RoundTrip(request)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(answer.Body)
		if err != nil {
			t.Fatal(err)
		}
		_ = answer.Body.Close() // a byte reader's close cannot fail
		if answer.StatusCode != e.Status || !bytes.Equal(body, e.Answer) || !reflect.DeepEqual(answer.Header, e.AnswerHeader) {
			return true
		}
	}
	return false
}
