package cli

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"

	"bcetl/internal/emulator"
)

// numbered is a sheet of n rows that all change something.
func numbered(store *emulator.Store, n int) string {
	var sheet strings.Builder
	sheet.WriteString("SKU,Name,Price,Brand,Category\n")
	writer := csv.NewWriter(&sheet)
	for i, id := range store.ProductIDs()[:n] {
		product, _ := store.Product(id)
		if err := writer.Write([]string{fmt.Sprint(product["sku"]), fmt.Sprint(product["name"]), fmt.Sprintf("%d.25", 700+i), "", ""}); err != nil {
			panic(err) // a strings.Builder takes everything
		}
	}
	writer.Flush()
	return sheet.String()
}

// demoStore is a store as newVictim makes it, to know what is in it before.
func demoStore(seed uint64) *emulator.Store {
	store := emulator.New(emulator.Options{})
	store.Seed(emulator.Demo{Products: 40, Seed: int64(seed)})
	return store
}

// newCreates is a sheet of n new products.
func newCreates(n int) string {
	var sheet strings.Builder
	sheet.WriteString("SKU,Name,Price,Brand,Category\n")
	for i := range n {
		fmt.Fprintf(&sheet, "NEW-%03d,New product %d,%d.50,,\n", i, i, 5+i)
	}
	return sheet.String()
}

// lastReport is the report of the newest run.
func (v *victim) lastReport(t *testing.T) (r struct {
	Status    string
	Resumable bool
	Rows      map[string]int64
	Error     struct{ Code, Message string }
},
) {
	t.Helper()
	reports, err := filepath.Glob(filepath.Join(v.dir, ".bcetl", "runs", "*", "report.json"))
	if err != nil || len(reports) == 0 {
		t.Fatalf("no report: %v", err)
	}
	slices.Sort(reports)
	data, err := os.ReadFile(reports[len(reports)-1])
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, &r); err != nil {
		t.Fatal(err)
	}
	return r
}

func (v *victim) wants(t *testing.T, code, want int, says string) {
	t.Helper()
	if code != want {
		t.Fatalf("exit code %d, want %d\n%s", code, want, v.output)
	}
	if matched, err := regexp.MatchString(says, v.output); err != nil || !matched {
		t.Fatalf("the output does not say %q (%v)\n%s", says, err, v.output)
	}
}

// What stops a run from outside is exit 1 or 130, resumable; when it is gone the next run goes on where it stopped and ends as an undisturbed
// run would have.
func TestResumeAfterTrouble(t *testing.T) {
	for _, trouble := range []struct {
		name  string
		fault emulator.Fault
		says  string
	}{
		{"network loss", emulator.Fault{Kind: emulator.ResetBefore, From: 9}, "cannot be reached"},
		{"answers lost", emulator.Fault{Kind: emulator.ResetAfter, From: 9}, "cannot be reached"},
		{"token expired", emulator.Fault{Kind: emulator.TokenRevoked, From: 9}, "401"},
		{"store down", emulator.Fault{Kind: emulator.StatusBefore, Status: 503, From: 9}, "503"},
	} {
		t.Run(trouble.name, func(t *testing.T) {
			t.Parallel()
			calm := newVictim(t, "create", newCreates(30), 3)
			calm.wants(t, calm.run(t, "", 0), exitOK, "30 created")
			v := newVictim(t, "create", newCreates(30), 3)
			v.store.AddFault(trouble.fault)
			v.wants(t, v.run(t, "", 0), exitFailed, trouble.says+"(.|\n)*it goes on where this run stopped")
			if r := v.lastReport(t); r.Status != "failed" || !r.Resumable {
				t.Errorf("report: %+v\n%s", r, v.output)
			}
			v.store.ClearFaults()
			v.wants(t, v.run(t, "", 0), exitOK, `going on with run \S+: \d+ of 30 changes are done(.|\n)*30 created`)
			if diff := cmp.Diff(calm.products(), v.products()); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff(calm.outcomes(t), v.outcomes(t)); diff != "" {
				t.Error(diff)
			}
			if left, err := filepath.Glob(filepath.Join(v.dir, ".bcetl", "runs", "*", "*rejects*")); err != nil || len(left) > 0 {
				t.Errorf("rejects of the run's first part stayed: %v %v", left, err)
			}
		})
	}
}

// A server that dies in the midst of a run and comes back at the same address is a network loss like another.
func TestResumeWhenTheServerComesBack(t *testing.T) {
	v := newVictim(t, "update", numbered(demoStore(3), 40), 3)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := listener.Addr().String()
	var asked atomic.Int64
	server := httptest.NewUnstartedServer(nil)
	server.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if asked.Add(1) > 3 {
			_ = server.Listener.Close() // the process is gone
			panic(http.ErrAbortHandler)
		}
		v.store.ServeHTTP(w, r)
	})
	server.Listener = listener
	server.Start()
	v.connect(t, "http://"+address)
	v.wants(t, v.run(t, "", 0), exitFailed, "connection")
	server.Close()
	listener, err = net.Listen("tcp", address)
	if err != nil {
		t.Skipf("the port was taken meanwhile: %v", err)
	}
	server = &httptest.Server{Listener: listener, Config: &http.Server{Handler: v.store}}
	server.Start()
	t.Cleanup(server.Close)
	v.wants(t, v.run(t, "", 0), exitOK, `going on with run(.|\n)*40 updated`)
}

// connect makes the job's connection lead elsewhere.
func (v *victim) connect(t *testing.T, address string) {
	t.Helper()
	v.write(t, "connections.yaml", "connections:\n  shop:\n    store_hash: torture\n    access_token: "+tortureToken+"\n    access: write\n    api_url: "+address+"\n")
}

// A record that somebody else changed while its write was in flight has neither its old nor its new values: it is in doubt, exits 3 and
// is named.
func TestResumeNamesWhatIsInDoubt(t *testing.T) {
	v := newVictim(t, "update", numbered(demoStore(3), 20), 3)
	if code := v.run(t, "commit:2", 0); code != -1 {
		t.Fatalf("exit code %d\n%s", code, v.output)
	}
	doubtful := v.store.ProductIDs()[12] // of the second batch
	changeProduct(t, v.store, doubtful, `{"price":123.45}`)
	v.wants(t, v.run(t, "", 0), exitRows, `19 updated, 1 in doubt(.|\n)*neither its old nor its new values`)
	product, _ := v.store.Product(doubtful)
	if got := fmt.Sprint(product["price"]); !strings.HasPrefix(got, "123.45") {
		t.Errorf("the price in doubt was written over: %s", got)
	}
	if got := v.outcomes(t)["14"]; got != "in_doubt in_doubt" {
		t.Errorf("results.csv says %q", got)
	}
	rejects, err := filepath.Glob(filepath.Join(v.dir, ".bcetl", "runs", "*", "rejects.csv"))
	if err != nil || len(rejects) != 1 {
		t.Errorf("rejects: %v %v", rejects, err)
	}
}

// changeProduct changes a product past the client.
func changeProduct(t *testing.T, store *emulator.Store, id int, body string) {
	t.Helper()
	request := httptest.NewRequest(http.MethodPut, fmt.Sprintf("/stores/torture/v3/catalog/products/%d", id), strings.NewReader(body))
	request.Header.Set("X-Auth-Token", tortureToken)
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Accept", "application/json")
	answer := httptest.NewRecorder()
	store.ServeHTTP(answer, request)
	if answer.Code != http.StatusOK {
		t.Fatalf("%d %s", answer.Code, answer.Body)
	}
}

// The journal of a run that died is damaged afterwards: nothing is sent for it, one line says so, and --fresh begins anew.
func TestResumeRefusesADamagedJournal(t *testing.T) {
	calm := newVictim(t, "create", newCreates(30), 3)
	calm.wants(t, calm.run(t, "", 0), exitOK, "30 created")
	for name, damage := range map[string]func(dir string) error{
		"a bit": func(dir string) error {
			// The log holds the pages by now; the text of an op stands in it many times.
			return turn(filepath.Join(dir, "journal.db"), filepath.Join(dir, "journal.db-wal"), "New product 2", "New product 3")
		},
		"all of it": func(dir string) error { return os.Remove(filepath.Join(dir, "journal.db")) },
		"cut off":   func(dir string) error { return os.Truncate(filepath.Join(dir, "journal.db"), 5000) },
	} {
		t.Run(name, func(t *testing.T) {
			v := newVictim(t, "create", newCreates(30), 3)
			if code := v.run(t, "answer:9", 0); code != -1 {
				t.Fatalf("exit code %d\n%s", code, v.output)
			}
			dirs, err := filepath.Glob(filepath.Join(v.dir, ".bcetl", "runs", "*"))
			if err != nil || len(dirs) != 1 {
				t.Fatalf("%v %v", dirs, err)
			}
			if name != "all of it" {
				v.settleLog(t)
			}
			if err := damage(dirs[0]); err != nil {
				t.Fatal(err)
			}
			v.store.ResetLog()
			v.wants(t, v.run(t, "", 0), exitWrong, "did not finish and cannot be gone on with: .*the journal is damaged.*this attempt sent nothing.*--fresh")
			if writes := v.store.Writes(); len(writes) > 0 {
				t.Errorf("it wrote: %v", writes)
			}
			code := v.run(t, "", 0, "--fresh")
			if code != exitRows { // those that exist by now are rejected: the mode is create
				t.Fatalf("--fresh ended with %d\n%s", code, v.output)
			}
			if diff := cmp.Diff(calm.products(), v.products()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// settleLog lets the log of the run's journal go into its database, as a reader's close does.
func (v *victim) settleLog(t *testing.T) {
	t.Helper()
	runs, err := os.ReadDir(filepath.Join(v.dir, ".bcetl", "runs"))
	if err != nil {
		t.Fatal(err)
	}
	read := runIn(t, v.dir, nil, "", "runs", "journal", "--state-dir", filepath.Join(v.dir, ".bcetl"), runs[0].Name())
	if read.code != exitOK || !strings.Contains(read.stdout, `"op":"products.create"`) {
		t.Fatalf("the journal cannot be read: %d %s", read.code, read.stderr)
	}
}

// turn puts one text in another's place wherever it stands in the files.
func turn(path, log, from, to string) error {
	if info, err := os.Stat(log); err == nil && info.Size() > 0 {
		return fmt.Errorf("%s is not settled", log)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	changed := strings.ReplaceAll(string(data), from, to)
	if changed == string(data) {
		return fmt.Errorf("%q stands nowhere in %s", from, path)
	}
	return os.WriteFile(path, []byte(changed), 0o600)
}

// After a power cut the log may have lost its end, and with it what was sent: what is to be created is looked up first.
func TestResumeWithoutTheEndOfTheLog(t *testing.T) {
	calm := newVictim(t, "create", newCreates(30), 3)
	calm.wants(t, calm.run(t, "", 0), exitOK, "30 created")
	for _, lost := range []int64{1, 5000, 40_000} {
		v := newVictim(t, "create", newCreates(30), 3)
		if code := v.run(t, "answer:20", 0); code != -1 {
			t.Fatalf("exit code %d\n%s", code, v.output)
		}
		logs, err := filepath.Glob(filepath.Join(v.dir, ".bcetl", "runs", "*", "journal.db-wal"))
		if err != nil || len(logs) != 1 {
			t.Fatalf("%v %v", logs, err)
		}
		info, err := os.Stat(logs[0])
		if err != nil {
			t.Fatal(err)
		}
		if err := os.Truncate(logs[0], info.Size()-lost); err != nil {
			t.Fatal(err)
		}
		v.wants(t, v.run(t, "", 0), exitOK, "going on with run(.|\n)*30 created")
		if diff := cmp.Diff(calm.products(), v.products()); diff != "" {
			t.Error(diff)
		}
		if diff := cmp.Diff(calm.outcomes(t), v.outcomes(t)); diff != "" {
			t.Error(diff)
		}
	}
}
