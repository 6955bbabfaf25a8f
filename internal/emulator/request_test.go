package emulator

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"
)

// answer is a decoded answer.
type answer struct {
	status int
	header http.Header
	text   string
	body   any // decoded with exact numbers; nil if not JSON
}

// send sends a request to the store in-process with the default token. path is within the store.
func send(t testing.TB, s *Store, method, path, body string, headers ...string) answer {
	t.Helper()
	resp, err := request(t, s, method, path, body, headers...)
	if err != nil {
		t.Fatalf("%s %s: %v", method, path, err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatalf("%s %s: read body: %v", method, path, err)
	}
	a := answer{status: resp.StatusCode, header: resp.Header, text: string(text)}
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.UseNumber()
	if dec.Decode(&a.body) != nil {
		a.body = nil
	}
	return a
}

func request(t testing.TB, s *Store, method, path, body string, headers ...string) (*http.Response, error) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, "https://store.example/stores/emulator"+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("X-Auth-Token", "emulator")
	req.Header.Set("Accept", "application/json")
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i+1 < len(headers); i += 2 {
		if headers[i+1] == "" {
			req.Header.Del(headers[i])
			continue
		}
		req.Header.Set(headers[i], headers[i+1])
	}
	return s.RoundTripper().RoundTrip(req)
}

// at walks a decoded answer: keys are strings, positions ints.
func (a answer) at(path ...any) any { return walk(a.body, path...) }

func walk(v any, path ...any) any {
	for _, p := range path {
		switch key := p.(type) {
		case string:
			o, ok := v.(map[string]any)
			if !ok {
				return nil
			}
			v = o[key]
		case int:
			list, ok := v.([]any)
			if !ok || key >= len(list) {
				return nil
			}
			v = list[key]
		}
	}
	return v
}

// str is at as text.
func (a answer) str(path ...any) string { return fmt.Sprint(a.at(path...)) }

// ids lists the id of every item of data.
func (a answer) ids() []int {
	list := []int{}
	items, _ := a.at("data").([]any)
	for _, item := range items {
		n, _ := wholeNumber(walk(item, "id"))
		list = append(list, n)
	}
	return list
}

var testTime = time.Date(2026, 3, 14, 9, 26, 53, 0, time.UTC)

func fixedClock() time.Time { return testTime }

// shop is a strict store with a fixed clock, two categories, a brand and n plain products.
func shop(t testing.TB, n int) *Store {
	t.Helper()
	s := New(Options{Strict: true, Clock: fixedClock})
	for i := range n {
		s.InsertProduct(map[string]any{
			"name": fmt.Sprintf("Product %d", i+1), "type": "physical", "weight": "1.5", "price": fmt.Sprintf("%d.25", i+1),
			"sku": fmt.Sprintf("SKU-%03d", i+1),
		})
	}
	return s
}
