package record

import (
	"testing"
	"time"
)

// What exists twice comes back out of JSON, as documents lie in the ledger.
func TestTwiceInJSON(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	first := time.Date(2026, 10, 25, 0, 30, 0, 0, time.UTC).In(berlin)
	for _, day := range []bool{false, true} {
		written := RefValue(Twice{First: first, Second: first.Add(time.Hour), Zone: berlin.String(), Day: day}.Ref(TextValue("2026-10-25")))
		read, err := ParseJSON(written.AppendJSON(nil))
		if err != nil {
			t.Fatal(err)
		}
		ref, _ := read.Ref()
		twice, ok := ref.Twice()
		if !ok || !twice.First.Equal(first) || !twice.Second.Equal(first.Add(time.Hour)) || twice.Day != day || day && ref.Else.String() != "2026-10-25" {
			t.Errorf("%s is %+v", written, twice)
		}
		want := "2026-10-25 02:30:00 exists twice in Europe/Berlin, where clocks are put back over it; write 2026-10-25T02:30:00+02:00 or 2026-10-25T02:30:00+01:00"
		if p := twice.Problem(); p.Message != want || p.Code != "ambiguous_time" {
			t.Errorf("%s: %s", p.Code, p.Message)
		}
	}
	for _, other := range []Ref{{}, {Kind: "brand", Key: "a b c"}, {Kind: "moment", Key: "a b"}, {Kind: "moment", Key: "a b c"}, {Kind: "moment", Key: "2026-10-25T02:30:00Z b c"}} {
		if _, ok := other.Twice(); ok {
			t.Errorf("%+v is taken for a time that exists twice", other)
		}
	}
}
