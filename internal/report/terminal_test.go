package report

import (
	"bytes"
	"os"
	"testing"
)

func environment(values map[string]string) func(string) (string, bool) {
	return func(name string) (string, bool) {
		value, ok := values[name]
		return value, ok
	}
}

func TestScreenOf(t *testing.T) {
	for _, c := range []struct {
		name     string
		terminal bool
		env      map[string]string
		want     Screen
	}{
		{"pipe", false, nil, Screen{Width: 80}},
		{"terminal", true, map[string]string{"TERM": "xterm"}, Screen{Terminal: true, Color: true, Width: 80}},
		{"no TERM, as on Windows", true, nil, Screen{Terminal: true, Color: true, Width: 80}},
		{"dumb", true, map[string]string{"TERM": "dumb"}, Screen{Width: 80}},
		{"NO_COLOR", true, map[string]string{"NO_COLOR": "1"}, Screen{Terminal: true, Width: 80}},
		{"NO_COLOR of any value", true, map[string]string{"NO_COLOR": "0"}, Screen{Terminal: true, Width: 80}},
		{"empty NO_COLOR", true, map[string]string{"NO_COLOR": ""}, Screen{Terminal: true, Color: true, Width: 80}},
		{"CI", true, map[string]string{"CI": "true"}, Screen{Width: 80}},
		{"CI is false", true, map[string]string{"CI": "false"}, Screen{Terminal: true, Color: true, Width: 80}},
		{"pipe in CI", false, map[string]string{"CI": "true"}, Screen{Width: 80}},
	} {
		if got := screenOf(c.terminal, environment(c.env)); got != c.want {
			t.Errorf("%s: got %+v, want %+v", c.name, got, c.want)
		}
	}
}

func TestIsTerminal(t *testing.T) {
	file, err := os.CreateTemp(t.TempDir(), "")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	if IsTerminal(file) || IsTerminal(&bytes.Buffer{}) || IsTerminal(nil) {
		t.Error("a file, a buffer or nothing is taken for a terminal")
	}
	if got := NewScreen(file, environment(nil)); got != (Screen{Width: 80}) {
		t.Errorf("a file's screen is %+v", got)
	}
	pty, err := os.OpenFile("/dev/ptmx", os.O_RDWR, 0)
	if err != nil {
		t.Skip("no pseudo terminals here: ", err)
	}
	defer func() { _ = pty.Close() }()
	if got := NewScreen(pty, environment(nil)); !got.Terminal || got.Width <= 0 {
		t.Errorf("a terminal's screen is %+v", got)
	}
}
