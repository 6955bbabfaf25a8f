package report

import (
	"encoding/csv"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/gocarina/gocsv"

	"bcetl/internal/record"
)

// Result is what came of one row.
type Result struct {
	Run     string
	Step    string
	Origin  record.Origin // zero for a record that came from a store
	Object  string        // "products", "variants", ...; "" when rows go to a file
	Key     string
	Outcome record.Outcome
	StoreID int64           // 0 when unknown
	Changed []string        // fields that were written
	Problem *record.Problem // nil when there is nothing to say
}

// resultLine is a line of results.csv; the tags are the columns and their order is the file's.
type resultLine struct {
	Run           string `csv:"run"`
	Step          string `csv:"step"`
	File          string `csv:"file"`
	Sheet         string `csv:"sheet"`
	Row           string `csv:"row"`
	Object        string `csv:"object"`
	Key           string `csv:"key"`
	Outcome       string `csv:"outcome"`
	StoreID       string `csv:"store_id"`
	ChangedFields string `csv:"changed_fields"`
	Code          string `csv:"code"`
	Column        string `csv:"column"`
	Message       string `csv:"message"`
}

// resultBatch is how many lines are marshalled at once. gocsv looks its struct up and flushes per call: 256 lines make that
// vanish, and hold about 100 kB.
const resultBatch = 256

// Results writes results.csv, one line a row, in memory that does not grow. It is not safe for concurrent use: the one who
// settles items in source order owns it.
type Results struct {
	file  *os.File
	out   *gocsv.SafeCSVWriter
	batch []resultLine
	err   error
}

// CreateResults creates or truncates the file and writes its header. Lines are written as the run goes, so that they can be read
// of a run that was killed; the last one may then be cut.
func CreateResults(path string) (*Results, error) {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, fmt.Errorf("create results: %w", err)
	}
	r := &Results{file: file, out: gocsv.NewSafeCSVWriter(csv.NewWriter(file)), batch: make([]resultLine, 0, resultBatch)}
	if err := gocsv.MarshalCSV(r.batch, r.out); err != nil {
		return nil, errors.Join(fmt.Errorf("create results: %w", err), file.Close())
	}
	return r, nil
}

// Add writes one row's line. Lines are batched, so an error may be of an earlier one; once there is one, every call returns it.
func (r *Results) Add(result Result) error {
	r.batch = append(r.batch, lineOf(&result))
	if len(r.batch) < resultBatch {
		return r.err
	}
	return r.flush()
}

// AddSettled writes an item's outcome once for each of the rows it came from, or once without a row when it came from a store.
// Run, Step, Object and Key are taken from base.
func (r *Results) AddSettled(base Result, origins []record.Origin, s record.Settled) error {
	base.Outcome, base.StoreID, base.Changed, base.Problem = s.Outcome, s.StoreID, s.Changed, s.Problem
	if len(origins) == 0 {
		base.Origin = record.Origin{}
		return r.Add(base)
	}
	for _, origin := range origins {
		base.Origin = origin
		if err := r.Add(base); err != nil {
			return err
		}
	}
	return nil
}

// Close writes what is left and makes the file durable. Only after a nil error is every line in it.
func (r *Results) Close() error {
	err := r.flush()
	if err == nil {
		err = r.file.Sync()
	}
	if err := errors.Join(err, r.file.Close()); err != nil {
		return fmt.Errorf("close results: %w", err)
	}
	return nil
}

func (r *Results) flush() error {
	if r.err == nil && len(r.batch) > 0 {
		if err := gocsv.MarshalCSVWithoutHeaders(r.batch, r.out); err != nil {
			r.err = fmt.Errorf("write results: %w", err)
		}
	}
	r.batch = r.batch[:0]
	return r.err
}

func lineOf(r *Result) resultLine {
	line := resultLine{
		Run: inert(r.Run), Step: inert(r.Step), File: inert(r.Origin.File), Sheet: inert(r.Origin.Sheet),
		Row: numberUnlessZero(int64(r.Origin.Line)), Object: inert(r.Object), Key: inert(r.Key), Outcome: r.Outcome.String(),
		StoreID: numberUnlessZero(r.StoreID), ChangedFields: inert(strings.Join(r.Changed, " ")),
	}
	if p := r.Problem; p != nil {
		line.Code, line.Column, line.Message = inert(p.Code), inert(p.Column), inert(oneLine(messageOf(p)))
	}
	return line
}

// messageOf names the store's field in the message when no column of the sheet is at fault: results.csv has no column for it.
func messageOf(p *record.Problem) string {
	if p.Column == "" {
		return p.Error()
	}
	return p.Message
}
