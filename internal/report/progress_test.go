package report

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/rivo/uniseg"
)

var escapes = regexp.MustCompile(`\x1b\[[0-9;]*[a-zA-Z]`)

// screen is a terminal: it obeys carriage returns, line feeds and the code that empties a line, and keeps every picture of its
// last line. Colours take no room.
type screen struct {
	mu       sync.Mutex
	lines    []string // those above the last
	last     string
	pictures []string
	widest   int
}

func (s *screen) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for rest := string(p); rest != ""; {
		switch code := escapes.FindString(rest); {
		case code != "" && strings.HasPrefix(rest, code):
			if code == "\x1b[2K" {
				s.last = ""
			}
			rest = rest[len(code):]
		case rest[0] == '\r':
			if s.last != "" {
				panic("a line is overwritten that was not emptied: " + s.last)
			}
			rest = rest[1:]
		case rest[0] == '\n':
			s.lines, s.last = append(s.lines, s.last), ""
			rest = rest[1:]
		default:
			end := strings.IndexAny(rest, "\x1b\r\n")
			if end < 0 {
				end = len(rest)
			}
			s.last += rest[:end]
			rest = rest[end:]
		}
		s.widest = max(s.widest, uniseg.StringWidth(s.last))
	}
	if s.last != "" {
		s.pictures = append(s.pictures, s.last)
	}
	return len(p), nil
}

func (s *screen) text() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return strings.Join(append(s.lines[:len(s.lines):len(s.lines)], s.last), "\n")
}

func (s *screen) lastPicture() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.pictures) == 0 {
		return ""
	}
	return s.pictures[len(s.pictures)-1]
}

func TestPlainLinesAtAnInterval(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		out := &screen{}
		p := NewProgress(Options{Out: out})
		p.Start("looking up", 100_000)
		time.Sleep(time.Second / 2)
		for range 50 { // 50 s
			p.Add(410)
			time.Sleep(time.Second)
		}
		p.API(48, 102, 150)
		time.Sleep(15 * time.Second) // the second line
		p.Start("writing", 0)
		time.Sleep(26 * time.Second) // the third
		p.Add(4)
		p.Total(8)
		time.Sleep(30 * time.Second) // the fourth
		p.Done()
		time.Sleep(time.Hour)
		want := "looking up  12,300 of 100,000 rows  410 rows/s  3m34s left\n" +
			"looking up  20,500 of 100,000 rows  342 rows/s  48 requests  quota 102/150  3m53s left\n" +
			"writing  0 rows  48 requests  quota 102/150\n" +
			"writing  4 of 8 rows  4.4 rows/min  48 requests  quota 102/150  55s left\n"
		if diff := cmp.Diff(want, out.text()); diff != "" {
			t.Error(diff)
		}
	})
}

func TestQuietPrintsNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, o := range []Options{{}, {Terminal: true}, {JSON: true}} {
			out := &screen{}
			o.Out, o.Quiet = out, true
			p := NewProgress(o)
			p.Start("looking up", 10)
			p.Add(3)
			time.Sleep(time.Hour)
			p.Start("writing", 0)
			p.Done()
			if out.text() != "" {
				t.Errorf("%+v: %q", o, out.text())
			}
		}
	})
}

func TestJSONLines(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		out := &screen{}
		began := time.Now()
		slow := func() time.Time { return start.Add(time.Since(began) / 6) }
		p := NewProgress(Options{Out: out, Terminal: true, JSON: true, Interval: time.Minute, Now: slow})
		p.Start("looking up", 100)
		p.Add(25)
		p.API(3, 148, 150)
		time.Sleep(time.Minute + time.Second)
		p.Done()
		var got map[string]any
		if err := json.Unmarshal([]byte(out.text()), &got); err != nil {
			t.Fatal(err)
		}
		want := map[string]any{
			"time": "2026-11-25T00:53:35Z", "level": "INFO", "msg": "progress", "stage": "looking up", "rows": 25.0, "total": 100.0,
			"rows_per_second": 2.5, "requests": 3.0, "quota_left": 148.0, "quota_size": 150.0, "seconds_left": 30.0,
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
	})
}

func TestBarOnATerminal(t *testing.T) {
	for _, color := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			out := &screen{}
			p := NewProgress(Options{Out: out, Terminal: true, Color: color, Width: 120})
			var shown []string
			at := func(rows int64, after time.Duration) {
				p.Add(rows)
				time.Sleep(after)
				synctest.Wait()
				shown = append(shown, out.text())
			}
			p.Start("reading", 0)
			at(0, 50*time.Millisecond)
			at(700, time.Second)
			p.Start("looking up", 100_000)
			at(0, 50*time.Millisecond)
			p.API(48, 102, 150)
			at(12_000, 30*time.Second-50*time.Millisecond)
			if _, err := p.Write([]byte("level=WARN msg=\"waiting for quota\"\n")); err != nil {
				t.Fatal(err)
			}
			shown = append(shown, out.text())
			at(0, 200*time.Millisecond)
			at(88_000, 10*time.Second) // all counted, not yet ended
			p.Start("writing", 3)
			at(1, time.Second)
			p.Done()
			shown = append(shown, out.text())
			pictures := len(out.pictures)
			p.Add(1)
			p.Start("late", 1)
			p.Done()
			time.Sleep(time.Minute)
			if _, err := p.Write([]byte("after\n")); err != nil {
				t.Fatal(err)
			}
			shown = append(shown, out.text())
			if len(out.pictures) != pictures {
				t.Error("a picture was drawn after Done")
			}
			golden(t, "bar.txt", strings.Join(shown, "\n--\n")+"\n")
		})
	}
}

// The bar never reaches the terminal's last column, at which a line would wrap and the next picture leave its ruins.
func TestBarFits(t *testing.T) {
	for width := 2; width < 140; width++ {
		synctest.Test(t, func(t *testing.T) {
			for _, total := range []int64{0, 1_000_000} {
				for _, name := range []string{"looking up", "読み込み中 ręcznie", "[red]a\nb"} {
					out := &screen{}
					p := NewProgress(Options{Out: out, Terminal: true, Color: width%2 == 0, Width: width})
					p.API(10_400, 102, 150)
					p.Start(name, total)
					p.Add(123_456)
					time.Sleep(time.Second)
					synctest.Wait()
					picture := out.lastPicture()
					if out.widest >= width {
						t.Errorf("width %d: %q", width, picture)
					}
					if width > 60 && total > 0 && !strings.Contains(picture, "|") {
						t.Errorf("width %d: no bar in %q", width, picture)
					}
					p.Done()
				}
			}
		})
	}
}

func TestProgressUnderManyHands(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		out := &screen{}
		p := NewProgress(Options{Out: out, Terminal: true, Width: 100})
		p.Start("writing", 8000)
		var hands sync.WaitGroup
		for hand := range 8 {
			hands.Go(func() {
				for i := range 1000 {
					p.Add(1)
					p.API(int64(i), 1, 2)
					if i%100 == 0 {
						_, _ = fmt.Fprintf(p, "hand %d\n", hand)
						time.Sleep(time.Second)
					}
				}
			})
		}
		hands.Wait()
		hands.Go(p.Done)
		hands.Go(p.Done)
		hands.Wait()
		lines := strings.Split(strings.TrimSuffix(out.text(), "\n"), "\n")
		if got := lines[len(lines)-1]; got != "writing  8,000 of 8,000 rows  in 10s  800 rows/s" {
			t.Errorf("the stage ended as %q", got)
		}
		if len(lines) != 81 {
			t.Errorf("%d lines, want those of the 80 writes and the stage's", len(lines))
		}
	})
}

// A terminal that is stopped (Ctrl-S, a pager) holds up its bar and nothing else.
func TestCountingNeverWaitsForTheTerminal(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		stopped := stoppedWriter(make(chan struct{}))
		p := NewProgress(Options{Out: stopped})
		p.Start("writing", 10)
		time.Sleep(time.Minute)
		synctest.Wait() // its line waits
		p.Add(1)
		p.API(1, 2, 3)
		close(stopped)
		p.Done()
	})
}

type stoppedWriter chan struct{}

func (s stoppedWriter) Write(p []byte) (int, error) {
	<-s
	return len(p), nil
}

func TestDoneWithoutStart(t *testing.T) {
	out := &screen{}
	p := NewProgress(Options{Out: out, Terminal: true})
	p.Add(1)
	p.Done()
	p.Done()
	if out.text() != "" {
		t.Errorf("%q", out.text())
	}
}

func TestTimeLeft(t *testing.T) {
	for _, c := range []struct {
		rows, total int64
		elapsed     time.Duration
		want        time.Duration
		known       bool
	}{
		{50, 100, time.Minute, time.Minute, true},
		{0, 100, time.Minute, 0, false},
		{100, 100, time.Minute, 0, false},
		{150, 100, time.Minute, 0, false},
		{50, 0, time.Minute, 0, false},
		{50, 100, 0, 0, false},
		{50, 100, -time.Minute, 0, false},
		{1, 1 << 62, time.Hour, 0, false},
	} {
		v := view{stage: stage{rows: c.rows, total: c.total}, elapsed: c.elapsed}
		if got, known := v.left(); got != c.want || known != c.known {
			t.Errorf("%+v: got %v, %v", c, got, known)
		}
	}
}
