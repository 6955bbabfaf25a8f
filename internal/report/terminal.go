package report

import (
	"io"
	"os"

	"golang.org/x/term"
)

// Screen says what the writer of messages for people is, and what may be shown on it. It is found out once, here, and passed on.
type Screen struct {
	Terminal bool // lines may be overwritten: a terminal that knows escape codes, outside CI
	Color    bool
	Width    int // columns; 80 when unknown
}

// defaultWidth is the width of a terminal that does not tell its own.
const defaultWidth = 80

// IsTerminal tells whether the writer is a terminal on which lines can be overwritten. On Windows it switches the console to
// escape codes, and a console that cannot is none.
func IsTerminal(w io.Writer) bool {
	file, ok := w.(*os.File)
	return ok && term.IsTerminal(int(file.Fd())) && escapeCodes(file)
}

// NewScreen looks at the writer and the environment: a terminal with TERM=dumb or in CI gets plain lines, and NO_COLOR (any
// value but an empty one, https://no-color.org) no colour. What is no terminal never gets colour.
func NewScreen(w io.Writer, lookupEnv func(string) (string, bool)) Screen {
	s := screenOf(IsTerminal(w), lookupEnv)
	if file, ok := w.(*os.File); ok && s.Terminal {
		if width, _, err := term.GetSize(int(file.Fd())); err == nil && width > 0 {
			s.Width = width
		}
	}
	return s
}

func screenOf(terminal bool, lookupEnv func(string) (string, bool)) Screen {
	set := func(name string) bool {
		value, _ := lookupEnv(name)
		return value != ""
	}
	kind, _ := lookupEnv("TERM")
	ci, _ := lookupEnv("CI")
	terminal = terminal && kind != "dumb" && (ci == "" || ci == "false" || ci == "0")
	return Screen{Terminal: terminal, Color: terminal && !set("NO_COLOR"), Width: defaultWidth}
}
