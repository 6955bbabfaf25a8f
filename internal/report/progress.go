package report

import (
	"context"
	"io"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"
)

// Options of Progress.
type Options struct {
	Out      io.Writer
	Terminal bool             // one bar that is redrawn, instead of a line at each interval
	Color    bool             // of the bar
	Quiet    bool             // nothing is printed
	JSON     bool             // the lines are JSON objects, and there is no bar
	Width    int              // of the terminal in columns, 0 for 80
	Now      func() time.Time // nil for time.Now
	Interval time.Duration    // between lines, 0 for 30 s
}

// Intervals of progress. A bar needs no more than ten pictures a second, and each costs a write to the terminal.
const (
	lineInterval   = 30 * time.Second
	redrawInterval = 100 * time.Millisecond
)

// Progress shows how far a run is, stage by stage. All methods are safe for concurrent use. A goroutine runs from the first Start
// to Done; after Done nothing more is printed.
type Progress struct {
	options Options

	// counted apart from the rest: whoever counts never waits for a terminal that is stopped
	rows, requests, quotaLeft, quotaSize atomic.Int64

	mu    sync.Mutex
	stage stage // its rows are in rows
	drawn bool  // a bar stands on the terminal's last line
	quit  chan struct{}
	gone  chan struct{}
	done  bool
}

// NewProgress prints nothing yet.
func NewProgress(o Options) *Progress {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Interval <= 0 {
		o.Interval = lineInterval
	}
	if o.Width <= 0 {
		o.Width = defaultWidth
	}
	o.Terminal = o.Terminal && !o.JSON
	return &Progress{options: o}
}

// Start ends the stage before it and begins the next. The name is a present participle ("looking up"); total is the rows of the
// stage, 0 when nobody knows.
func (p *Progress) Start(name string, total int64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.done {
		return
	}
	p.endStage()
	p.rows.Store(0)
	p.stage = stage{name: name, total: max(0, total), started: p.options.Now()}
	if p.options.Quiet {
		return
	}
	if p.options.Terminal {
		p.draw()
	}
	if p.quit == nil {
		p.quit, p.gone = make(chan struct{}), make(chan struct{})
		go p.watch()
	}
}

// Total says how many rows the running stage has, where that came to light after its start; 0 when nobody knows.
func (p *Progress) Total(rows int64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.stage.total = max(0, rows)
}

// Add counts rows of the running stage; it never waits.
func (p *Progress) Add(rows int64) {
	p.rows.Add(rows)
}

// API says how many requests were made so far in the run, and the store's quota; a size of 0 is a quota not known. It never
// waits.
func (p *Progress) API(requests, quotaLeft, quotaSize int64) {
	p.requests.Store(requests)
	p.quotaLeft.Store(quotaLeft)
	p.quotaSize.Store(quotaSize)
}

// Done ends the running stage and stops the goroutine before it returns. It may be called again, and without a Start.
func (p *Progress) Done() {
	p.mu.Lock()
	first := !p.done
	if first {
		p.endStage()
		p.done = true
		if p.quit != nil {
			close(p.quit)
		}
	}
	gone := p.gone
	p.mu.Unlock()
	if gone != nil {
		<-gone
	}
}

// Write passes a whole line of another kind, such as a log's, to the same terminal without the bar in its way; the bar comes back
// when it is next drawn. Unlike everything else it goes on after Done.
func (p *Progress) Write(line []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.wipe()
	return p.options.Out.Write(line)
}

// Say shows a line to a person at a terminal, past the bar. Elsewhere it is nobody's, and when nothing is to be printed.
func (p *Progress) Say(line string) {
	if p.options.Terminal && !p.options.Quiet {
		_, _ = p.Write([]byte(oneLine(line) + "\n"))
	}
}

func (p *Progress) watch() {
	defer close(p.gone)
	interval := p.options.Interval
	if p.options.Terminal {
		interval = redrawInterval
	}
	ticker := time.NewTicker(interval)
	defer ticker.Stop()
	for {
		select {
		case <-p.quit:
			return
		case <-ticker.C:
			p.show()
		}
	}
}

func (p *Progress) show() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.stage.name == "" {
		return
	}
	now := p.options.Now()
	switch view := p.look(now); {
	case p.options.Terminal:
		p.draw()
	case p.options.JSON:
		line := slog.NewRecord(now, slog.LevelInfo, "progress", 0)
		line.AddAttrs(view.attrs()...)
		_ = slog.NewJSONHandler(p.options.Out, nil).Handle(context.Background(), line)
	default:
		_, _ = io.WriteString(p.options.Out, view.line()+"\n")
	}
}

// endStage leaves the stage's line on a terminal.
func (p *Progress) endStage() {
	if p.stage.name == "" {
		return
	}
	p.wipe()
	if p.options.Terminal && !p.options.Quiet {
		_, _ = io.WriteString(p.options.Out, p.look(p.options.Now()).ended(painter(p.options.Color))+"\n")
	}
	p.stage = stage{}
}

func (p *Progress) look(now time.Time) view {
	v := view{stage: p.stage, elapsed: now.Sub(p.stage.started)}
	v.stage.rows = p.rows.Load()
	v.api = apiUse{requests: p.requests.Load(), left: p.quotaLeft.Load(), size: p.quotaSize.Load()}
	return v
}

func (p *Progress) draw() {
	line := barLine(p.look(p.options.Now()), p.options.Width, p.options.Color)
	_, _ = io.WriteString(p.options.Out, eraseLine+line)
	p.drawn = true
}

func (p *Progress) wipe() {
	if p.drawn {
		_, _ = io.WriteString(p.options.Out, eraseLine)
		p.drawn = false
	}
}
