// Package sinks writes where records go: CSV files and XLSX workbooks, and the rejected rows of an input in the form in which they
// came. Every file is written aside and renamed when it is complete, so that nobody reads half a file and a failed run leaves the
// last good one.
package sinks
