package record

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func names(outcomes []Outcome) []string {
	var all []string
	for _, outcome := range outcomes {
		all = append(all, outcome.String())
	}
	slices.Sort(all)
	return all
}

// The names are those of report.json, which programs read.
func TestOutcomeNames(t *testing.T) {
	want := []string{"created", "deleted", "exported", "filtered", "in_doubt", "not_attempted", "partial", "rejected", "unchanged", "updated"}
	if diff := cmp.Diff(want, names(Outcomes())); diff != "" {
		t.Error(diff)
	}
	for outcome, name := range map[Outcome]string{
		InDoubt: "in_doubt", Created: "created", Updated: "updated", Unchanged: "unchanged", Deleted: "deleted", Exported: "exported",
		Filtered: "filtered", Partial: "partial", Rejected: "rejected", NotAttempted: "not_attempted",
	} {
		if outcome.String() != name {
			t.Errorf("%d is named %s, not %s", outcome, outcome, name)
		}
	}
	if unsettled := (Settled{}).Outcome; unsettled != InDoubt {
		t.Errorf("what nobody settled is %s", unsettled)
	}
}

func TestOutcomeNamesAreThoseOfTheContract(t *testing.T) {
	contract, err := os.ReadFile(filepath.Join("..", "..", "..", "shared", "product.md"))
	if err != nil {
		t.Skip("the contract is not here:", err)
	}
	found := regexp.MustCompile(`rows \{read, ([a-z_, ]+)\}`).FindSubmatch(contract)
	if found == nil {
		t.Fatal("the contract does not list the outcomes of rows")
	}
	want := strings.Split(string(found[1]), ", ")
	slices.Sort(want)
	if diff := cmp.Diff(want, names(Outcomes())); diff != "" {
		t.Error(diff)
	}
}

func TestCounts(t *testing.T) {
	var a, b Counts
	for i, outcome := range Outcomes() {
		a.Add(outcome, int64(i))
		b.Add(outcome, 10)
		b.Add(outcome, 90)
	}
	if a.Total() != 45 || b.Of(Partial) != 100 {
		t.Errorf("total %d, partial %d", a.Total(), b.Of(Partial))
	}
	a.Merge(b)
	for i, outcome := range Outcomes() {
		if got := a.Of(outcome); got != int64(100+i) {
			t.Errorf("%s: %d", outcome, got)
		}
	}
	if a.Total() != 1045 || b.Total() != 1000 {
		t.Errorf("totals %d, %d", a.Total(), b.Total())
	}
}

func TestItemCountsForItsRows(t *testing.T) {
	for rows, want := range map[int]int64{0: 1, 1: 1, 7: 7} {
		if got := (&Item{Rows: make([]Row, rows)}).RowCount(); got != want {
			t.Errorf("an item of %d rows counts for %d", rows, got)
		}
	}
}
