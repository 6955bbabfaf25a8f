package cli

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"bcetl/internal/runner"
)

// secretToken has a character that URLs and JSON escape.
const secretToken = "t0k&n-d0-not-show"

// commandRun is what a command line printed, and its exit code.
type commandRun struct {
	stdout, stderr string
	code           int
}

// runIn runs a command line with a folder as its home, its state in it and the given environment.
func runIn(t *testing.T, dir string, env map[string]string, stdin string, args ...string) commandRun {
	t.Helper()
	var stdout, stderr bytes.Buffer
	app := &App{World: runner.World{
		Stdin: strings.NewReader(stdin), Stdout: &stdout, Stderr: &stderr, Now: time.Now, ConfigDir: filepath.Join(dir, "config"), CacheDir: filepath.Join(dir, "cache"),
		Env: func(name string) (string, bool) {
			value, ok := env[name]
			return value, ok
		},
	}}
	code := app.Run(context.Background(), args)
	return commandRun{stdout.String(), stderr.String(), code}
}

// writeFiles writes files below a folder.
func writeFiles(t *testing.T, dir string, files map[string]string) {
	t.Helper()
	for name, text := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// mustNotShow fails when the token, in any of its spellings, stands in what was printed or in a file of the folder.
func mustNotShow(t *testing.T, dir string, run commandRun) {
	t.Helper()
	leaks.text(t, "standard output", run.stdout, secretToken)
	leaks.text(t, "standard error", run.stderr, secretToken)
	leaks.folder(t, dir, nil, secretToken)
}

const importJob = `version: 1
name: prices
connection: shop
source: { csv: prices.csv }
mapping: { sku: SKU, price: Price }
sink: { bigcommerce: products, mode: update, match: sku }
`

const exportJob = `version: 1
name: products
connection: shop
source: { bigcommerce: products }
mapping: { SKU: sku }
sink: { csv: out.csv }
`

const namesJob = `version: 1
name: names
connection: shop
source: { bigcommerce: products }
mapping: { SKU: sku, Brand: { from: brand_id, lookup: brand }, Day: { from: date_created, type: date } }
sink: { csv: out.csv }
`

// shopFiles are jobs and a connection to a server, whose token the environment has.
func shopFiles(url string) map[string]string {
	return map[string]string{
		"import.yaml": importJob, "export.yaml": exportJob, "names.yaml": namesJob, "prices.csv": "SKU,Price\nTEA-00001,30\nKIT-00002,150\n",
		"connections.yaml": fmt.Sprintf("connections:\n  shop: { store_hash: demo, access_token: \"${env:SHOP_TOKEN}\", access: write, api_url: %q }\n", url),
	}
}

// TestTokenNeverShown lets a store that gives the token back in whatever it says answer imports and exports, with every kind of output on.
func TestTokenNeverShown(t *testing.T) {
	product := `{"id":1,"sku":"TEA-00001","name":"Tea","price":29.2}`
	list := func(items string) string {
		n := strings.Count(items, `"id"`)
		return fmt.Sprintf(`{"data":[%s],"meta":{"pagination":{"total":%d,"count":%d,"per_page":250,"current_page":1,"total_pages":1}}}`, items, n, n)
	}
	refusal := func(status int) func(http.ResponseWriter, *http.Request) {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			w.Header().Set("X-Request-Id", secretToken)
			w.WriteHeader(status)
			fmt.Fprintf(w, `{"status":%d,"title":"no %s","type":"about:%s","errors":{"price":"not with %s"}}`, status, secretToken, secretToken, secretToken)
		}
	}
	lookedUp := func(write func(http.ResponseWriter, *http.Request)) func(http.ResponseWriter, *http.Request) {
		return func(w http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodGet {
				w.Header().Set("Content-Type", "application/json")
				fmt.Fprint(w, list(product+`,{"id":2,"sku":"KIT-00002","name":"Pot","price":153.99}`))
				return
			}
			write(w, r)
		}
	}
	stores := map[string]func(http.ResponseWriter, *http.Request){
		"refuses the token":            refusal(http.StatusUnauthorized),
		"lacks the scope":              refusal(http.StatusForbidden),
		"refuses the filter":           refusal(http.StatusBadRequest),
		"refuses the writes":           lookedUp(refusal(http.StatusUnprocessableEntity)),
		"is partial":                   lookedUp(refusal(http.StatusMultiStatus)),
		"conflicts":                    lookedUp(refusal(http.StatusConflict)),
		"answers with no JSON":         func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintf(w, "<html>%s</html>", secretToken) },
		"answers a write with no JSON": lookedUp(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintf(w, "<html>%s</html>", secretToken) }),
		"answers with another shape": func(w http.ResponseWriter, _ *http.Request) {
			fmt.Fprintf(w, `{"data":%q,"meta":%q}`, secretToken, secretToken)
		},
		"redirects in a circle": func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, r.URL.Path+"?token="+secretToken, http.StatusFound)
		},
	}
	for name, answer := range stores {
		t.Run(name, func(t *testing.T) {
			var unsigned atomic.Int64
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.Header.Get("X-Auth-Token") != secretToken {
					unsigned.Add(1)
				}
				answer(w, r)
			}))
			defer server.Close()
			for _, args := range [][]string{
				{"run", "-v", "--json", "import.yaml"},
				{"run", "-v", "--log-format", "json", "import.yaml"},
				{"run", "-v", "export.yaml"},
				{"run", "-v", "names.yaml"},
				{"connections", "test", "shop"},
			} {
				dir := t.TempDir()
				writeFiles(t, dir, shopFiles(server.URL))
				t.Chdir(dir)
				ran := runIn(t, dir, map[string]string{"SHOP_TOKEN": secretToken}, "", args...)
				if ran.code == exitOK && args[len(args)-1] == "import.yaml" {
					t.Errorf("%v: exit 0 although the store takes nothing:\n%s", args, ran.stderr)
				}
				mustNotShow(t, dir, ran)
			}
			if unsigned.Load() > 0 {
				t.Errorf("%d requests came without the token: the test proves nothing", unsigned.Load())
			}
		})
	}
}

// TestRedirectsTakeNoToken lets a store send the client elsewhere: whatever it does, the token goes nowhere else.
func TestRedirectsTakeNoToken(t *testing.T) {
	var elsewhere, withToken atomic.Int64
	other := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		elsewhere.Add(1)
		if len(r.Header.Values("X-Auth-Token")) > 0 || strings.Contains(fmt.Sprint(r.Header, r.URL), secretToken) {
			withToken.Add(1)
		}
		http.Error(w, "{}", http.StatusTeapot)
	}))
	defer other.Close()
	for _, status := range []int{http.StatusMovedPermanently, http.StatusFound, http.StatusTemporaryRedirect, http.StatusPermanentRedirect} {
		store := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, other.URL+r.URL.Path, status)
		}))
		for _, job := range []string{"export.yaml", "import.yaml"} {
			dir := t.TempDir()
			writeFiles(t, dir, shopFiles(store.URL))
			ran := runIn(t, dir, map[string]string{"SHOP_TOKEN": secretToken}, "", "run", filepath.Join(dir, job))
			if ran.code == exitOK {
				t.Errorf("%d: %s: exit 0 although the store only redirects", status, job)
			}
			mustNotShow(t, dir, ran)
		}
		store.Close()
	}
	if withToken.Load() > 0 {
		t.Errorf("the token was sent to another host in %d of %d requests", withToken.Load(), elsewhere.Load())
	}
}
