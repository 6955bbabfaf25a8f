package report

import (
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"
)

// stage is what is being counted; a name of "" is none.
type stage struct {
	name    string
	rows    int64
	total   int64 // 0 when unknown
	started time.Time
}

// apiUse is the run's requests so far and the store's quota, whose size is 0 while unknown.
type apiUse struct{ requests, left, size int64 }

// view is a stage at one moment, in words.
type view struct {
	stage   stage
	api     apiUse
	elapsed time.Duration
}

// rate is rows a second over the whole stage: under a quota requests come in bursts, and a rate of the last seconds would swing
// between nothing and far too much.
func (v view) rate() float64 {
	if v.elapsed <= 0 {
		return 0
	}
	return float64(v.stage.rows) / v.elapsed.Seconds()
}

// left is the time the rest of the stage takes at its rate so far, false when that cannot be said.
func (v view) left() (time.Duration, bool) {
	rest, rate := v.stage.total-v.stage.rows, v.rate()
	if v.stage.total == 0 || rest <= 0 || rate == 0 {
		return 0, false
	}
	seconds := float64(rest) / rate
	if seconds > (10000 * time.Hour).Seconds() {
		return 0, false
	}
	return time.Duration(seconds * float64(time.Second)), true
}

// words are a view's facts; those that cannot be told yet are empty.
type words struct{ name, rows, rate, requests, quota, left string }

func (v view) words() words {
	w := words{name: oneLine(v.stage.name), rows: v.Counted()}
	if v.stage.rows > 0 && v.elapsed > 0 {
		w.rate = rateText(v.rate())
	}
	if v.api.requests > 0 {
		w.requests = Counted(v.api.requests, "request")
	}
	if v.api.size > 0 {
		w.quota = fmt.Sprintf("quota %d/%d", v.api.left, v.api.size)
	}
	if left, ok := v.left(); ok {
		w.left = brief(left) + " left"
	}
	return w
}

// tail is everything but the name.
func (w words) tail() []string {
	return slices.DeleteFunc([]string{w.rows, w.rate, w.requests, w.quota, w.left}, func(s string) bool { return s == "" })
}

// line is "looking up  12,000 of 100,000 rows  410 rows/s  48 requests  quota 102/150  3m20s left".
func (v view) line() string {
	w := v.words()
	return strings.Join(append([]string{w.name}, w.tail()...), "  ")
}

func (v view) Counted() string {
	if v.stage.total == 0 {
		return Counted(v.stage.rows, "row")
	}
	return grouped(v.stage.rows) + " of " + Counted(v.stage.total, "row")
}

func rateText(rate float64) string {
	switch {
	case rate >= 9.95:
		return grouped(int64(rate+0.5)) + " rows/s"
	case rate >= 1:
		return fmt.Sprintf("%.1f rows/s", rate)
	default:
		return fmt.Sprintf("%.1f rows/min", rate*60)
	}
}

// ended is the line that a finished stage leaves.
func (v view) ended(color painter) string {
	parts := []string{oneLine(v.stage.name), color.paint(green, v.Counted()), "in " + brief(v.elapsed)}
	if v.stage.total == 0 || v.stage.rows < v.stage.total {
		parts[1] = v.Counted()
	}
	if v.stage.rows > 0 && v.elapsed >= time.Second {
		parts = append(parts, rateText(v.rate()))
	}
	return strings.Join(parts, "  ")
}

// attrs are the same facts for programs.
func (v view) attrs() []slog.Attr {
	attrs := []slog.Attr{
		slog.String("stage", v.stage.name), slog.Int64("rows", v.stage.rows), slog.Int64("total", v.stage.total),
		slog.Float64("rows_per_second", float64(int64(v.rate()*10+0.5))/10), slog.Int64("requests", v.api.requests),
	}
	if v.api.size > 0 {
		attrs = append(attrs, slog.Int64("quota_left", v.api.left), slog.Int64("quota_size", v.api.size))
	}
	if left, ok := v.left(); ok {
		attrs = append(attrs, slog.Int64("seconds_left", int64(left.Seconds()+0.5)))
	}
	return attrs
}
