package report

import (
	"fmt"
	"io"
	"strings"
	"time"

	"bcetl/internal/record"
)

// Mode is the form of the summary and of progress.
type Mode uint8

// The modes.
const (
	// ModePlain is for cron mails and log files: a run that succeeded without findings is one line; anything else is the block of
	// ModeTerminal without colour.
	ModePlain Mode = iota
	// ModeTerminal is for a person who waits: one line, then what to look at next, whatever came of the run.
	ModeTerminal
	// ModeJSON is one object a line: the run, then each of the rows that are shown.
	ModeJSON
)

// Style says how messages for people look.
type Style struct {
	Mode  Mode
	Quiet bool // nothing at all of a run that succeeded, in any mode
	Color bool // escape codes; only ModeTerminal uses them
}

// StyleFor is the style for a screen under `--quiet` and `--log-format json`.
func StyleFor(s Screen, quiet, json bool) Style {
	switch {
	case json:
		return Style{Mode: ModeJSON, Quiet: quiet}
	case s.Terminal:
		return Style{Mode: ModeTerminal, Quiet: quiet, Color: s.Color}
	default:
		return Style{Mode: ModePlain, Quiet: quiet}
	}
}

// shownRows is how many of the rows that were not settled the summary shows.
const shownRows = 5

type noted struct {
	origin  record.Origin
	key     string
	problem record.Problem
}

// Note remembers a row that was not settled for the summary: the first five with their reasons, of the others the number. It is
// for the one who settles, not for concurrent use.
func (r *Report) Note(origin record.Origin, key string, problem *record.Problem) {
	if len(r.noted) == shownRows {
		r.more++
		return
	}
	n := noted{origin: origin, key: key}
	if problem != nil {
		n.problem = *problem
	}
	r.noted = append(r.noted, n)
}

// Summary tells a person what came of the run and what to look at next. Errors of the writer are the writer's affair: nobody can
// be told of them there.
func Summary(w io.Writer, r *Report, style Style) {
	if style.Quiet && r.Status == Succeeded {
		return
	}
	var text strings.Builder
	switch {
	case style.Mode == ModeJSON:
		summaryJSON(&text, r)
	case style.Mode == ModePlain && r.Status == Succeeded && len(r.Findings) == 0:
		fmt.Fprintf(&text, "%s; %s\n", headline(r, false), effort(r))
	default:
		summaryBlock(&text, r, painter(style.Color && style.Mode == ModeTerminal))
	}
	_, _ = io.WriteString(w, text.String())
}

// headline is the run in one line.
func headline(r *Report, color painter) string {
	return fmt.Sprintf("%s: %s%s%s", oneLine(r.Job), verdict(r, color), talliedRows(r.Rows, color), talliedRecords(r))
}

// verdict is what must be said before any number; a run that came to its end needs no word.
func verdict(r *Report, color painter) string {
	var words string
	if r.DryRun {
		words = "dry run; "
	}
	switch r.Status {
	case Succeeded, Rejects:
	case Guarded:
		words += color.paint(red, "stopped at a guard, nothing was written") + "; "
	case Interrupted:
		words += color.paint(yellow, "interrupted") + "; "
	default:
		words += color.paint(red, "failed") + "; "
	}
	return words
}

// talliedOrder is the order in which a summary names outcomes.
var talliedOrder = [...]record.Outcome{
	record.Created, record.Updated, record.Deleted, record.Exported, record.Unchanged, record.Filtered,
	record.Partial, record.Rejected, record.InDoubt, record.NotAttempted,
}

// tallied is one outcome's part of a summary.
func tallied(t Tally, o record.Outcome) string {
	return grouped(t.Of(o)) + " " + strings.ReplaceAll(o.String(), "_", " ")
}

// talliedRows is "5,000 rows read; 4,211 updated, 777 unchanged, 12 rejected".
func talliedRows(t Tally, color painter) string {
	var parts []string
	for _, o := range talliedOrder {
		if t.Of(o) > 0 {
			parts = append(parts, color.paint(colorOf(o), tallied(t, o)))
		}
	}
	line := Counted(t.Read, "row") + " read"
	if len(parts) > 0 {
		line += "; " + strings.Join(parts, ", ")
	}
	return line
}

func colorOf(o record.Outcome) string {
	switch o {
	case record.Rejected, record.InDoubt:
		return red
	case record.Partial, record.NotAttempted:
		return yellow
	case record.Unchanged, record.Filtered:
		return dim
	default:
		return green
	}
}

// effort is what the run took: time, and requests where there were any.
func effort(r *Report) string {
	parts := []string{brief(r.Finished.Sub(r.Started))}
	if r.API.Requests > 0 {
		parts = append(parts, Counted(r.API.Requests, "request"))
	}
	if r.API.Retries > 0 {
		parts = append(parts, grouped(r.API.Retries)+" sent again")
	}
	if r.API.ThrottledMS >= 1000 {
		parts = append(parts, brief(time.Duration(r.API.ThrottledMS)*time.Millisecond)+" waiting for quota")
	}
	return strings.Join(parts, ", ")
}

func summaryBlock(w io.Writer, r *Report, color painter) {
	fmt.Fprintln(w, headline(r, color))
	line := func(label, text string) { fmt.Fprintf(w, "  %-8s  %s\n", label, text) }
	if r.Error != nil {
		for reason := range strings.SplitSeq(r.Error.Error(), "\n") {
			line("reason", color.paint(red, oneLine(strings.TrimSpace(reason))))
		}
	}
	if len(r.Steps) > 1 {
		for _, s := range r.Steps {
			line("step", oneLine(s.Name)+": "+talliedRows(s.Rows, color))
		}
	}
	for _, n := range r.noted {
		line("row", n.String())
	}
	if r.more > 0 {
		line("", "and "+grouped(r.more)+" more")
	}
	for _, f := range r.Findings {
		line("finding", color.paint(yellow, oneLine(f.Message)))
	}
	for _, o := range r.Outputs {
		text := oneLine(o.Path)
		if o.Sheet != "" {
			text += ", sheet " + oneLine(o.Sheet)
		}
		line("output", text+", "+Counted(o.Rows, "row"))
	}
	for _, f := range r.Rejects {
		line("rejects", oneLine(f.Path)+" (mend and run again with --input)")
	}
	line("took", effort(r))
	if r.Status != Succeeded && r.RunID != "" {
		line("run", r.RunID)
	}
	if r.Resumable && (r.Status == Failed || r.Status == Interrupted) {
		line("next", "run the same command again: it goes on where this run stopped")
	}
}

// String is "prices.xlsx, sheet Prices, row 17, SKU-1: column "Net price": not a number".
func (n noted) String() string {
	var where []string
	if n.origin != (record.Origin{}) {
		where = append(where, n.origin.String())
	}
	if n.key != "" {
		where = append(where, n.key)
	}
	text := strings.Join(where, ", ")
	if reason := n.problem.Error(); reason != "" {
		text = strings.TrimPrefix(text+": "+reason, ": ")
	}
	return oneLine(text)
}
