package mappings

import (
	"testing"
	"time"
)

// A day alone begins when its clocks do, also where they are put forward over midnight.
func TestDayWithoutMidnight(t *testing.T) {
	for _, test := range []struct{ zone, day, want string }{
		{"America/Santiago", "2024-09-08", "2024-09-08T04:00:00Z"},
		{"Asia/Beirut", "2024-03-31", "2024-03-30T22:00:00Z"},
		{"America/Santiago", "2024-09-09", "2024-09-09T03:00:00Z"},
	} {
		location, err := time.LoadLocation(test.zone)
		if err != nil {
			t.Fatal(err)
		}
		for _, layout := range []string{"", "%Y-%m-%d"} {
			golang := ""
			if layout != "" {
				if golang, err = parseDateLayout(layout); err != nil {
					t.Fatal(err)
				}
			}
			date, p := readDate(test.day, nil, golang, layout, location)
			if p != nil {
				t.Fatal(p)
			}
			if got := date.date().UTC().Format(time.RFC3339); got != test.want {
				t.Errorf("%s begins in %s at %s, want %s", test.day, test.zone, got, test.want)
			}
		}
	}
}
