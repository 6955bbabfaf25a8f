package sources

import (
	"fmt"
	"strconv"
	"strings"

	"bcetl/internal/record"
)

// cellRange is a part of a sheet; columns are 0-based, rows from 1, both ends are in it.
type cellRange struct{ firstColumn, lastColumn, firstRow, lastRow int }

var wholeSheet = cellRange{0, maxSheetColumns - 1, 1, maxSheetRows}

// parseRange reads "B3:F200", "B:F", "3:200" and the forms between ("B3:F" has no last row); "" is the whole sheet.
func parseRange(text string) (cellRange, error) {
	if strings.TrimSpace(text) == "" {
		return wholeSheet, nil
	}
	r := wholeSheet
	from, to, two := strings.Cut(strings.ReplaceAll(strings.TrimSpace(text), "$", ""), ":")
	ok := two && parseCorner(from, &r.firstColumn, &r.firstRow) && parseCorner(to, &r.lastColumn, &r.lastRow)
	if !ok {
		return r, fmt.Errorf("range %q is not of the form B3:F200 or B:F", text)
	}
	if r.firstColumn > r.lastColumn || r.firstRow > r.lastRow {
		return r, fmt.Errorf("range %q ends before it begins", text)
	}
	return r, nil
}

// parseCorner reads "B3", "B" or "3" and leaves alone what is not said.
func parseCorner(text string, column, row *int) bool {
	text = strings.TrimSpace(text)
	letters := strings.TrimRight(text, "0123456789")
	if text == "" {
		return false
	}
	if letters != "" {
		place, ok := record.ColumnPlace(letters)
		if !ok || place >= maxSheetColumns {
			return false
		}
		*column = place
	}
	if number := text[len(letters):]; number != "" {
		n, err := strconv.Atoi(number)
		if err != nil || n < 1 || n > maxSheetRows {
			return false
		}
		*row = n
	}
	return true
}
