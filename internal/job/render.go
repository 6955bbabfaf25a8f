package job

import (
	"cmp"
	"slices"
)

// Sort gives the diagnostics in the order of their files and places, each once.
func Sort(ds []Diagnostic) []Diagnostic {
	sorted := slices.Clone(ds)
	slices.SortStableFunc(sorted, func(a, b Diagnostic) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Pos.Line, b.Pos.Line), cmp.Compare(a.Pos.Column, b.Pos.Column),
			cmp.Compare(a.Message, b.Message))
	})
	return slices.CompactFunc(sorted, func(a, b Diagnostic) bool {
		return a.File == b.File && a.Pos == b.Pos && a.Message == b.Message && a.Rule == b.Rule
	})
}
