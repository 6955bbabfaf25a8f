// Package apply is how a planned change reaches a store: it looks natural keys up, compares what the sheet wants with what the store
// has, writes ops to the run's ledger, judges the guards over the whole input, and carries the ops out. Planning makes no
// write; carrying out never reads the sheet again.
package apply
