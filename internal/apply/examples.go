package apply

import (
	"fmt"
	"slices"
	"strings"
)

// examples counts, and keeps those of the first few records for the message.
type examples struct {
	n     int64
	first []example
}

type example struct {
	seq  int64 // of the item
	text string
}

const mostExamples = 3

func (e *examples) add(seq int64, format string, args ...any) {
	e.n++
	if len(e.first) == mostExamples && seq >= e.first[mostExamples-1].seq {
		return
	}
	// Items are judged in no order of theirs.
	at := slices.IndexFunc(e.first, func(other example) bool { return other.seq > seq })
	if at < 0 {
		at = len(e.first)
	}
	e.first = slices.Insert(e.first, at, example{seq, fmt.Sprintf(format, args...)})
	e.first = e.first[:min(mostExamples, len(e.first))]
}

// remove takes an example back. Those that it had displaced are forgotten: see gap.
func (e *examples) remove(seq int64) {
	e.n--
	e.first = slices.DeleteFunc(e.first, func(one example) bool { return one.seq == seq })
}

// gap tells whether remove has left fewer examples than there is place for.
func (e *examples) gap() bool { return int64(len(e.first)) < min(mostExamples, e.n) }

// fill puts an example that was counted before where one is wanting. All are told again in the order of items, until none is.
func (e *examples) fill(seq int64, format string, args ...any) {
	if !e.gap() || slices.ContainsFunc(e.first, func(one example) bool { return one.seq == seq }) {
		return
	}
	e.n-- // add counts it again
	e.add(seq, format, args...)
}

func (e *examples) String() string {
	texts := make([]string, len(e.first))
	for i := range e.first {
		texts[i] = e.first[i].text
	}
	text := strings.Join(texts, "; ")
	if rest := e.n - int64(len(e.first)); rest > 0 {
		text += fmt.Sprintf("; and %d more", rest)
	}
	return text
}
