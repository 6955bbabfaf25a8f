package job

import (
	"testing"

	"github.com/shopspring/decimal"
)

func TestBound(t *testing.T) {
	for _, test := range []struct {
		text         string
		count, total int64
		exceeded     bool
	}{
		{"100", 100, 1000, false},
		{"100", 101, 1000, true},
		{"0", 0, 10, false},
		{"0", 1, 10, true},
		{"5%", 5, 100, false},
		{"5%", 6, 100, true},
		{"33.3%", 333, 1000, false},
		{"33.3%", 334, 1000, true},
		{"0.000001%", 1, 100_000_000, false},
		{"0.000001%", 1, 99_999_999, true},
		{"100%", 1_000_000_000_000, 1_000_000_000_000, false},
		{"10%", 0, 0, false},
		{"10%", 1, 0, true},
		{"900%", 9, 1, false},
	} {
		b, err := ParseBound(test.text)
		if err != nil {
			t.Errorf("ParseBound(%q): %v", test.text, err)
			continue
		}
		if got := b.Exceeded(test.count, test.total); got != test.exceeded {
			t.Errorf("%s exceeded by %d of %d = %t", test.text, test.count, test.total, got)
		}
	}
	for _, text := range []string{"", "%", "5 %", "-1", "+1", "1.5", "1e3", "5%%", "five", "1_000", "99999999999999999999", " 1", "0x10"} {
		if b, err := ParseBound(text); err == nil {
			t.Errorf("ParseBound(%q) = %+v, want an error", text, b)
		}
	}
}

func TestLimitDefaults(t *testing.T) {
	var l Limits
	if _, ok := l.Rejects(); ok {
		t.Error("max_rejects has a default")
	}
	if got := l.MinimumRows(); got != 1 {
		t.Errorf("min_rows = %d", got)
	}
	if got := l.Workers(); got != 4 {
		t.Errorf("concurrency = %d", got)
	}
	if got := l.Reserve(); !got.Equal(decimal.NewFromInt(20)) {
		t.Errorf("reserve_quota = %s", got)
	}
	for name, want := range map[string]string{"delete": "0", "price": "50%", "zero_price": "0", "new_names": "10", "rows": "", "create": "", "stock": ""} {
		if b, ok := l.Change(name); ok != (want != "") || b.Text != want {
			t.Errorf("max_changes.%s = %+v %t", name, b, ok)
		}
		if want == "" {
			continue
		}
		got, _ := l.Change(name)
		if parsed, err := ParseBound(want); err != nil || parsed.N != got.N || !parsed.Percent.Equal(got.Percent) || parsed.IsPercent != got.IsPercent {
			t.Errorf("max_changes.%s = %+v, its text gives %+v", name, got, parsed)
		}
	}
}

func TestLimitsWritten(t *testing.T) {
	j := mustParse(t, "limits: { max_rejects: 5%, min_rows: 0, concurrency: 12, reserve_quota: 12.5%, max_changes: { delete: 3, rows: 40% } }")
	if b, ok := j.Limits.Rejects(); !ok || !b.IsPercent || b.Text != "5%" {
		t.Errorf("max_rejects = %+v %t", b, ok)
	}
	if got := j.Limits.MinimumRows(); got != 0 {
		t.Errorf("min_rows = %d", got)
	}
	if got := j.Limits.Workers(); got != 12 {
		t.Errorf("concurrency = %d", got)
	}
	if got := j.Limits.Reserve(); got.String() != "12.5" {
		t.Errorf("reserve_quota = %s", got)
	}
	if b, ok := j.Limits.Change("delete"); !ok || b.N != 3 || b.IsPercent {
		t.Errorf("delete = %+v %t", b, ok)
	}
	if b, ok := j.Limits.Change("rows"); !ok || !b.Exceeded(41, 100) || b.Exceeded(40, 100) {
		t.Errorf("rows = %+v %t", b, ok)
	}
	if b, ok := j.Limits.Change("price"); !ok || b.Text != "50%" {
		t.Errorf("price = %+v %t", b, ok)
	}
	for _, name := range []string{"customers", "irreversible", "zero_price"} {
		if b, ok := j.Limits.Change(name); !ok || !b.Exceeded(1, 1000) {
			t.Errorf("%s = %+v %t, want none allowed", name, b, ok)
		}
	}
}

// mustParse parses a small job with further top-level keys.
func mustParse(t *testing.T, more string) *Job {
	t.Helper()
	j, ds := Parse("job.yaml", []byte("version: 1\nname: x\nsource: { csv: in.csv }\nmapping: { a: A }\nsink: { csv: out.csv }\n"+more+"\n"))
	if len(ds) > 0 {
		t.Fatalf("parse: %v", ds)
	}
	return j
}
