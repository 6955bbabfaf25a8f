// Package sources reads where records come from: CSV and XLSX sheets as rows of raw text with their origin, shaped into items of
// one row or one group, and a store's objects as documents. A source reads as a stream in flat memory; what is wrong with a row is
// the row's problem, and the rows after it go on. Nothing types a cell here: that is for the mapping rules.
package sources
