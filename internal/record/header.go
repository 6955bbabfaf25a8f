package record

import (
	"fmt"
	"strings"
)

// Header is the row of column names of one sheet. It is shared by all rows of that sheet and never changes.
type Header struct {
	names []string
	index map[string][]int
}

// NewHeader takes the names as they stand in the sheet, blank and repeated ones included. The Header owns the slice.
func NewHeader(names []string) *Header {
	h := &Header{names: names, index: make(map[string][]int, len(names))}
	for i, name := range names {
		if key := FoldName(name); key != "" {
			h.index[key] = append(h.index[key], i)
		}
	}
	return h
}

// Names are the column names as written in the sheet, in order. The caller must not change the slice.
func (h *Header) Names() []string { return h.names }

// Len is the number of columns.
func (h *Header) Len() int { return len(h.names) }

// Find gives the 0-based place of the column of that name, compared trimmed, ignoring case and runs of blanks.
// A name that no column has gives an *UnknownColumnError, one that several have an *AmbiguousColumnError: a repeated
// header is never resolved by taking the first or the last.
func (h *Header) Find(name string) (int, error) {
	places := h.index[FoldName(name)]
	switch len(places) {
	case 0:
		return 0, &UnknownColumnError{Name: name}
	case 1:
		return places[0], nil
	}
	return 0, &AmbiguousColumnError{Name: name, Places: places}
}

// UnknownColumnError says that no column has the name.
type UnknownColumnError struct{ Name string }

func (e *UnknownColumnError) Error() string { return fmt.Sprintf("no column is named %q", e.Name) }

// AmbiguousColumnError says that several columns have the name; Places are 0-based.
type AmbiguousColumnError struct {
	Name   string
	Places []int
}

func (e *AmbiguousColumnError) Error() string {
	letters := make([]string, len(e.Places))
	for i, place := range e.Places {
		letters[i] = ColumnLetter(place)
	}
	return fmt.Sprintf("%d columns are named %q (%s); name them apart with `headers: {%s: ...}`",
		len(e.Places), e.Name, strings.Join(letters, ", "), letters[len(letters)-1])
}

// FoldName is the form in which header names are compared: trimmed, lower case, each run of blanks one space.
func FoldName(name string) string {
	return strings.ToLower(strings.Join(strings.Fields(strings.TrimPrefix(name, "\ufeff")), " "))
}

// ColumnLetter is the spreadsheet's name of a 0-based column: 0 is A, 25 is Z, 26 is AA; "" of a negative one.
func ColumnLetter(place int) string {
	var letters []byte
	for n := place + 1; n > 0; n = (n - 1) / 26 {
		letters = append([]byte{byte('A' + (n-1)%26)}, letters...)
	}
	return string(letters)
}

// ColumnPlace is the reverse of ColumnLetter, in any case; ok is false when the text is not one to three letters of ASCII.
func ColumnPlace(letters string) (place int, ok bool) {
	if letters == "" || len(letters) > 3 {
		return 0, false
	}
	for i := range len(letters) {
		c := letters[i] &^ ('a' - 'A') // capital; of bytes beyond ASCII no letter comes
		if c < 'A' || c > 'Z' {
			return 0, false
		}
		place = place*26 + int(c-'A') + 1
	}
	return place - 1, true
}
