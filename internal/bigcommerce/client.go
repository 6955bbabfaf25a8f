package bigcommerce

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/url"
	"runtime"
	"strconv"
	"strings"

	"bcetl/internal/bigcommerce/catalogue"
)

// Config is all that a client needs. Fields without a remark must be set.
type Config struct {
	BaseURL   string                 // https://api.bigcommerce.com, or the api_url of a connection; plain http to loopback only
	StoreHash string                 // the store's hash, as in /stores/{hash}
	Token     func() (string, error) // asked for once, before the first request; never printed
	// Connection is the connection's name, for messages.
	Connection string
	// Transport carries the requests; nil is the standard one with the proxy and certificates of the environment.
	Transport http.RoundTripper
	// Clock is time; nil is the system's.
	Clock Clock
	// Gate is the store's gate, shared by all clients of one store in the process; nil makes one of Concurrency and Reserve.
	Gate        *Gate
	Concurrency int // requests in flight, and pages read ahead, at most; 0 means 4
	Reserve     Reserve
	// CanWrite tells whether the connection may write an object, such as "products". Nil allows no write.
	CanWrite  func(object string) bool
	UserAgent string
	// Logger gets one debug line for each request, without query, headers or bodies; nil logs nothing.
	Logger *slog.Logger
	// Stop, once closed, ends repeating: an attempt that is under way is finished, a failed one is not tried again. It may be nil.
	Stop <-chan struct{}
	// Jitter gives numbers from 0 up to 1 that spread retries; nil is random.
	Jitter func() float64
}

// Client talks to one store. It may be used by many goroutines.
type Client struct {
	base        *url.URL // up to and with /stores/{hash}
	connection  string
	concurrency int
	clock       Clock
	gate        *Gate
	counters    *counters
	exchange    exchange
	parsing     chan struct{} // bounds the pages that are parsed at a time: more than there are cores only takes memory
}

// exchange sends one request and reads its answer. An answer of any status is no error at this level.
type exchange func(ctx context.Context, r *request) (*Response, error)

// request is one request before it has become HTTP: plain data, so that it can be sent again.
type request struct {
	method   string
	version  string // "v2" or "v3"
	path     string // below the version, without placeholders
	query    string // encoded
	body     []byte
	endpoint string // method and path with placeholders, to which ceilings belong
	ceiling  int
	object   string  // what is written, "" for reads
	ids      []int64 // what is deleted

	connection string // whose token is sent, for messages
}

func (r *request) reads() bool { return r.method == http.MethodGet || r.method == http.MethodHead }

const usualConcurrency = 4

// New checks the configuration and assembles the client. It sends nothing.
func New(config Config) (*Client, error) {
	base, err := baseURL(config.BaseURL, config.StoreHash)
	if err != nil {
		return nil, err
	}
	if config.Token == nil {
		return nil, errors.New("no access token is configured")
	}
	if config.Concurrency <= 0 {
		config.Concurrency = usualConcurrency
	}
	if config.Clock == nil {
		config.Clock = SystemClock{}
	}
	if config.Gate == nil {
		config.Gate = NewGate(config.Clock, config.Concurrency, config.Reserve)
	}
	if config.Transport == nil {
		config.Transport = defaultTransport()
	}
	if config.Logger == nil {
		config.Logger = slog.New(slog.DiscardHandler)
	}
	if config.Jitter == nil {
		config.Jitter = rand.Float64
	}
	c := &Client{
		base: base, connection: config.Connection, concurrency: config.Concurrency, clock: config.Clock, gate: config.Gate, counters: &counters{},
		parsing: make(chan struct{}, runtime.GOMAXPROCS(0)),
	}

	// From the outside in: what is refused before it counts for anything, then what is repeated, what waits, and what is sent.
	send := overHTTP(config.Transport, base, config.UserAgent, onceToken(config.Token))
	send = logged(config.Logger, config.Clock, c.counters, send)
	send = throughGate(config.Gate, send)
	send = retried(config.Clock, config.Jitter, config.Stop, c.counters, config.Gate, send)
	send = untilRefused(send)
	send = guarded(config.CanWrite, config.Connection, send)
	c.exchange = send
	return c, nil
}

// baseURL checks the address and adds the store's path.
func baseURL(address, storeHash string) (*url.URL, error) {
	base, err := url.Parse(strings.TrimRight(address, "/"))
	if err != nil || base.Host == "" || base.RawQuery != "" || base.User != nil {
		return nil, errors.New("the API's address is not one such as https://api.bigcommerce.com")
	}
	if base.Scheme != "https" && (base.Scheme != "http" || !isLoopback(base.Hostname())) {
		return nil, fmt.Errorf("the API's address must begin with https:// (plain http goes to this computer only), not %s://%s", base.Scheme, base.Host)
	}
	if storeHash == "" || strings.Trim(storeHash, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_") != "" {
		return nil, fmt.Errorf("%q is not a store hash", storeHash)
	}
	return base.JoinPath("stores", storeHash), nil
}

// Get reads a path below the version, such as "/catalog/summary"; a path of the V2 API begins with "/v2". An answer that is not
// 2xx is an *APIError.
func (c *Client) Get(ctx context.Context, path string, query url.Values) (*Response, error) {
	version := "v3"
	if rest, ok := strings.CutPrefix(path, "/v2/"); ok {
		version, path = "v2", "/"+rest
	}
	return c.do(ctx, &request{
		method: http.MethodGet, version: version, path: path, query: encodeQuery(query), endpoint: "GET " + path,
	})
}

// PathArgs fill the placeholders of an operation's path: {"id": 5} of "/catalog/brands/{id}".
type PathArgs map[string]int64

// Send does one write. It refuses deletes: those name their ids, see DeleteByIDs.
func (c *Client) Send(ctx context.Context, op catalogue.Operation, args PathArgs, query url.Values, body []byte) (*Response, error) {
	if op.Method == http.MethodDelete {
		return nil, fmt.Errorf("send %s: %w", op.Kind, errDeleteWithoutIDs)
	}
	return c.write(ctx, op, args, query, body, nil)
}

func (c *Client) write(ctx context.Context, op catalogue.Operation, args PathArgs, query url.Values, body []byte, ids []int64) (*Response, error) {
	object, ok := catalogue.Find(op.Object())
	if op.Kind == "" || !ok {
		return nil, errors.New("send: the catalogue has no such operation")
	}
	path := op.Path
	for name, id := range args {
		if id <= 0 {
			return nil, fmt.Errorf("send %s: %d is not an id", op.Kind, id)
		}
		path = strings.ReplaceAll(path, "{"+name+"}", strconv.FormatInt(id, 10))
	}
	if strings.Contains(path, "{") {
		return nil, fmt.Errorf("send %s: %s lacks an id", op.Kind, path)
	}
	return c.do(ctx, &request{
		method: op.Method, version: object.Version, path: path, query: encodeQuery(query), body: body,
		endpoint: op.Method + " " + op.Path, ceiling: op.MaxInFlight, object: op.Object(), ids: ids,
	})
}

// do sends and turns an answer that is not 2xx into an error.
func (c *Client) do(ctx context.Context, r *request) (*Response, error) {
	r.connection = c.connection
	answer, err := c.exchange(ctx, r)
	if err != nil {
		return answer, fmt.Errorf("%s %s: %w", r.method, r.path, err)
	}
	if answer.Status < 200 || answer.Status > 299 {
		err = newAPIError(r, answer)
	}
	if err := c.noStore(r, answer, err); err != nil {
		return answer, fmt.Errorf("%s %s: %w", r.method, r.path, err)
	}
	return answer, nil
}

// Stats tells what the client did so far.
func (c *Client) Stats() Stats {
	stats := c.counters.read()
	stats.Quota, stats.Throttled = c.gate.Quota(), c.gate.Throttled()
	return stats
}

// Concurrency is how many requests the client has in flight at most.
func (c *Client) Concurrency() int { return c.concurrency }

// encodeQuery encodes like url.Values, but leaves colons and commas as they are: both may stand in a query, and lists of ids
// become a third shorter.
func encodeQuery(query url.Values) string {
	return queryUnescaper.Replace(query.Encode())
}

var queryUnescaper = strings.NewReplacer("%3A", ":", "%2C", ",")
