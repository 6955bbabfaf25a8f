package job

import (
	"errors"
	"regexp"
	"strconv"
	"strings"

	"github.com/shopspring/decimal"
)

const (
	maxConcurrency      = 64
	defaultMinRows      = 1
	defaultConcurrency  = 4
	defaultReserveQuota = "20"
)

// Bound is a limit: a number of records, or a percentage of something that the limit names.
type Bound struct {
	N         int64
	Percent   decimal.Decimal
	IsPercent bool
	Text      string // as written, for messages
}

var boundText = regexp.MustCompile(`^([0-9]{1,15})(\.[0-9]{1,6})?(%?)$`)

var errNoBound = errors.New("neither a number nor a percentage")

// ParseBound reads `100` or `5%`, also `0.5%`. Blanks, signs and fractions of records are errors.
func ParseBound(text string) (Bound, error) {
	parts := boundText.FindStringSubmatch(text)
	if parts == nil || parts[2] != "" && parts[3] == "" {
		return Bound{}, errNoBound
	}
	if parts[3] == "" {
		n, err := strconv.ParseInt(parts[1], 10, 64)
		return Bound{N: n, Text: text}, err
	}
	percent, err := decimal.NewFromString(strings.TrimSuffix(text, "%"))
	return Bound{Percent: percent, IsPercent: true, Text: text}, err
}

// Exceeded says whether count is more than the bound allows; a percentage is one of total, exactly, without rounding.
// Nothing is never too much.
func (b Bound) Exceeded(count, total int64) bool {
	if count <= 0 {
		return false
	}
	if !b.IsPercent {
		return count > b.N
	}
	return decimal.NewFromInt(count).Mul(decimal.NewFromInt(100)).GreaterThan(b.Percent.Mul(decimal.NewFromInt(total)))
}

// Rejects is the most rejected rows that a run may have; a percentage is one of the rows read. ok is false where any
// number may be rejected, which is the default.
func (l Limits) Rejects() (b Bound, ok bool) { return bound(l.MaxRejects) }

// MinimumRows is the fewest rows that an input must have; 1 unless written.
func (l Limits) MinimumRows() int64 {
	n, err := strconv.ParseInt(l.MinRows.Text, 10, 64)
	if !l.MinRows.Set || err != nil {
		return defaultMinRows
	}
	return n
}

// Workers is the number of requests in flight at once; 4 unless written.
func (l Limits) Workers() int {
	n, err := strconv.Atoi(l.Concurrency.Text)
	if !l.Concurrency.Set || err != nil || n < 1 {
		return defaultConcurrency
	}
	return min(n, maxConcurrency)
}

// Reserve is the part of a store's quota that is left to others, in percent; 20 unless written.
func (l Limits) Reserve() decimal.Decimal {
	if b, ok := bound(l.ReserveQuota); ok && b.IsPercent {
		return b.Percent
	}
	return decimal.RequireFromString(defaultReserveQuota)
}

// Change is the guard of one kind of change: rows, create, delete, price, stock, zero_price, new_names, customers (what may
// reach customers) or irreversible (what can never be undone). Numbers are records; percentages are of the input's records, for price and stock of the old value. ok is false where there is none.
func (l Limits) Change(name string) (b Bound, ok bool) {
	for _, c := range l.MaxChanges {
		if c.Name.Text == name {
			return bound(c.Value)
		}
	}
	switch name {
	case "delete", "zero_price", "customers", "irreversible":
		return Bound{Text: "0"}, true
	case "price":
		return Bound{IsPercent: true, Percent: decimal.NewFromInt(50), Text: "50%"}, true
	case "new_names":
		return Bound{N: 10, Text: "10"}, true
	}
	return Bound{}, false
}

func bound(s Scalar) (Bound, bool) {
	if !s.Set {
		return Bound{}, false
	}
	b, err := ParseBound(s.Text)
	return b, err == nil
}
