package report

import (
	"io"
	"strings"
	"time"

	"github.com/rivo/uniseg"
	"github.com/schollz/progressbar/v3"
)

// How wide the bar itself is: what the words leave, within these.
const (
	barWidest    = 30
	barNarrowest = 6
)

// eraseLine is the escape code that empties the line, then the way to its beginning.
const eraseLine = "\x1b[2K\r"

// barLine is one picture of the bar, fewer columns than the terminal has, so that it never wraps. Words give way before the name
// and the bar do, the less telling ones first.
func barLine(v view, width int, color bool) string {
	words := v.words()
	// a blank, " 100% |" with its "|", and two blanks before the words; the last column stays free
	const frame = 1 + 7 + 1 + 2 + 1
	for _, drop := range [...]*string{nil, &words.requests, &words.rate, &words.quota, &words.rows, &words.left} {
		if drop != nil {
			*drop = ""
		}
		tail := strings.Join(words.tail(), "  ")
		room := width - frame - uniseg.StringWidth(words.name) - uniseg.StringWidth(tail)
		if room >= barNarrowest {
			return strings.TrimRight(words.name+" "+drawBar(v, min(room, barWidest), color)+"  "+tail, " ")
		}
	}
	return cut(words.name, width-1)
}

// drawBar lets progressbar draw the bar alone. Its own counts and times read the machine's clock, know nothing of requests and
// quota, and swing under a quota; given a writer it would draw twice a picture and sync the file each time.
func drawBar(v view, width int, color bool) string {
	theme := progressbar.Theme{Saucer: "█", SaucerPadding: " ", BarStart: "|", BarEnd: "|"}
	if color {
		theme.BarStart, theme.BarEnd = "|[green]", "[reset]|"
	}
	size := v.stage.total
	if size == 0 {
		size, color = -1, false
	}
	b := progressbar.NewOptions64(size,
		progressbar.OptionSetWriter(io.Discard),
		progressbar.OptionSetWidth(width),
		progressbar.OptionSetTheme(theme),
		progressbar.OptionEnableColorCodes(color),
		progressbar.OptionSetPredictTime(false),
		progressbar.OptionSetElapsedTime(false),
		progressbar.OptionSetSpinnerChangeInterval(0), // no goroutine
		progressbar.OptionSpinnerCustom(spinnerAt(v.elapsed)),
	)
	if size > 0 {
		_ = b.Set64(min(v.stage.rows, size))
	}
	b.Describe("")
	picture := strings.Trim(b.String(), "\r")
	if size < 0 { // a spinner
		return " " + strings.TrimSpace(picture)
	}
	return picture[:strings.LastIndex(picture, "|")+1] // without the blanks for counts, times and a description
}

// spinnerAt is the spinner of a stage whose total nobody knows, beginning with the frame of this moment.
func spinnerAt(elapsed time.Duration) []string {
	frames := []string{"|", "/", "-", `\`}
	n := int(elapsed/redrawInterval) % len(frames)
	return append(frames[n:len(frames):len(frames)], frames[:n]...)
}

// cut keeps as many whole characters as fit in the columns.
func cut(text string, columns int) string {
	var out strings.Builder
	for g := uniseg.NewGraphemes(text); g.Next(); {
		if columns -= g.Width(); columns < 0 {
			break
		}
		out.WriteString(g.Str())
	}
	return out.String()
}
