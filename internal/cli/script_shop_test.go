package cli

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"bcetl/internal/emulator"
)

// shopKey is the key under which a script keeps its shop.
type shopKey struct{}

// shop is a store in the test's own process, so that a script can give and take tokens while commands run.
type shop struct{ store *emulator.Store }

// shopCommand opens a store with demo data over HTTP and gives its address as $STORE, and then changes who may enter it:
//
//	shop [-gateway403] [-plain401] [-empty] open
//	shop grant TOKEN [SCOPE...]        without scopes: all of them
//	shop revoke TOKEN [REQUESTS]       once so many more requests have begun
//	shop elsewhere STATUS BODY         gives the address of something that is no store and answers everything so; the judge is not asked
//	shop fail [PATH STATUS]            answers requests for a path with a status; without: no more
func shopCommand(ts *testscript.TestScript, neg bool, args []string) {
	holder := ts.Value(shopKey{}).(*shop)
	var options emulator.Options
	empty := false
	for len(args) > 0 && args[0][0] == '-' {
		options.Gateway403 = options.Gateway403 || args[0] == "-gateway403"
		options.PlainText401 = options.PlainText401 || args[0] == "-plain401"
		empty = empty || args[0] == "-empty"
		args = args[1:]
	}
	switch {
	case neg || len(args) == 0:
		ts.Fatalf("usage: shop [FLAG...] open | shop grant TOKEN [SCOPE...] | shop revoke TOKEN [REQUESTS] | shop fail [PATH STATUS]")
	case args[0] == "open":
		options.Hash, options.Tokens, options.Strict, options.LogEntries = "demo", map[string][]string{}, true, 1
		if now := ts.Getenv(nowVariable); now != "" {
			fixed, err := time.Parse(time.RFC3339, now)
			ts.Check(err)
			options.Clock = func() time.Time { return fixed }
		}
		if reading, ok := emulator.ReadingNamed(ts.Getenv(readingVariable)); ok {
			reading.Apply(&options)
		}
		holder.store = emulator.New(options)
		if !empty {
			holder.store.Seed(emulator.Demo{})
		}
		server := httptest.NewServer(holder.store)
		ts.Defer(server.Close)
		ts.Setenv("STORE", server.URL)
	case args[0] == "grant":
		scopes := args[2:]
		if len(scopes) == 0 {
			scopes = emulator.Scopes()
		}
		holder.store.Grant(args[1], scopes...)
	case args[0] == "revoke" && len(args) == 2:
		holder.store.Revoke(args[1])
	case args[0] == "revoke":
		after, err := strconv.ParseInt(args[2], 10, 64)
		ts.Check(err)
		var begun atomic.Int64
		holder.store.Between(func(s *emulator.Store) {
			if begun.Add(1) > after {
				s.Revoke(args[1])
			}
		})
	case args[0] == "elsewhere" && len(args) == 3:
		status, err := strconv.Atoi(args[1])
		ts.Check(err)
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(status)
			_, _ = io.WriteString(w, args[2]) // a command that has gone away needs no answer
		}))
		ts.Defer(server.Close)
		ts.Setenv("STORE", server.URL)
		ts.Setenv(trafficVariable, "")
	case args[0] == "fail" && len(args) == 1:
		holder.store.ClearFaults()
	case args[0] == "fail" && len(args) == 3:
		status, err := strconv.Atoi(args[2])
		ts.Check(err)
		holder.store.AddFault(emulator.Fault{Path: args[1], Status: status})
	default:
		ts.Fatalf("shop %s is not known", args[0])
	}
}
