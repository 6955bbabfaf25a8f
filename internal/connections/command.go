package connections

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"runtime"
	"time"
)

const (
	commandTimeout = 30 * time.Second // a password manager may ask its user
	lingering      = time.Second      // what a command has printed when it ends is read by then
)

var errPrintsTooMuch = errors.New("the command prints too much for a token")

// command runs a command of the connections file in the shell and gives what it prints. What it writes to standard error is shown nowhere: it
// may hold the token, in whatever spelling, and where the command fails nothing tells what to look for. Whoever has to be asked something
// is asked at the terminal itself, which the command keeps.
func (r Resolver) command(ctx context.Context, line string) (string, error) {
	limit := r.CommandTimeout
	if limit == 0 {
		limit = commandTimeout
	}
	bounded, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	shell, flag := "sh", "-c"
	if runtime.GOOS == "windows" {
		shell, flag = "cmd", "/C"
	}
	var printed printedToken
	cmd := exec.CommandContext(bounded, shell, flag, line)
	cmd.Stdout = &printed
	cmd.WaitDelay = lingering // an agent that the command has left in the background may hold the pipe open; it has nothing else of ours
	err := cmd.Run()
	var failed *exec.ExitError
	switch {
	case ctx.Err() != nil:
		return "", context.Cause(ctx)
	case cmd.ProcessState != nil && cmd.ProcessState.Success() && !printed.tooMuch:
		return decoded(printed.text.Bytes()) // it may print a token file; whether an agent still holds the pipe does not matter
	case bounded.Err() != nil:
		return "", fmt.Errorf("the command has not ended within %s and was stopped; if it asks for something, it must ask at the terminal itself", limit)
	case printed.tooMuch:
		return "", errPrintsTooMuch
	case errors.As(err, &failed):
		return "", fmt.Errorf("the command ended with %s; what it says is not shown, for it may hold the token: run it by itself to see that", failed.ProcessState)
	}
	return "", err
}

// printedToken takes what a command prints, as much as a token may have.
type printedToken struct {
	text    bytes.Buffer
	tooMuch bool
}

func (p *printedToken) Write(b []byte) (int, error) {
	if p.tooMuch = p.tooMuch || p.text.Len()+len(b) > maxTokenFile; p.tooMuch {
		return 0, errPrintsTooMuch
	}
	return p.text.Write(b)
}
