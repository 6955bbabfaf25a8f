package runner

import (
	"fmt"
	"strings"

	"bcetl/internal/ledger"
)

// begun keeps what the options say of where the run's records come from.
func (r *Prepared) begun(o *Options) *ledger.Begun {
	if o.Plan != "" {
		return &ledger.Begun{Plan: o.Plan}
	}
	return &ledger.Begun{Input: o.Input, Limit: o.Limit, Stdin: r.readsStdin(o)}
}

// standing is how a run of the job, as it is now, stands to an earlier one that did not finish.
type standing struct {
	goesOn  bool   // a run with the same options goes on with it
	command string // what goes on with it; "" where nothing does
	why     string // unless goesOn: what is other than when it was begun, a clause
	mends   bool   // the old input, put back, would let it be gone on with
}

// standingTo compares the job with an earlier run of it. Where options alone are others, the fingerprint is taken once more with those that
// the run was begun with: only what was tried is promised.
func (r *Prepared) standingTo(old *ledger.Manifest, o *Options) standing {
	own, was := flagsOf(r.begun(o)), old.Begun
	switch {
	case old.Fingerprint == r.opened:
		return standing{goesOn: true, command: "bcetl run" + own}
	case was == nil:
		return standing{why: "the job, its parameters, its input, --limit or --plan are not known to be what they were", mends: true}
	case was.Stdin:
		return standing{why: "it read standard input, which cannot be compared"}
	case flagsOf(was) == own:
		return standing{why: "the job, its parameters or its input have changed since", mends: true}
	}
	how := "with" + flagsOf(was)
	if flagsOf(was) == "" {
		how = "without" + own
	}
	then := *o
	then.Plan, then.Input, then.Limit = was.Plan, was.Input, was.Limit
	now, err := r.fingerprint(&then)
	switch {
	case err != nil:
		return standing{why: fmt.Sprintf("what it was begun %s cannot be compared: %v", how, err), mends: true}
	case now != old.Fingerprint:
		return standing{why: fmt.Sprintf("it was begun %s, and the job, its parameters or its input have changed since", how), mends: true}
	}
	return standing{command: "bcetl run" + flagsOf(was), why: "it was begun " + how}
}

// flagsOf gives the flags as a person types them, each after a space.
func flagsOf(b *ledger.Begun) string {
	text := ""
	if b.Plan != "" {
		text += " --plan " + shellWord(b.Plan)
	}
	if b.Input != "" {
		text += " --input " + shellWord(b.Input)
	}
	if b.Limit != 0 {
		text += fmt.Sprintf(" --limit %d", b.Limit)
	}
	return text
}

// shellWord quotes what a shell would not take as one word.
func shellWord(text string) string {
	plain := func(c rune) bool {
		return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.ContainsRune("-_./,+@%:=", c)
	}
	if strings.TrimFunc(text, plain) == "" {
		return text
	}
	return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
}
