package cli

import (
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptrace"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

var (
	tortureCases = flag.Int("torture.n", tortureUsual, "cases of the torture test")
	tortureSeed  = flag.Uint64("torture.seed", 1, "seed of the torture test's first case")
	tortureOnly  = flag.String("torture.modes", "", "modes of the torture test, separated by commas: names or their beginnings; empty = all")
)

// crashVariable names the point at which a command under test kills itself, and at which of its visits: "commit:3".
const crashVariable = "BCETL_TEST_CRASH"

// crashPoints are the points at which a run is killed: when all is planned, when an intent is written down, when a request has left, when
// its answer has come and is not read, when it was read and is not written down, when a step is settled, and before report and outputs get
// their names. App.Reached tells of all but the two that lie in the transport.
var crashPoints = []string{"plan", "commit", "sent", "unread", "answer", "settle", "report", "rename"}

// atRandom is the phase of kills that wait for no point.
const atRandom = "any time"

// tortureMode is what the runs of a case do.
type tortureMode struct {
	name    string
	planned int  // of so many cases one applies a saved plan, 0 is none
	again   bool // a second run finds nothing to write
	// sheet draws the rows. Their first column tells them apart.
	sheet func(random *rand.Rand, seed uint64) string
	// victim gives a store, always the same for one seed, and the folder of a job with at most so many workers; 0 = as usual.
	victim func(t *testing.T, sheet string, seed uint64, workers int) *victim
	// contents gives all of the store that the runs may touch, without what differs from run to run, and finds fault with what is there twice.
	contents func(t *testing.T, v *victim) map[string]string
}

func allTortureModes() []tortureMode {
	return slices.Concat(productModes(), couponModes(), orderModes(), shipmentModes(), codeModes())
}

// tortureModes are the modes that the flag asks for.
func tortureModes(t *testing.T) []tortureMode {
	t.Helper()
	all := allTortureModes()
	if *tortureOnly == "" {
		return all
	}
	var chosen []tortureMode
	for name := range strings.SplitSeq(*tortureOnly, ",") {
		before := len(chosen)
		for _, mode := range all {
			if strings.HasPrefix(mode.name, name) {
				chosen = append(chosen, mode)
			}
		}
		if len(chosen) == before {
			t.Fatalf("no mode of the torture test begins with %q", name)
		}
	}
	return chosen
}

// runAndCrash is the real command line, which dies by SIGKILL where the environment says so. Retries do not wait, and other waits are short.
func runAndCrash() {
	app := newApp()
	app.Jitter = func() float64 { return 0 }
	app.Clock = hurriedClock{time.Now()}
	point, text, armed := strings.Cut(os.Getenv(crashVariable), ":")
	visit, _ := strconv.Atoi(text) // only read when armed
	var visits atomic.Int64
	app.Reached = func(at string) {
		if armed && at == point && visits.Add(1) == int64(visit) {
			if err := syscall.Kill(os.Getpid(), syscall.SIGKILL); err != nil {
				panic(err)
			}
			select {} // the signal is on its way
		}
	}
	app.Judge = func(next http.RoundTripper) http.RoundTripper {
		if next == nil {
			next = http.DefaultTransport
		}
		return roundTrip(func(request *http.Request) (*http.Response, error) {
			if request.Method == http.MethodGet {
				return next.RoundTrip(request)
			}
			trace := &httptrace.ClientTrace{WroteRequest: func(httptrace.WroteRequestInfo) { app.Reached("sent") }}
			answer, err := next.RoundTrip(request.WithContext(httptrace.WithClientTrace(request.Context(), trace)))
			app.Reached("unread")
			return answer, err
		})
	}
	os.Exit(app.main(context.Background(), os.Args[1:]))
}

// TestTorture kills runs at every point and at random times, with a store that fails in every way it can, and goes on with them until they
// end. The store must then be as after an undisturbed run, each row's outcome the same, and nothing twice.
// go test ./internal/cli -run Torture -torture.n=500 -torture.seed=7 -torture.modes=orders,shipments
func TestTorture(t *testing.T) {
	tally := &tortureTally{kills: map[string]int{}, faults: map[string]int{}}
	modes := tortureModes(t)
	for i := range *tortureCases {
		seed := *tortureSeed + uint64(i)
		mode := modes[i%len(modes)]
		if !t.Run(fmt.Sprintf("%s-%d", mode.name, seed), func(t *testing.T) { torture(t, mode, seed, tally) }) {
			return
		}
	}
	killed := 0
	for _, n := range tally.kills {
		killed += n
	}
	var kills []string
	for _, phase := range append(slices.Clone(crashPoints), atRandom) {
		share := 100 * float64(tally.kills[phase]) / float64(max(1, killed))
		kills = append(kills, fmt.Sprintf("%s %d (%.1f%%)", phase, tally.kills[phase], share))
		if *tortureCases >= 200 && share < 5 {
			t.Errorf("only %.1f%% of %d kills fell in %s", share, killed, phase)
		}
	}
	t.Logf("seed %d: %d cases, %d rows, %d runs; %d kills: %s; faults %v",
		*tortureSeed, *tortureCases, tally.rows, tally.runs, killed, strings.Join(kills, ", "), tally.faults)
}

type tortureTally struct {
	kills, faults map[string]int
	rows, runs    int
}

func torture(t *testing.T, mode tortureMode, seed uint64, tally *tortureTally) {
	random := rand.New(rand.NewPCG(seed, 0))
	sheet := mode.sheet(random, seed)
	tally.rows += strings.Count(sheet, "\n") - 1
	calm, v := mode.victim(t, sheet, seed, 0), mode.victim(t, sheet, seed, 0)
	var flags []string
	if mode.planned > 0 && random.IntN(mode.planned) == 0 {
		flags = []string{"--plan", "plan.json"}
		calm.makePlan(t)
		v.makePlan(t)
	}
	if code := calm.run(t, "", 0, flags...); code != exitOK && code != exitRows {
		t.Fatalf("the undisturbed run ended with %d\n%s", code, calm.output)
	}
	tally.runs += v.survive(t, random, tally, flags)
	v.heal()
	v.late.underWay.Wait()
	if diff := cmp.Diff(mode.contents(t, calm), mode.contents(t, v)); diff != "" {
		t.Errorf("the store differs from that of an undisturbed run (-undisturbed +resumed):\n%s", diff)
	}
	calm.rejectsAgree(t)
	v.rejectsAgree(t)
	if diff := cmp.Diff(calm.outcomes(t), v.outcomes(t)); diff != "" {
		t.Errorf("outcomes differ from those of an undisturbed run (-undisturbed +resumed):\n%s", diff)
	}
	if mode.again {
		v.store.ResetLog()
		if code := v.run(t, "", 0); code != exitOK && code != exitRows {
			t.Errorf("a second run ended with %d\n%s", code, v.output)
		}
		for _, write := range v.store.Writes() {
			if write.Status < 300 {
				t.Errorf("a second run wrote again: %s %s %s", write.Method, write.Path, write.Body)
			}
		}
	}
}

// survive runs the job, breaks it and goes on with it until it ends, and gives the number of runs.
func (v *victim) survive(t *testing.T, random *rand.Rand, tally *tortureTally, flags []string) int {
	t.Helper()
	const most = 40
	for attempt := range most {
		v.heal()
		phase, kind, crash, delay := "", "none", "", time.Duration(0)
		if attempt < 6 {
			if random.IntN(3) > 0 {
				kind = v.breakStore(random)
				tally.faults[kind]++
			}
			phase, crash, delay = nextKill(random)
		}
		code := v.run(t, crash, delay, flags...)
		t.Logf("run %d: fault %s, kill at %s %q %v: exit %d\n%s", attempt, kind, phase, crash, delay, code, v.output)
		switch {
		case code == -1:
			tally.kills[phase]++
			if v.finished(t) {
				return attempt + 1 // it was killed on its way out
			}
		case code == exitOK || code == exitRows:
			return attempt + 1
		case code != exitFailed && code != exitWrong:
			t.Fatalf("a run ended with %d (fault %s)\n%s", code, kind, v.output)
		}
	}
	t.Fatalf("not finished after %d runs\n%s", most, v.output)
	return most
}

// nextKill draws where the next run is killed. The end, which every run reaches, weighs less than what many have behind them by then.
func nextKill(random *rand.Rand) (phase, crash string, delay time.Duration) {
	weights := []int{4, 4, 4, 4, 4, 2, 2, 2} // of crashPoints
	n := random.IntN(29)
	for i, phase := range crashPoints {
		if n -= weights[i]; n >= 0 {
			continue
		}
		visit := 1
		if slices.Contains([]string{"commit", "sent", "unread", "answer"}, phase) {
			visit += random.IntN(3)
			if random.IntN(4) == 0 {
				visit += random.IntN(9)
			}
		}
		return phase, fmt.Sprintf("%s:%d", phase, visit), 0
	}
	return atRandom, "", time.Duration(10+random.IntN(120)) * time.Millisecond
}
