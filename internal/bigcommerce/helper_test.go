package bigcommerce_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"bcetl/internal/bigcommerce"
	"bcetl/internal/emulator"
	"bcetl/internal/record"
)

// transportFunc is a transport made of a function.
type transportFunc func(*http.Request) (*http.Response, error)

func (f transportFunc) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// wandering delays each request by a random time on its way there and back, so that they overtake each other.
func wandering(next http.RoundTripper, seed uint64, most time.Duration) http.RoundTripper {
	var mu sync.Mutex
	rng := rand.New(rand.NewPCG(seed, 7))
	delay := func() time.Duration {
		mu.Lock()
		defer mu.Unlock()
		return time.Duration(rng.Int64N(int64(most)))
	}
	return transportFunc(func(r *http.Request) (*http.Response, error) {
		time.Sleep(delay())
		answer, err := next.RoundTrip(r)
		time.Sleep(delay())
		return answer, err
	})
}

func newClient(t testing.TB, transport http.RoundTripper, change func(*bigcommerce.Config)) *bigcommerce.Client {
	t.Helper()
	config := bigcommerce.Config{
		BaseURL: "https://api.bigcommerce.com", StoreHash: "emulator", Connection: "test", Transport: transport, Concurrency: 8,
		Token:    func() (string, error) { return "emulator", nil },
		CanWrite: func(string) bool { return true },
	}
	if change != nil {
		change(&config)
	}
	client, err := bigcommerce.New(config)
	if err != nil {
		t.Fatal(err)
	}
	return client
}

func paths(t testing.TB, texts ...string) []record.Path {
	t.Helper()
	parsed := make([]record.Path, len(texts))
	for i, text := range texts {
		path, err := record.ParsePath(text)
		if err != nil {
			t.Fatal(err)
		}
		parsed[i] = path
	}
	return parsed
}

// readAll reads a walk to its end.
func readAll(ctx context.Context, w *bigcommerce.Walker) ([]bigcommerce.Record, error) {
	defer w.Close()
	var all []bigcommerce.Record
	for {
		records, err := w.Next(ctx)
		if errors.Is(err, io.EOF) {
			return all, nil
		}
		if err != nil {
			return all, err
		}
		all = append(all, records...)
	}
}

// fill puts n products into the store.
func fill(store *emulator.Store, n int) {
	for i := range n {
		store.InsertProduct(product(i))
	}
}

func product(i int) map[string]any {
	return map[string]any{
		"name": fmt.Sprintf("Product %d", i), "sku": fmt.Sprintf("SKU-%05d", i), "type": "physical", "weight": "1", "price": "9.50",
		"is_visible": i%3 != 0,
	}
}

// scripted answers one request after another with 200 and these bodies; the last one stays.
func scripted(bodies ...string) http.RoundTripper {
	var mu sync.Mutex
	at := 0
	return transportFunc(func(r *http.Request) (*http.Response, error) {
		mu.Lock()
		defer mu.Unlock()
		body := bodies[min(at, len(bodies)-1)]
		at++
		return answer(r, http.StatusOK, body, nil), nil
	})
}

func answer(r *http.Request, status int, body string, header http.Header) *http.Response {
	if header == nil {
		header = http.Header{}
	}
	return &http.Response{StatusCode: status, Header: header, Body: io.NopCloser(strings.NewReader(body)), ContentLength: int64(len(body)), Request: r}
}
