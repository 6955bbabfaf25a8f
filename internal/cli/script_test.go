package cli

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"bcetl/internal/bigcommerce/catalogue"
	"bcetl/internal/emulator"
	"bcetl/internal/judge"
)

// trafficVariable names the file into which a command under test writes what passed between client and store.
const trafficVariable = "BCETL_TEST_TRAFFIC"

// readingVariable names the reading of the documentation that the embedded emulator of a command under test follows.
const readingVariable = "BCETL_TEST_READING"

// nowVariable stops the clock of a command under test.
const nowVariable = "BCETL_TEST_NOW"

// keyringVariable, set to 1, says that the session has an unlocked keyring which scripts may write to; .ci/run starts such a session.
const keyringVariable = "BCETL_TEST_KEYRING"

var updateScripts = flag.Bool("update", false, "rewrite the expected output in scripts")

func TestMain(m *testing.M) {
	suite := judge.Suite{Tests: searchedTests{m}, Specs: specFolder, Judged: "scripts and examples", Used: usedOperations()}
	testscript.Main(suite, map[string]func(){
		"bcetl":       runUnderTest,
		"bcetl-crash": runAndCrash,
		"bcetl-endless": func() {
			app := newApp()
			app.Emulated = func(o *emulator.Options) { o.Strict = true }
			app.Judge = func(http.RoundTripper) http.RoundTripper { return roundTrip(endlessStore) }
			code := app.main(context.Background(), os.Args[1:])
			writePeak(os.Args[len(os.Args)-1])
			os.Exit(code)
		},
	})
}

// usedOperations lists what the catalogue lets bcetl call, and what it calls besides.
func usedOperations() []string {
	used := map[string]bool{"GET /v2/store": true, "GET /v2/time": true}
	for _, object := range catalogue.All() {
		base := "/" + object.Version
		used["GET "+base+object.ListPath] = object.Within == ""
		used["GET "+base+object.CountPath] = object.CountPath != ""
		for _, operation := range []catalogue.Operation{object.Create, object.Update, object.Delete} {
			used[operation.Method+" "+base+operation.Path] = operation.Path != ""
		}
		for _, sub := range object.Subs {
			used["GET /"+sub.Version+sub.Path] = true
		}
	}
	maps.DeleteFunc(used, func(_ string, really bool) bool { return !really })
	return slices.Sorted(maps.Keys(used))
}

// runUnderTest is the real command line, in a process of its own, with its traffic recorded for the judge.
func runUnderTest() {
	app := newApp()
	app.Jitter = func() float64 { return 0 } // what is tried again is tried at once
	if now := os.Getenv(nowVariable); now != "" {
		fixed, err := time.Parse(time.RFC3339, now)
		if err != nil {
			panic(err)
		}
		app.Now = func() time.Time { return fixed }
	}
	app.Emulated = func(o *emulator.Options) {
		o.Strict = true
		if reading, ok := emulator.ReadingNamed(os.Getenv(readingVariable)); ok {
			reading.Apply(o)
		}
	}
	if path := os.Getenv(trafficVariable); path != "" {
		recorder := &recorder{path: path}
		app.Judge = recorder.wrap
		printed := &appender{path: filepath.Join(filepath.Dir(path), outputFile)}
		app.Stdout, app.Stderr = io.MultiWriter(os.Stdout, printed), io.MultiWriter(os.Stderr, printed)
	}
	os.Exit(app.main(context.Background(), os.Args[1:]))
}

// outputFile is the file of a script's folder to which its commands' output goes as well, and tokensFile the one that lists the tokens
// which they sent, in a form that a search for them does not find.
const (
	outputFile = "output.log"
	tokensFile = "tokens.hex"
)

// appender adds to the end of a file. Several processes may do so at once.
type appender struct{ path string }

func (a *appender) Write(p []byte) (int, error) {
	file, err := os.OpenFile(a.path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return 0, err
	}
	n, err := file.Write(p)
	return n, errors.Join(err, file.Close())
}

// TestScripts runs every command line of testdata/script against the emulator; the specification files judge all that was said.
func TestScripts(t *testing.T) {
	runScripts(t, "testdata/script", nil)
}

// runScripts runs the scripts of a folder. setup may add to each script's work folder.
func runScripts(t *testing.T, dir string, setup func(*testscript.Env) error) {
	runScriptsUnder(t, dir, "", setup)
}

// runScriptsUnder runs scripts against an embedded emulator that follows a reading of the documentation, as does the judge; "" is none.
func runScriptsUnder(t *testing.T, dir, reading string, setup func(*testscript.Env) error) {
	specs := specifications(t).Under(reading)
	testscript.Run(t, testscript.Params{
		Dir: dir, UpdateScripts: *updateScripts, RequireExplicitExec: true,
		Setup: func(env *testscript.Env) error {
			traffic := filepath.Join(env.WorkDir, "traffic.jsonl")
			env.Setenv(trafficVariable, traffic)
			env.Setenv(readingVariable, reading)
			env.Setenv("HOME", env.WorkDir)
			env.Setenv("XDG_CONFIG_HOME", filepath.Join(env.WorkDir, "config"))
			env.Setenv("DBUS_SESSION_BUS_ADDRESS", os.Getenv("DBUS_SESSION_BUS_ADDRESS"))
			env.Values[servedKey{}] = &served{}
			env.Values[shopKey{}] = &shop{}
			env.Defer(func() {
				for _, violation := range judgeTraffic(t, specs, traffic) {
					t.Errorf("%s: %s", env.WorkDir, violation)
				}
			})
			if setup != nil {
				if err := setup(env); err != nil {
					return err
				}
			}
			given := filesBelow(t, env.WorkDir)
			env.Defer(func() {
				sent := sentTokens(t, filepath.Join(env.WorkDir, tokensFile))
				leaks.folder(t, env.WorkDir, given, sent...)
			})
			return nil
		},
		Condition: func(name string) (bool, error) {
			if name == "keyring" {
				return os.Getenv(keyringVariable) == "1", nil
			}
			return false, fmt.Errorf("%q is no condition", name)
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"requests":   requestsCommand,
			"exits":      exitsCommand,
			"xlsx2csv":   xlsxCommand,
			"xlsxcells":  cellsCommand,
			"report":     reportCommand,
			"csv2xlsx":   workbookCommand,
			"latin1":     latinCommand,
			"serve":      serveCommand,
			"shop":       shopCommand,
			"interrupts": interruptsCommand,
			"nowhere":    nowhereCommand,
		},
	})
}

var specFolder = filepath.Join("..", "..", "..", "shared", "openapi")

// specifications are what requests and answers are held against.
func specifications(t testing.TB) *judge.Specs {
	t.Helper()
	specs, err := judge.LoadOrStatic(specFolder)
	if err != nil {
		t.Fatal(err)
	}
	if specs.Operations() == 0 {
		t.Log("the specification files are not here: only rules that need none are judged")
	}
	return specs
}

// judged watches a store that a test runs against in its own process.
func judged(t testing.TB, store *emulator.Store) func(http.RoundTripper) http.RoundTripper {
	specs := specifications(t)
	return func(http.RoundTripper) http.RoundTripper {
		return specs.RoundTripper(store.RoundTripper(), func(v judge.Violation) { t.Error(v) })
	}
}

// serveJudged serves a store on a port of its own.
func serveJudged(t testing.TB, store http.Handler) *httptest.Server {
	server := httptest.NewServer(specifications(t).Handler(store, func(v judge.Violation) { t.Error(v) }))
	t.Cleanup(server.Close)
	return server
}

// exchange is one request with its answer, as recorded.
type exchange struct {
	Method, URL  string
	Header       http.Header
	Body         []byte
	Status       int
	AnswerHeader http.Header
	Answer       []byte
}

// recorder writes down what passes through a transport.
type recorder struct {
	path  string
	mutex sync.Mutex
}

func (r *recorder) wrap(next http.RoundTripper) http.RoundTripper {
	if next == nil {
		next = http.DefaultTransport
	}
	return roundTrip(func(request *http.Request) (*http.Response, error) {
		tokens := &appender{path: filepath.Join(filepath.Dir(r.path), tokensFile)}
		if _, err := fmt.Fprintf(tokens, "%x\n", hidden(request.Header.Get("X-Auth-Token"))); err != nil {
			return nil, err
		}
		e := exchange{Method: request.Method, URL: request.URL.String(), Header: request.Header.Clone()}
		e.Header.Del("X-Auth-Token")
		if request.Body != nil {
			body, err := io.ReadAll(request.Body)
			if err != nil {
				return nil, err
			}
			e.Body = body
			request.Body = io.NopCloser(bytes.NewReader(body))
		}
		answer, err := next.RoundTrip(request)
		if err != nil {
			return nil, err
		}
		e.Status, e.AnswerHeader = answer.StatusCode, answer.Header.Clone()
		if e.Answer, err = io.ReadAll(answer.Body); err != nil {
			return nil, err
		}
		if err := answer.Body.Close(); err != nil {
			return nil, err
		}
		answer.Body = io.NopCloser(bytes.NewReader(e.Answer))
		return answer, r.write(&e)
	})
}

func (r *recorder) write(e *exchange) error {
	line, err := json.Marshal(e)
	if err != nil {
		return err
	}
	r.mutex.Lock()
	defer r.mutex.Unlock()
	_, err = (&appender{r.path}).Write(append(line, '\n'))
	return err
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// readTraffic reads what a script's commands recorded; a script without requests recorded nothing.
func readTraffic(path string) ([]exchange, error) {
	file, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }() // it was only read
	var exchanges []exchange
	lines := bufio.NewReader(file)
	for {
		line, err := lines.ReadBytes('\n')
		if len(line) > 0 {
			var e exchange
			if err := json.Unmarshal(line, &e); err != nil {
				return nil, err
			}
			exchanges = append(exchanges, e)
		}
		if errors.Is(err, io.EOF) {
			return exchanges, nil
		}
		if err != nil {
			return nil, err
		}
	}
}

// judgeTraffic plays the recorded exchanges past the judge.
func judgeTraffic(t *testing.T, specs *judge.Specs, path string) []string {
	exchanges, err := readTraffic(path)
	if err != nil {
		t.Error(err)
	}
	var violations []string
	for i := range exchanges {
		e := &exchanges[i]
		answer := roundTrip(func(*http.Request) (*http.Response, error) {
			return &http.Response{StatusCode: e.Status, Header: e.AnswerHeader, Body: io.NopCloser(bytes.NewReader(e.Answer)), ContentLength: int64(len(e.Answer))}, nil
		})
		request, err := http.NewRequest(e.Method, e.URL, bytes.NewReader(e.Body))
		if err != nil {
			t.Error(err)
			continue
		}
		request.Header = e.Header
		judged := specs.RoundTripper(answer, func(v judge.Violation) { violations = append(violations, v.String()) })
		response, err := judged.RoundTrip(request)
		if err != nil {
			t.Error(err)
			continue
		}
		_ = response.Body.Close() // a byte reader's close cannot fail
	}
	return violations
}
