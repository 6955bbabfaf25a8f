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
	"strings"
	"sync"
	"testing"
	"time"

	"bcetl/internal/emulator"
	"bcetl/internal/judge"
	"bcetl/internal/runner"
)

// TestExamplesUnderEveryReading runs each example against stores that do what the documentation leaves open the other way: the same scripts
// with the same results, under the same judge.
//
// An example is spared a reading that it cannot see: where its requests, sent again to a store that follows the reading, get the answers that
// they got without it, to the byte, the run would be the same. Which readings examples meet is what docs/fidelity.md says: it names a test for each of
// the others.
func TestExamplesUnderEveryReading(t *testing.T) {
	if *updateScripts {
		t.Skip("expected results are written by TestExamples alone")
	}
	if raceDetector {
		t.Skip("what a store answers changes nothing in how goroutines meet: the examples run under the race detector once, in TestExamples")
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
	if len(heard) < len(exampleNames(t)) {
		t.Skip("not all examples were run")
	}
	seen := map[string][]string{} // examples by reading
	for _, name := range exampleNames(t) {
		for _, reading := range retell(t, name, heard[name]).sees(t, emulator.Readings()) {
			seen[reading.Name] = append(seen[reading.Name], name)
		}
	}
	for _, reading := range emulator.Readings() {
		t.Run(reading.Name, func(t *testing.T) {
			t.Logf("seen by %d examples: %v", len(seen[reading.Name]), seen[reading.Name])
			for _, name := range seen[reading.Name] {
				runExample(t, name, reading.Name, nil)
			}
		})
	}
	page, err := judge.ReadDocument(filepath.Join("..", "..", "docs", "fidelity.md"))
	if err != nil {
		t.Fatal(err)
	}
	rows, err := page.Table("readings")
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows {
		name, met := strings.Trim(row[0], "`"), row[len(row)-1]
		if byExamples := met == "examples"; byExamples != (len(seen[name]) > 0) {
			t.Errorf("docs/fidelity.md has %s met by %q; the examples that meet it are %v", name, met, seen[name])
		}
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

// scriptShop finds the scopes of a token that a script grants for a shop of its own.
var scriptShop = regexp.MustCompile(`(?m)^shop grant \S+(.*)$`)

func retell(t *testing.T, name string, exchanges []exchange) *retold {
	t.Helper()
	script, err := os.ReadFile(filepath.Join(examplesDir, name, name+".txtar"))
	if err != nil {
		t.Fatal(err)
	}
	r := &retold{exchanges: exchanges}
	clock := scriptClock.FindSubmatch(script)
	if clock == nil {
		t.Fatalf("%s.txtar does not set %s: at another time its answers are others", name, nowVariable)
	}
	now, err := time.Parse(time.RFC3339, string(clock[1]))
	if err != nil {
		t.Fatal(err)
	}
	r.options = emulator.Options{Clock: func() time.Time { return now }, Strict: true}
	if granted := scriptShop.FindSubmatch(script); granted != nil {
		r.options.Hash, r.options.Tokens = "demo", map[string][]string{runner.EmulatorName: strings.Fields(string(granted[1]))}
	}
	store := emulator.New(r.options)
	store.Seed(emulator.Demo{})
	if err := store.Snapshot(&r.begun); err != nil {
		t.Fatal(err)
	}
	r.otherwise = r.differs(t, func(*emulator.Options) {})
	return r
}

// sees gives the readings under which a store answers anything else. Most make no difference, so they are tried many at once: each is a switch
// of its own, and what all of them together leave as it was, each of them leaves.
func (r *retold) sees(t *testing.T, readings []emulator.Reading) []emulator.Reading {
	t.Helper()
	all := func(o *emulator.Options) {
		for _, reading := range readings {
			reading.Apply(o)
		}
	}
	if len(readings) == 0 || !r.differs(t, all) {
		return nil
	}
	if len(readings) == 1 || r.otherwise {
		return readings
	}
	half := len(readings) / 2
	return append(r.sees(t, readings[:half]), r.sees(t, readings[half:])...)
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
		request.Header.Set("X-Auth-Token", runner.EmulatorName)
		answer, err := store.RoundTripper().RoundTrip(request)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(answer.Body)
		if err != nil {
			t.Fatal(err)
		}
		_ = answer.Body.Close() // a byte reader's close cannot fail
		if answer.StatusCode != e.Status || !bytes.Equal(body, e.Answer) || !reflect.DeepEqual(lasting(answer.Header), lasting(e.AnswerHeader)) {
			return true
		}
	}
	return false
}

// lasting is a header without what a socket adds or takes away.
func lasting(header http.Header) http.Header {
	header = header.Clone()
	header.Del("Date")
	header.Del("Content-Length")
	return header
}
