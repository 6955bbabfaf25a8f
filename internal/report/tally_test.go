package report

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"bcetl/internal/record"
)

// Every outcome has a place of its own, under its own name, also one that is added later.
func TestTallyHasAPlaceForEachOutcome(t *testing.T) {
	for _, o := range record.Outcomes() {
		var counts record.Counts
		counts.Add(o, 7)
		text, err := json.Marshal(TallyOf(9, counts))
		if err != nil {
			t.Fatal(err)
		}
		var got map[string]int64
		if err := json.Unmarshal(text, &got); err != nil {
			t.Fatal(err)
		}
		want := map[string]int64{"read": 9}
		for _, other := range record.Outcomes() {
			want[other.String()] = 0
		}
		want[o.String()] = 7
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", o, diff)
		}
	}
}

func drawCounts(t *rapid.T, name string) (c record.Counts) {
	for _, o := range record.Outcomes() {
		c.Add(o, rapid.Int64Range(0, 1_000_000).Draw(t, name+" "+o.String()))
	}
	return c
}

func TestTallySums(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := drawCounts(t, "a"), drawCounts(t, "b")
		sum := TallyOf(a.Total(), a)
		sum.Merge(TallyOf(b.Total(), b))
		a.Merge(b)
		if sum != TallyOf(a.Total(), a) {
			t.Fatalf("merged tallies are not the tally of merged counts: %+v", sum)
		}
		if sum.Settled() != a.Total() {
			t.Fatalf("settled is %d, not %d", sum.Settled(), a.Total())
		}
		for _, o := range record.Outcomes() {
			if sum.Of(o) != a.Of(o) {
				t.Fatalf("%s is %d, not %d", o, sum.Of(o), a.Of(o))
			}
		}
	})
}

// A report adds up exactly when what was read is what was settled; one row lost or counted twice, anywhere, is found.
func TestCheckFindsEveryLostRow(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := Report{Status: Failed}
		for range rapid.IntRange(1, 3).Draw(t, "steps") {
			c := drawCounts(t, "step")
			r.Steps = append(r.Steps, Step{Name: "s", Rows: TallyOf(c.Total(), c)})
			r.Rows.Merge(TallyOf(c.Total(), c))
		}
		records := drawCounts(t, "records")
		r.Records = TallyOf(records.Total(), records)
		if err := r.Check(); err != nil {
			t.Fatal(err)
		}
		places := []*Tally{&r.Rows, &r.Records}
		for i := range r.Steps {
			places = append(places, &r.Steps[i].Rows)
		}
		at := rapid.SampledFrom(places).Draw(t, "place")
		switch o := rapid.IntRange(-1, len(record.Outcomes())-1).Draw(t, "counter"); o {
		case -1:
			at.Read += rapid.SampledFrom([]int64{-1, 1}).Draw(t, "off")
		default:
			*at.place(record.Outcome(o)) += rapid.SampledFrom([]int64{-1, 1}).Draw(t, "off")
		}
		if r.Check() == nil {
			t.Fatal("a lost row went unnoticed")
		}
	})
}
