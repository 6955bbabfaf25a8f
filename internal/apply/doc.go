// Package apply is how a planned change reaches a store: it looks natural keys up, compares what the sheet wants with what the store
// has, writes ops to the run's ledger, judges the guards over the whole input, and carries the ops out. Planning makes no
// write; carrying out never reads the sheet again.
//
// # What differs from object to object
//
// All objects go the same way: the Planner finds the records of a step's items, writes a verdict for each, and what it leaves without
// one is absent; the Executor carries ops out, kind by kind, and finds out what became of those whose answer was lost. What is peculiar
// to an object stands in its handling, a table of functions, most of which may be nil for the usual way: see handling.go. A new object is
//
//   - its entry in the catalogue, with Create, Update and Delete as far as it has them,
//   - one file here, named for it, with its handling, and
//   - one line in handlings.
//
// An object whose key is one field, found by a query of its list or by listing all, needs little more than `created`, which finds the
// record that a create has made: without it a create whose answer was lost stays in doubt. One whose items are found in another way, such
// as through the record that they belong to, brings its own lookUp: it visits the live items (eachLive, or liveWithKey), and gives
// verdicts to judge. An op is plain data; what a request needs beside the body, such as the id of the order that a shipment belongs to,
// stands in Body or Before, and the handling's send takes it out again.
package apply
