package report

import (
	"strings"

	"bcetl/internal/record"
)

// nouns are what records are called: one, and several of them.
type nouns struct{ one, many string }

// CallRecords says what the records of a step are called in the summary, where rows are more than they: one, and several of them. Records
// of different kinds are just records. Complete says that all rows were made into records; else their number says nothing.
func (r *Report) CallRecords(one, many string, complete bool) {
	called := nouns{one, strings.ReplaceAll(many, "_", " ")}
	switch {
	case !complete, r.nouns != nil && *r.nouns == (nouns{}):
		called = nouns{}
	case r.nouns != nil && *r.nouns != called:
		called = nouns{"record", "records"}
	}
	r.nouns = &called
}

// talliedRecords is " (14 orders: 5 created, 9 rejected)" where several rows were one record, or " (14 orders)" where all came to the same. Rows
// that a condition left out became none.
func talliedRecords(r *Report) string {
	if r.nouns == nil || *r.nouns == (nouns{}) {
		return ""
	}
	var parts []string
	differ, sum := false, int64(0)
	for _, o := range talliedOrder {
		if n := r.Records.Of(o); n > 0 && o != record.Filtered {
			parts, sum = append(parts, tallied(r.Records, o)), sum+n
			differ = differ || n != r.Rows.Of(o)
		}
	}
	if !differ {
		return ""
	}
	text := grouped(sum) + " " + r.nouns.many
	if sum == 1 {
		text = "1 " + r.nouns.one
	}
	if len(parts) > 1 {
		text += ": " + strings.Join(parts, ", ")
	}
	return " (" + text + ")"
}
