package sources

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"bcetl/internal/record"
)

// NoHeader as a header row says that the sheet has none: its columns are then A, B, C and so on.
const NoHeader = -1

// HeaderNames renames the columns of a sheet, each file's anew: either all of them by List, or some ByLetter ("A": "Item"). The
// zero value renames nothing.
type HeaderNames struct {
	List     []string          // one name for every column, in order
	ByLetter map[string]string // by the spreadsheet's letter of the column, in any case
}

// apply gives the names after renaming. A letter beyond the last column and a list of another length are errors.
func (h HeaderNames) apply(names []string) ([]string, error) {
	if len(h.List) > 0 && len(h.ByLetter) > 0 {
		return nil, fmt.Errorf("rename columns: give a list or letters, not both")
	}
	if len(h.List) > 0 {
		if len(h.List) != len(names) {
			return nil, fmt.Errorf("rename columns: headers lists %d names, the sheet has %d columns", len(h.List), len(names))
		}
		return slices.Clone(h.List), nil
	}
	renamed := slices.Clone(names)
	taken := make(map[int]string, len(h.ByLetter))
	for _, letter := range slices.Sorted(maps.Keys(h.ByLetter)) {
		place, ok := record.ColumnPlace(strings.TrimSpace(letter))
		if !ok {
			return nil, fmt.Errorf("rename columns: %q is not the letter of a column, such as A or AB", letter)
		}
		if place >= len(names) {
			return nil, fmt.Errorf("rename columns: there is no column %s, the last one is %s", letter, lastColumn(len(names)))
		}
		if before, twice := taken[place]; twice {
			return nil, fmt.Errorf("rename columns: %s and %s are the same column", before, letter)
		}
		taken[place] = letter
		renamed[place] = h.ByLetter[letter]
	}
	return renamed, nil
}

func lastColumn(count int) string {
	if count == 0 {
		return "none"
	}
	return record.ColumnLetter(count - 1)
}

// letterNames are the names of n columns that have no header.
func letterNames(n int) []string {
	names := make([]string, n)
	for i := range names {
		names[i] = record.ColumnLetter(i)
	}
	return names
}

// missingColumns says which of the first file's named columns a further file lacks, nil when none. Both headers are as renamed.
func missingColumns(first, other *record.Header) error {
	var missing []string
	reported := make(map[string]bool)
	for _, name := range first.Names() {
		key := record.FoldName(name)
		if key == "" || reported[key] {
			continue
		}
		if _, err := other.Find(name); err != nil {
			if ambiguous := (*record.AmbiguousColumnError)(nil); errors.As(err, &ambiguous) {
				continue // the rule that reads the column reports it
			}
			reported[key] = true
			missing = append(missing, fmt.Sprintf("%q", name))
		}
	}
	switch len(missing) {
	case 0:
		return nil
	case 1:
		return fmt.Errorf("column %s of the first file is missing", missing[0])
	}
	return fmt.Errorf("columns %s of the first file are missing", strings.Join(missing, ", "))
}
