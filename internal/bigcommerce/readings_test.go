package bigcommerce_test

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"bcetl/internal/bigcommerce"
	"bcetl/internal/bigcommerce/catalogue"
	"bcetl/internal/emulator"
	"bcetl/internal/judge"
)

// metByWalks are the readings that no example meets and these walks do.
var metByWalks = []string{"cursors-swapped", "cursor-next-always", "cursor-no-links"}

// TestWalksUnderEveryReading reads all that a demo store has, with a quota that somebody else uses too, from stores that do what the
// documentation leaves open the other way: the records are the same, and the time that it takes is that of the quota.
func TestWalksUnderEveryReading(t *testing.T) {
	usual, said := walkedUnder(t, emulator.Reading{})
	for _, reading := range emulator.Readings() {
		t.Run(reading.Name, func(t *testing.T) {
			t.Parallel()
			found, otherwise := walkedUnder(t, reading)
			if slices.Contains(metByWalks, reading.Name) && slices.Equal(said, otherwise) {
				t.Error("the store answers as ever: no walk meets the reading")
			}
			if diff := cmp.Diff(usual, found); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// walkedUnder gives the ids of all records by object, archived orders among them.
func walkedUnder(t *testing.T, reading emulator.Reading) (found map[string][]int64, answers []string) {
	t.Helper()
	specs, err := judge.LoadOrStatic(specFolder)
	if err != nil {
		t.Fatal(err)
	}
	found = map[string][]int64{}
	var heard judge.Heard
	synctest.Test(t, func(t *testing.T) {
		options := emulator.Options{Strict: true, Quota: emulator.Quota{Requests: 20}}
		if reading.Name != "" {
			reading.Apply(&options)
		}
		store := emulator.New(options)
		store.Seed(emulator.Demo{Products: 60, Orders: 60, Coupons: 30})
		for i := range 300 {
			store.InsertPromotionCode(3, map[string]any{"code": fmt.Sprintf("MORE-%03d", i)})
		}
		transport := specs.Under(reading.Name).RoundTripper(heard.RoundTripper(store.RoundTripper()), func(v judge.Violation) { t.Error(v) })
		client := newClient(t, transport, nil)
		for _, object := range catalogue.All() {
			if object.ListPath == "" {
				continue
			}
			spend(t, store, 7)
			ids := []int64{}
			options := bigcommerce.WalkOptions{Paths: paths(t, object.IDField), Also: []string{bigcommerce.AlsoIncomplete, bigcommerce.AlsoArchived}}
			switch object {
			case &catalogue.Products:
				options.Paths = paths(t, "id", "options[].id") // pages of ten
			case &catalogue.PromotionCodes:
				options.Filter = url.Values{"promotion_id": {"3"}} // the one for bulk codes
			}
			records, err := readAll(t.Context(), client.Walk(t.Context(), object, options))
			if err != nil {
				t.Fatalf("%s: %v", object.Name, err)
			}
			for _, record := range records {
				ids = append(ids, record.ID)
			}
			found[object.Name] = ids
		}
		if stats := client.Stats(); stats.Throttled > time.Hour {
			t.Errorf("waited for %v", stats.Throttled)
		}
	})
	return found, heard.Answers()
}

// spend has somebody else send requests.
func spend(t *testing.T, store *emulator.Store, n int) {
	t.Helper()
	for range n {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "https://api.bigcommerce.com/stores/emulator/v2/time", nil)
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("X-Auth-Token", "emulator")
		request.Header.Set("Accept", "application/json")
		answer, err := store.RoundTripper().RoundTrip(request)
		if err != nil {
			t.Fatal(err)
		}
		_ = answer.Body.Close() // it is not read
	}
}

// TestRetriesOutlastTheLimiter: where the limiter answers 500, and chance gives the shortest waits, a request still waits for the next window.
func TestRetriesOutlastTheLimiter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		reading, _ := emulator.ReadingNamed("limiter-500")
		options := emulator.Options{Quota: emulator.Quota{Requests: 20}} // more than the attempts, or the gate alone would count to the end
		reading.Apply(&options)
		store := emulator.New(options)
		client := newClient(t, judged(t, store), func(c *bigcommerce.Config) { c.Jitter = func() float64 { return 0 } })
		if _, err := client.Get(t.Context(), "/v2/time", nil); err != nil {
			t.Fatal(err)
		}
		spend(t, store, 19)
		if _, err := client.Get(t.Context(), "/v2/time", nil); err != nil {
			t.Error(err)
		}
	})
}

// TestArchivedOrdersThatCannotBeAskedFor: a store that ignores is_deleted gives archived orders only if its list holds them, and the walk says so.
func TestArchivedOrdersThatCannotBeAskedFor(t *testing.T) {
	for _, listed := range []bool{false, true} {
		store := emulator.New(emulator.Options{Strict: true, Alternatives: emulator.Alternatives{ArchivedFilterGone: true, ArchivedListed: listed}})
		first := store.InsertOrder(order(1, nil))
		archived := store.InsertOrder(order(1, nil))
		store.ArchiveOrder(archived)
		walk := newClient(t, judged(t, store), nil).Walk(t.Context(), &catalogue.Orders, bigcommerce.WalkOptions{Paths: paths(t, "id"), Also: []string{bigcommerce.AlsoArchived}})
		got, err := readAll(t.Context(), walk)
		if err != nil {
			t.Fatal(err)
		}
		want := []int64{int64(first)}
		if listed {
			want = append(want, int64(archived))
		}
		ids := []int64{}
		for _, r := range got {
			ids = append(ids, r.ID)
		}
		if diff := cmp.Diff(want, ids); diff != "" {
			t.Errorf("listed %v: %s", listed, diff)
		}
		if notes := strings.Join(walk.Notes(), "; "); !strings.Contains(notes, "cannot be asked for archived orders") {
			t.Errorf("listed %v: notes %q", listed, notes)
		}
	}
}
