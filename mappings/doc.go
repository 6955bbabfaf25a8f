// Package mappings compiles the mapping rules of a job against a sheet's header or a store object, and applies them to rows and
// documents. It is pure: no files, no clock, no network; what it needs besides the row stands in a Scope.
//
// Three programs come out of it: an Import makes a store document of a row (or of a group's rows), a Sheet makes the cells of
// another sheet of a row, an Export makes the cells of a sheet of a store document. Conditions and computed columns are the
// expressions of a source. A compiled program never changes and may be used by many goroutines at once.
//
// Everything that can be known without a row is a diagnostic of compiling, all of them at once. What only a row can show is a
// record.Problem with one of the codes of this package.
package mappings

// Codes of row problems, as they stand in results.csv.
const (
	CodeBlank            = "blank_required"    // an empty cell where the rule says `required` or `blank: error`
	CodeBadText          = "bad_text"          // a cell that holds an error value such as #N/A
	CodeBadNumber        = "bad_number"        // not a number, or not in the layout
	CodeBadDate          = "bad_date"          // not a date, or not in the layout
	CodeBadBool          = "bad_bool"          // neither a yes nor a no
	CodeBadPair          = "bad_pair"          // a piece of `pairs` without name and value
	CodeBadPacked        = "bad_packed"        // a cell that packs several lines, not in the form of its dialect
	CodeTooShort         = "too_short"         // fewer characters than the field takes
	CodeTooLong          = "too_long"          // more characters than the field takes
	CodeOutOfRange       = "out_of_range"      // below the field's minimum or above its maximum
	CodeNotInEnum        = "not_in_enum"       // not one of the field's values
	CodeBadForm          = "bad_form"          // not of the field's form, such as a country's two letters
	CodeTooMany          = "too_many"          // more elements than the field's list takes
	CodeNotInTable       = "not_in_table"      // `table` or a look-up file does not have it
	CodeUnknownReference = "unknown_reference" // an exported id whose name the store did not give
	CodeAssertFailed     = "assert_failed"     // the rule's `assert` does not hold
	CodeExprFailed       = "expr_failed"       // the expression has no result: a division by zero, an empty operand
	CodeLossyKey         = "lossy_key"         // a key from a numeric cell that may have lost digits
	CodeLossyNumber      = "lossy_number"      // a text from a number of more digits than a spreadsheet keeps
	CodeEmptyKey         = "empty_key"         // no key, in a mode that needs one
	CodeMissingRequired  = "missing_required"  // an element of a list lacks a field that it must have
	CodeMissingPartner   = "missing_partner"   // one of two amounts that the store takes together has no value
	CodeGroupDiffers     = "group_differs"     // rows of a group disagree where `take: same` holds
)
