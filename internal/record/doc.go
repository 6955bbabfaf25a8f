// Package record holds the values that flow through bcetl: rows of a sheet, values and documents of a store, references
// between them, and the outcomes of what was done with them. It imports nothing of ours, so every other package may use it.
package record
