package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"bcetl/internal/bigcommerce"
	"bcetl/internal/compile"
	"bcetl/internal/runner"
)

// trial is what reading a store told of a token.
type trial struct {
	connection string
	probes     []bigcommerce.Probe
	needed     compile.Needs
	missing    compile.Needs // needed and refused
	untried    []doubt       // needed, and there was nothing to try it on
	failed     []doubt       // needed, and the store said neither yes nor no
}

// doubt is a scope that a token may or may not have.
type doubt struct {
	need compile.Need
	why  string
}

// tryToken asks the store what the token may read, and sorts what is needed by the answers. A token that opens nothing at all is an error.
func tryToken(ctx context.Context, st *runner.Store, needed compile.Needs) (*trial, error) {
	probes, err := st.Client.ProbeScopes(ctx)
	if err != nil {
		err = runner.Refused(err, st.Name)
		if wrong := (*runner.WrongError)(nil); errors.As(err, &wrong) {
			return nil, err
		}
		return nil, fmt.Errorf("the token of connection %q could not be tried: %w", st.Name, err)
	}
	if !slices.ContainsFunc(probes, func(p bigcommerce.Probe) bool {
		return p.Reading == bigcommerce.ReadingAllowed || p.Reading == bigcommerce.ReadingFailed
	}) {
		return nil, opensNothing(st, needed)
	}
	tried := &trial{connection: st.Name, probes: probes, needed: needed}
	for _, probe := range probes {
		one, isNeeded := needed.Of(probe.Scope.Name)
		if !isNeeded {
			continue
		}
		switch probe.Reading {
		case bigcommerce.ReadingRefused:
			tried.missing = append(tried.missing, one)
		case bigcommerce.ReadingUnknown:
			tried.untried = append(tried.untried, doubt{one, probe.Why})
		case bigcommerce.ReadingFailed:
			tried.failed = append(tried.failed, doubt{one, probe.Why})
		}
	}
	return tried, nil
}

// opensNothing says what to do about a token that reads nothing at all: a wrong store hash has the same answers as a missing scope.
func opensNothing(st *runner.Store, needed compile.Needs) error {
	fix := "check its store_hash and token"
	if len(needed) > 0 {
		fix += ", or " + runner.OtherAccount(needed)
	}
	return runner.Wrong(fmt.Errorf("connection %q: the token opens nothing of store %s: it is another store's, or its API account has no scopes; %s", st.Name, st.Hash, fix))
}

// judge gives an error of scopes that are missing (exit 2), and of those that the store did not answer for (exit 1: that may pass). What
// there was nothing to try on is only said.
func (a *App) judge(t *trial) error {
	var err error
	switch {
	case len(t.missing) > 0:
		text := fmt.Sprintf("connection %q: the token lacks %s", t.connection, t.missing)
		if len(t.untried) > 0 {
			text += "; it is not known whether it has " + doubts(t.untried)
		}
		err = runner.Wrong(fmt.Errorf("%s; %s", text, runner.OtherAccount(t.needed)))
	case len(t.untried) > 0:
		fmt.Fprintf(a.Stderr, "warning: connection %q: it is not known whether the token has %s\n", t.connection, doubts(t.untried))
	}
	if len(t.failed) > 0 {
		err = errors.Join(err, fmt.Errorf("connection %q: it could not be checked whether the token has %s; check again when the store answers", t.connection, doubts(t.failed)))
	}
	return err
}

// doubts lists scopes, each with the reason why nothing is known of it.
func doubts(list []doubt) string {
	var texts []string
	for _, one := range list {
		texts = append(texts, fmt.Sprintf("%s (%s)", one.need, one.why))
	}
	return strings.Join(texts, ", ")
}

// tryTokens tries the token of each of the job's connections; the embedded store lets everything in.
func (a *App) tryTokens(ctx context.Context, r *runner.Prepared, connection string) error {
	var faults error
	for _, name := range r.File.Connections(connection) {
		st := r.Stores[name.Text]
		if st == nil {
			continue
		}
		tried, err := tryToken(ctx, st, r.File.Needs(st.Name))
		if err == nil {
			err = a.judge(tried)
		}
		faults = errors.Join(faults, err)
	}
	return faults
}
