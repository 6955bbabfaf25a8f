package emulator

import "slices"

// Scopes lists every scope that a token of the store can have; "…_read_only" twins stand for reading alone.
func Scopes() []string { return slices.Clone(allScopes) }
