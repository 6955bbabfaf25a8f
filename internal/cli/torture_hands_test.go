package cli

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// hand is what somebody else does at the store between the death of a run and the next one.
type hand struct {
	name, mode string
	planned    bool // every other time the run applies a saved plan
	sent       bool // may strike while the request at which the run died is on its way
	// strike changes what rows are about that the run has still to write. rows are the outcomes of an undisturbed run by their first column,
	// before is the store as it was at first. It gives the first columns of those rows, and words that the names of their records have.
	strike func(t *testing.T, v *victim, rows, before map[string]string) (keys, records []string)
	// theirs gives what must survive of the change that was made for a record.
	theirs func(t *testing.T, v *victim, record string) string
	// ends are beginnings of the outcomes that such a row may have; that of an undisturbed run is one of them where none is given.
	ends []string
	// truth finds fault where the outcome of such a row is not what the store shows; it may be nil.
	truth func(t *testing.T, v, calm *victim, key, end string)
}

// TestTortureHands: what somebody else does meanwhile to products, coupons, orders, parcels and codes stays, nothing is made beside it, and all other
// rows end as undisturbed.
func TestTortureHands(t *testing.T) {
	hands := slices.Concat(productHands(), couponHands(), orderHands(), shipmentHands(), codeHands())
	tally := &tortureTally{kills: map[string]int{}, faults: map[string]int{}}
	ends := map[string]int{}
	cases := max(len(hands), *tortureCases/5)
	for i := range cases {
		seed := *tortureSeed + uint64(i)
		h := hands[i%len(hands)]
		if !t.Run(fmt.Sprintf("%s-%d", h.name, seed), func(t *testing.T) { tortureHand(t, h, seed, tally, ends) }) {
			return
		}
	}
	t.Logf("seed %d: %d cases, %d rows, %d runs; kills %v; faults %v; rows with somebody else's hand in them: %v",
		*tortureSeed, cases, tally.rows, tally.runs, tally.kills, tally.faults, ends)
}

func tortureHand(t *testing.T, h hand, seed uint64, tally *tortureTally, ends map[string]int) {
	random := rand.New(rand.NewPCG(seed, 6))
	mode := modeNamed(t, h.mode)
	sheet := mode.sheet(random, seed)
	tally.rows += strings.Count(sheet, "\n") - 1
	calm, v := mode.victim(t, sheet, seed, 1), mode.victim(t, sheet, seed, 1)
	before := mode.contents(t, v)
	var flags []string
	if h.planned && seed%2 == 0 {
		flags = []string{"--plan", "plan.json"}
		calm.makePlan(t)
		v.makePlan(t)
	}
	if code := calm.run(t, "", 0, flags...); code != exitOK && code != exitRows {
		t.Fatalf("the undisturbed run ended with %d\n%s", code, calm.output)
	}
	phases := []string{"commit", "unread", "answer"}
	if h.sent {
		phases = append(phases, "sent")
	}
	phase := phases[random.IntN(len(phases))]
	crash := fmt.Sprintf("%s:%d", phase, 1+random.IntN(4))
	tally.runs++
	if code := v.run(t, crash, 0, flags...); code != -1 {
		return // it has fewer requests than that
	}
	tally.kills[phase]++
	keys, records := h.strike(t, v, calm.ends(t, sheet), before)
	theirs := map[string]string{}
	for _, record := range records {
		theirs[record] = h.theirs(t, v, record)
	}
	t.Logf("killed at %s; somebody else had a hand in %v", crash, theirs)
	tally.runs += v.survive(t, random, tally, flags)
	v.heal()
	v.late.underWay.Wait()

	for _, record := range records {
		if now := h.theirs(t, v, record); now != theirs[record] {
			t.Errorf("%s: somebody else's change was %s and is %s", record, theirs[record], now)
		}
	}
	expected, got := calm.ends(t, sheet), v.ends(t, sheet)
	for _, key := range keys {
		end := got[key]
		ends[end]++
		allowed := h.ends
		if allowed == nil {
			allowed = []string{expected[key]}
		}
		if !slices.ContainsFunc(allowed, func(beginning string) bool { return strings.HasPrefix(end, beginning) }) {
			t.Errorf("%s ended as %q, want one of %q", key, end, allowed)
		}
		if h.truth != nil {
			h.truth(t, v, calm, key, end)
		}
		delete(expected, key)
		delete(got, key)
	}
	if diff := cmp.Diff(expected, got); diff != "" {
		t.Errorf("outcomes of other rows differ from those of an undisturbed run (-undisturbed +resumed):\n%s", diff)
	}
	v.rejectsAgree(t)
	contents, undisturbed := mode.contents(t, v), mode.contents(t, calm)
	for _, of := range []map[string]string{contents, undisturbed} {
		for name := range of {
			if slices.ContainsFunc(records, func(record string) bool { return strings.Contains(name, record) }) {
				delete(of, name)
			}
		}
	}
	if diff := cmp.Diff(undisturbed, contents); diff != "" {
		t.Errorf("other records differ from those after an undisturbed run (-undisturbed +resumed):\n%s", diff)
	}
}

// modeNamed gives the mode of that name.
func modeNamed(t *testing.T, name string) tortureMode {
	t.Helper()
	modes := allTortureModes()
	i := slices.IndexFunc(modes, func(mode tortureMode) bool { return mode.name == name })
	if i < 0 {
		t.Fatalf("there is no mode %s", name)
	}
	return modes[i]
}

// lastOf gives up to two keys of rows with that outcome, the last ones first: those least likely to be under way when the run died.
func lastOf(rows map[string]string, outcome string, still func(key string) bool) (keys []string) {
	all := sortedBy(rows, outcome)
	slices.Reverse(all)
	for _, key := range all {
		if len(keys) < 2 && still(key) {
			keys = append(keys, key)
		}
	}
	return keys
}
