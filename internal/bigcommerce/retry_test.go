package bigcommerce_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"slices"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"bcetl/internal/bigcommerce"
	"bcetl/internal/bigcommerce/catalogue"
)

// step is what a transport does with one request.
type step struct {
	status int
	body   string
	err    error
	header http.Header
}

var (
	refused = step{err: &net.OpError{Op: "dial", Net: "tcp", Err: syscall.ECONNREFUSED}}
	reset   = step{err: &net.OpError{Op: "read", Net: "tcp", Err: syscall.ECONNRESET}}
	cutOff  = step{err: io.ErrUnexpectedEOF}
	ok      = step{status: 200, body: `{"data":{"id":5,"name":"x"},"meta":{}}`}
	gone    = step{status: 204}
)

func status(n int) step { return step{status: n, body: fmt.Sprintf(`{"status":%d,"title":"no"}`, n)} }

// TestRetries pins what is sent again, how often, and how each ending is told.
func TestRetries(t *testing.T) {
	get := func(ctx context.Context, c *bigcommerce.Client) error {
		_, err := c.Get(ctx, "/catalog/summary", nil)
		return err
	}
	create := func(ctx context.Context, c *bigcommerce.Client) error {
		_, err := c.CreateProduct(ctx, json.RawMessage(`{"name":"x"}`))
		return err
	}
	update := func(ctx context.Context, c *bigcommerce.Client) error {
		_, err := c.UpdateProducts(ctx, []int64{5}, []json.RawMessage{json.RawMessage(`{"price":1}`)})
		return err
	}
	remove := func(ctx context.Context, c *bigcommerce.Client) error {
		_, err := c.DeleteByIDs(ctx, catalogue.Brands.Delete, []int64{5})
		return err
	}
	const (
		fine = iota
		row
		run
		doubt       // unsettled; the caller looks up and goes on
		doubtAndRun // unsettled, and nothing more can be expected
	)
	tests := []struct {
		name string
		do   func(context.Context, *bigcommerce.Client) error
		// steps are taken in order; the last one stays.
		steps []step
		sent  int
		ends  int
	}{
		{"read after 5xx", get, []step{status(500), status(502), status(503), status(504), ok}, 5, fine},
		{"read after lost answers", get, []step{reset, cutOff, refused, ok}, 4, fine},
		{"read that always fails", get, []step{status(503)}, 6, run},
		{"read without a network", get, []step{refused}, 6, run},
		{"read refused", get, []step{status(404)}, 1, row},
		{"token refused", get, []step{status(401)}, 1, run},
		{"scope missing", get, []step{status(403)}, 1, run},
		{"not implemented", get, []step{status(501)}, 1, run},
		{"redirected", get, []step{status(301)}, 1, run},
		{"read after 429", get, []step{status(429), status(429), ok}, 3, fine},
		{"read that is always 429", get, []step{status(429)}, 30, run},

		{"create", create, []step{ok}, 1, fine},
		{"create after 429", create, []step{status(429), ok}, 2, fine},
		{"create without a connection", create, []step{refused, ok}, 2, fine},
		{"create without any connection", create, []step{refused}, 6, run},
		{"create with a 5xx", create, []step{status(500), ok}, 1, doubt},
		{"create with a lost answer", create, []step{reset, ok}, 1, doubt},
		{"create with a cut answer", create, []step{cutOff, ok}, 1, doubt},
		{"create after no connection, then lost", create, []step{refused, reset, ok}, 2, doubt},
		{"create of a duplicate", create, []step{status(409)}, 1, row},

		{"update after 5xx", update, []step{status(500), status(504), ok}, 3, fine},
		{"update with a lost answer", update, []step{reset, ok}, 2, fine},
		{"update that always fails", update, []step{status(500)}, 6, doubtAndRun},
		{"update whose answers are lost", update, []step{reset}, 6, doubtAndRun},
		{"update without a connection", update, []step{refused}, 6, run},
		{"update refused", update, []step{status(422)}, 1, row},
		{"update of a locked record", update, []step{status(423), ok}, 2, fine},

		{"delete", remove, []step{gone}, 1, fine},
		{"delete of nothing", remove, []step{status(404)}, 1, row},
		{"delete with a lost answer", remove, []step{reset, status(404)}, 2, fine},
		{"delete after 429 of nothing", remove, []step{status(429), status(404)}, 2, row},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				sent := 0
				client := newClient(t, transportFunc(func(r *http.Request) (*http.Response, error) {
					s := test.steps[min(sent, len(test.steps)-1)]
					sent++
					if s.err != nil {
						return nil, s.err
					}
					return answer(r, s.status, s.body, s.header), nil
				}), nil)
				err := test.do(t.Context(), client)
				ends := fine
				switch {
				case bigcommerce.IsUnsettled(err) && bigcommerce.IsRunLevel(err):
					ends = doubtAndRun
				case bigcommerce.IsUnsettled(err):
					ends = doubt
				case bigcommerce.IsRunLevel(err):
					ends = run
				case bigcommerce.IsRowLevel(err):
					ends = row
				}
				if sent != test.sent || ends != test.ends {
					t.Errorf("sent %d times and ended as %d with %v; want %d times, ending %d", sent, ends, err, test.sent, test.ends)
				}
				if err != nil && bigcommerce.ProblemOf(err) == nil {
					t.Error("no problem is told")
				}
				if stats := client.Stats(); stats.Requests != int64(sent) || stats.Retries != int64(sent-1) {
					t.Errorf("%d sent, counted %+v", sent, stats)
				}
			})
		})
	}
}

// TestRetryWaits: what an answer asks for is waited, and the longer of two waits counts.
func TestRetryWaits(t *testing.T) {
	tests := []struct {
		name  string
		first step
		least time.Duration
		most  time.Duration
	}{
		{"retry after", step{status: 429, header: http.Header{"X-Retry-After": {"7"}}}, 7 * time.Second, 8 * time.Second},
		{"longer reset", step{status: 429, header: http.Header{"X-Retry-After": {"2"}, "X-Rate-Limit-Time-Reset-Ms": {"9000"}, "X-Rate-Limit-Requests-Left": {"35"}}}, 9 * time.Second, 10 * time.Second},
		{"longer retry after", step{status: 429, header: http.Header{"X-Retry-After": {"12"}, "X-Rate-Limit-Time-Reset-Ms": {"9000"}}}, 12 * time.Second, 13 * time.Second},
		{"429 that says nothing", step{status: 429}, time.Second, 2 * time.Second},
		{"unavailable", step{status: 503, header: http.Header{"Retry-After": {"20"}}}, 20 * time.Second, 21 * time.Second},
		{"5xx", step{status: 500}, 0, 2 * time.Second},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				sent := 0
				client := newClient(t, transportFunc(func(r *http.Request) (*http.Response, error) {
					sent++
					if sent == 1 {
						return answer(r, test.first.status, "", test.first.header), nil
					}
					return answer(r, 200, ok.body, nil), nil
				}), nil)
				start := time.Now()
				if _, err := client.Get(t.Context(), "/catalog/summary", nil); err != nil {
					t.Fatal(err)
				}
				if took := time.Since(start); took < test.least || took > test.most {
					t.Errorf("waited %v, want %v to %v", took, test.least, test.most)
				}
			})
		})
	}
}

// TestClockOfTheStore: the first answer that has a date tells how far the store's clock is ahead.
func TestClockOfTheStore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dates := []string{"", time.Now().Add(90 * time.Second).UTC().Format(http.TimeFormat), time.Now().UTC().Format(http.TimeFormat)}
		client := newClient(t, transportFunc(func(r *http.Request) (*http.Response, error) {
			header := http.Header{}
			if dates[0] != "" {
				header.Set("Date", dates[0])
			}
			dates = dates[1:]
			return answer(r, http.StatusOK, `{"data":[]}`, header), nil
		}), nil)
		for want := range slices.Values([]time.Duration{0, 90 * time.Second, 90 * time.Second}) {
			if _, err := client.Get(t.Context(), "/catalog/summary", nil); err != nil {
				t.Fatal(err)
			}
			if ahead := client.Stats().ClockAhead; ahead != want {
				t.Errorf("ahead by %v, want %v", ahead, want)
			}
		}
	})
}

// TestStopEndsRepeating: a run that is told to stop finishes its attempt, and does not try again.
func TestStopEndsRepeating(t *testing.T) {
	for _, failing := range []int{http.StatusServiceUnavailable, http.StatusTooManyRequests} {
		synctest.Test(t, func(t *testing.T) {
			stop, sent := make(chan struct{}), 0
			client := newClient(t, transportFunc(func(r *http.Request) (*http.Response, error) {
				if sent++; sent == 2 {
					close(stop)
				}
				return answer(r, failing, "{}", nil), nil
			}), func(c *bigcommerce.Config) { c.Stop = stop })
			_, err := client.UpdateProducts(t.Context(), []int64{5}, []json.RawMessage{json.RawMessage(`{"price":1}`)})
			if sent != 2 || !bigcommerce.IsRunLevel(err) {
				t.Errorf("%d: sent %d times, ended with %v", failing, sent, err)
			}
		})
	}
}

// TestCancelledWriteIsInDoubt: a write that is cut off may have taken effect; one that was never sent cannot.
func TestCancelledWriteIsInDoubt(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	client := newClient(t, transportFunc(func(r *http.Request) (*http.Response, error) {
		cancel()
		<-r.Context().Done()
		return nil, r.Context().Err()
	}), nil)
	_, err := client.CreateProduct(ctx, json.RawMessage(`{"name":"x"}`))
	if !bigcommerce.IsUnsettled(err) || !bigcommerce.IsRunLevel(err) || !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if _, err = client.CreateProduct(ctx, json.RawMessage(`{"name":"x"}`)); bigcommerce.IsUnsettled(err) || err == nil {
		t.Errorf("a create that was never sent: %v", err)
	}
}

// TestReadOnly: a write that the connection does not allow is refused before it is sent, whatever is being written.
func TestReadOnly(t *testing.T) {
	never := transportFunc(func(*http.Request) (*http.Response, error) {
		t.Error("a request was sent")
		return nil, errors.New("sent")
	})
	for name, canWrite := range map[string]func(string) bool{
		"nothing allowed": nil,
		"others allowed":  func(object string) bool { return object == "brands" },
	} {
		client := newClient(t, never, func(c *bigcommerce.Config) { c.CanWrite = canWrite })
		for kind, err := range map[string]error{
			"create": second(client.CreateProduct(t.Context(), json.RawMessage(`{}`))),
			"update": second(client.UpdateVariants(t.Context(), []int64{1}, []json.RawMessage{json.RawMessage(`{}`)})),
			"delete": second(client.DeleteByIDs(t.Context(), catalogue.Products.Delete, []int64{1})),
		} {
			if !errors.Is(err, bigcommerce.ErrReadOnly) || !strings.Contains(err.Error(), `connection "test"`) || !bigcommerce.IsRunLevel(err) {
				t.Errorf("%s, %s: %v", name, kind, err)
			}
		}
	}
}

func second[T any](_ T, err error) error { return err }

// wide is a bulk delete that the catalogue does not have.
func wide(kind, path string) catalogue.Operation {
	return catalogue.Operation{Kind: kind, Method: "DELETE", Path: path, Batch: 250, ByIDs: "id:in"}
}

// TestDeleteNamesIDs: no way leads to a delete that does not name its ids.
func TestDeleteNamesIDs(t *testing.T) {
	var sent []string
	client := newClient(t, transportFunc(func(r *http.Request) (*http.Response, error) {
		sent = append(sent, r.Method+" "+r.URL.RequestURI())
		return answer(r, 204, "", nil), nil
	}), nil)
	for name, err := range map[string]error{
		"no ids":       second(client.DeleteByIDs(t.Context(), catalogue.Products.Delete, nil)),
		"id 0":         second(client.DeleteByIDs(t.Context(), catalogue.Products.Delete, []int64{0})),
		"too many":     second(client.DeleteByIDs(t.Context(), catalogue.Products.Delete, make([]int64, 251))),
		"not a delete": second(client.DeleteByIDs(t.Context(), catalogue.Products.Update, []int64{1})),
		"no operation": second(client.DeleteByIDs(t.Context(), catalogue.Variants.Delete, []int64{1})),
		"sent":         second(client.Send(t.Context(), catalogue.Products.Delete, nil, nil, nil)),
		"sent by name": second(client.Send(t.Context(), catalogue.Products.Delete, nil, map[string][]string{"name": {"x"}}, nil)),
		// These collections take no list of ids: the request would empty them.
		"orders by a filter that they lack":    second(client.DeleteByIDs(t.Context(), wide("orders.delete", "/orders"), []int64{7})),
		"shipments by a filter that they lack": second(client.DeleteIn(t.Context(), wide("orders.delete", "/orders/7/shipments"), 0, []int64{7})),
		"codes of all promotions":              second(client.DeleteByIDs(t.Context(), wide("products.delete", "/promotions/codes"), []int64{7})),
		"gift certificates":                    second(client.DeleteByIDs(t.Context(), wide("coupons.delete", "/gift_certificates"), []int64{7})),
		"no collection of an object":           second(client.DeleteByIDs(t.Context(), wide("products.delete", "/catalog"), []int64{7})),
	} {
		if err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	if len(sent) > 0 {
		t.Fatalf("sent %q", sent)
	}
	for _, err := range []error{
		second(client.DeleteByIDs(t.Context(), catalogue.Products.Delete, []int64{7, 9})),
		second(client.DeleteByIDs(t.Context(), catalogue.Categories.Delete, []int64{3})),
		second(client.DeleteByIDs(t.Context(), catalogue.Brands.Delete, []int64{4})),
	} {
		if err != nil {
			t.Error(err)
		}
	}
	want := "DELETE /stores/emulator/v3/catalog/products?id:in=7,9 DELETE /stores/emulator/v3/catalog/trees/categories?category_id:in=3 DELETE /stores/emulator/v3/catalog/brands/4"
	if got := strings.Join(sent, " "); got != want {
		t.Errorf("sent %s", got)
	}
}

// TestTokenStaysSecret: neither errors nor logs nor what is kept of an answer hold the token, and it goes to one host only.
func TestTokenStaysSecret(t *testing.T) {
	const token = "s3cr3t-t0ken"
	var log bytes.Buffer
	echo := func(r *http.Request) string { return "your token is " + r.Header.Get("X-Auth-Token") }
	for name, transport := range map[string]transportFunc{
		"echoed in a body": func(r *http.Request) (*http.Response, error) { return answer(r, 400, echo(r), nil), nil },
		"echoed in an error": func(r *http.Request) (*http.Response, error) {
			return nil, &net.OpError{Op: "read", Err: errors.New(echo(r))}
		},
		"redirected": func(r *http.Request) (*http.Response, error) {
			if r.URL.Host != "api.bigcommerce.com" {
				t.Errorf("went to %s", r.URL.Host)
			}
			return answer(r, 302, echo(r), http.Header{"Location": {"https://elsewhere.example/"}}), nil
		},
	} {
		client := newClient(t, transport, func(c *bigcommerce.Config) {
			c.Token = func() (string, error) { return token, nil }
			c.Logger = slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
			c.Jitter = func() float64 { return 0 }
		})
		_, err := client.Get(t.Context(), "/catalog/summary", nil)
		if err == nil {
			t.Fatal(name, ": no error")
		}
		var api *bigcommerce.APIError
		errors.As(err, &api)
		if text := fmt.Sprintf("%v %+v %#v %s", err, client, api, log.String()); strings.Contains(text, token) {
			t.Errorf("%s: %s", name, text)
		}
	}
	if !strings.Contains(log.String(), "path=/v3/catalog/summary") {
		t.Errorf("logged %s", log.String())
	}
}

// TestConfig: an address or hash to which a token must not go is refused.
func TestConfig(t *testing.T) {
	for address, fine := range map[string]bool{
		"https://api.bigcommerce.com": true, "https://api.bigcommerce.com/": true, "http://127.0.0.1:8080": true, "http://[::1]:1": true,
		"http://localhost:80": true, "http://api.bigcommerce.com": false, "http://127.0.0.1.example.com": false, "ftp://127.0.0.1": false,
		"api.bigcommerce.com": false, "": false, "https://u:p@host": false, "https://host/?x=1": false,
	} {
		_, err := bigcommerce.New(bigcommerce.Config{BaseURL: address, StoreHash: "abc", Token: func() (string, error) { return "t", nil }})
		if (err == nil) != fine {
			t.Errorf("%q: %v", address, err)
		}
	}
	for _, hash := range []string{"", "a/b", "a?b", "..", "a b"} {
		if _, err := bigcommerce.New(bigcommerce.Config{BaseURL: "https://h", StoreHash: hash, Token: func() (string, error) { return "t", nil }}); err == nil {
			t.Errorf("store hash %q is taken", hash)
		}
	}
	client := newClient(t, scripted("{}"), func(c *bigcommerce.Config) {
		c.Token = func() (string, error) { return "", errors.New("the file has mode 0644") }
	})
	_, err := client.Get(t.Context(), "/catalog/summary", nil)
	if err == nil || !strings.Contains(err.Error(), "mode 0644") || !bigcommerce.IsRunLevel(err) || bigcommerce.ProblemOf(err).Code != bigcommerce.CodeUnauthorized {
		t.Errorf("a token that cannot be had: %v", err)
	}
}
