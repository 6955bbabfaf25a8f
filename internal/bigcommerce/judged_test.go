package bigcommerce_test

import (
	"net/http"
	"os"
	"path/filepath"
	"testing"

	"bcetl/internal/emulator"
	"bcetl/internal/judge"
)

var specFolder = filepath.Join("..", "..", "..", "shared", "openapi")

func TestMain(m *testing.M) {
	os.Exit(judge.Suite{Tests: m, Specs: specFolder, Judged: "client"}.Run())
}

// judged gives the store's transport with the API's specification watching every request and answer. Where the specification is
// not at hand, the rules that need none still watch.
func judged(t *testing.T, store *emulator.Store) http.RoundTripper {
	t.Helper()
	specs, err := judge.LoadOrStatic(specFolder)
	if err != nil {
		t.Fatal(err)
	}
	watch := specs.RoundTripper(store.RoundTripper(), func(v judge.Violation) { t.Error(v) })
	t.Cleanup(func() {
		if specs.Operations() > 0 && len(store.Log()) > 0 && watch.Counts().Requests == 0 {
			t.Error("the judge saw no request")
		}
		for _, broken := range store.Violations() {
			t.Error("the store refuses such requests: ", broken)
		}
	})
	return watch
}

// nowAndThen judges the store for every tenth seed: the same requests come with each, and judging them takes longer than making them.
func nowAndThen(t *testing.T, store *emulator.Store, seed uint64) http.RoundTripper {
	t.Helper()
	if seed%10 != 0 {
		return store.RoundTripper()
	}
	return judged(t, store)
}
