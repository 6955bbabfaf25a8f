package report

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"

	"bcetl/internal/record"
)

// RetractExported rewrites a finished results.csv whose outputs were given up after the rows had been written: what it calls exported
// was not attempted, for nobody can see it.
func RetractExported(path string) error {
	if err := retract(path); err != nil {
		return fmt.Errorf("rewrite results: %w", err)
	}
	return nil
}

func retract(path string) (err error) {
	in, err := os.Open(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, in.Close()) }()
	temporary := path + ".tmp"
	out, err := os.OpenFile(temporary, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	if err := copyRetracted(out, in); err != nil {
		return errors.Join(err, out.Close(), os.Remove(temporary))
	}
	if err := out.Close(); err != nil {
		return err
	}
	return os.Rename(temporary, path)
}

// outcomeColumn is the place of the outcome in a line of results.csv.
const outcomeColumn = 7

func copyRetracted(out io.Writer, in io.Reader) error {
	reader, writer := csv.NewReader(in), csv.NewWriter(out)
	reader.ReuseRecord = true
	for {
		line, err := reader.Read()
		if errors.Is(err, io.EOF) {
			writer.Flush()
			return writer.Error()
		}
		if err != nil {
			return err
		}
		if line[outcomeColumn] == record.Exported.String() {
			line[outcomeColumn] = record.NotAttempted.String()
		}
		if err := writer.Write(line); err != nil {
			return err
		}
	}
}
