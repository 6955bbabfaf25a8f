package emulator

import (
	"maps"
	"slices"
	"strings"
	"sync"
)

// Scopes lists every scope that a token of the store can have; "…_read_only" twins stand for reading alone.
func Scopes() []string { return slices.Clone(allScopes) }

// ScopeNames lists the scopes, each followed by its twin for reading alone; the one of metafields is for writing and has none.
func ScopeNames() []string {
	var names []string
	for _, scope := range allScopes {
		names = append(names, scope)
		if !strings.HasSuffix(scope, "_write") {
			names = append(names, scope+"_read_only")
		}
	}
	return names
}

// Grant gives a token these scopes and no others, as an API account made or changed in the control panel does.
func (s *Store) Grant(token string, scopes ...string) { s.tokens.grant(token, scopes) }

// Revoke takes a token away: requests that begin after it are answered 401. Between may call it.
func (s *Store) Revoke(token string) { s.tokens.revoke(token) }

// tokens are the access tokens of a store with their scopes.
type tokens struct {
	mu sync.RWMutex
	of map[string][]string
}

func (t *tokens) set(of map[string][]string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.of = maps.Clone(of)
}

func (t *tokens) grant(token string, scopes []string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.of[token] = slices.Clone(scopes)
}

func (t *tokens) revoke(token string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.of, token)
}

func (t *tokens) scopes(token string) (scopes []string, known bool) {
	t.mu.RLock()
	defer t.mu.RUnlock()
	scopes, known = t.of[token]
	return scopes, known
}
