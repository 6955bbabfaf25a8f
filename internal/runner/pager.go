package runner

import (
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"strings"
	"syscall"

	"bcetl/internal/report"
)

// pager gives where long output goes: through $PAGER (less by default) on a terminal, else straight to standard output. done waits
// until the person has read it.
func (w *World) pager(ctx context.Context) (out io.Writer, done func() error) {
	plain := func() error { return nil }
	if !report.NewScreen(w.Stdout, w.Env).Terminal {
		return quitPipe{w.Stdout}, plain
	}
	program, ok := w.Env("PAGER")
	if !ok {
		program = "less"
	}
	words := strings.Fields(program)
	if len(words) == 0 || program == "cat" {
		return w.Stdout, plain
	}
	path, err := exec.LookPath(words[0])
	if err != nil {
		return w.Stdout, plain
	}
	command := exec.CommandContext(ctx, path, words[1:]...)
	command.Stdout, command.Stderr = w.Stdout, w.Stderr
	command.Env = os.Environ()
	if _, set := w.Env("LESS"); !set {
		command.Env = append(command.Env, "LESS=FRX") // quit when it fits, keep colours, leave the text on the screen
	}
	pipe, err := command.StdinPipe()
	if err != nil {
		return w.Stdout, plain
	}
	if err := command.Start(); err != nil {
		return w.Stdout, plain
	}
	return quitPipe{pipe}, func() error {
		err := pipe.Close()
		var exit *exec.ExitError
		if waitErr := command.Wait(); !errors.As(waitErr, &exit) {
			err = errors.Join(err, waitErr)
		}
		return err
	}
}

// quitPipe takes it for no error when the person quits the pager before the end.
type quitPipe struct{ io.Writer }

func (q quitPipe) Write(p []byte) (int, error) {
	n, err := q.Writer.Write(p)
	if errors.Is(err, syscall.EPIPE) || errors.Is(err, os.ErrClosed) {
		return len(p), nil
	}
	return n, err
}
