package report

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
)

// Write puts the report at path: written beside it, synced and renamed, so that a reader never sees half a report and a failed
// write leaves the last good one.
func (r *Report) Write(path string) (err error) {
	temp, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*")
	if err != nil {
		return fmt.Errorf("write report: %w", err)
	}
	defer func() {
		if err != nil {
			_ = temp.Close()
			_ = os.Remove(temp.Name())
			err = fmt.Errorf("write report: %w", err)
		}
	}()
	if err := WriteJSON(temp, r); err != nil {
		return err
	}
	if err := temp.Sync(); err != nil {
		return err
	}
	if err := temp.Close(); err != nil {
		return err
	}
	if err := os.Rename(temp.Name(), path); err != nil {
		return err
	}
	return syncFolder(filepath.Dir(path))
}

// Read reads a report that Write wrote. A schema newer than this program's is an error; unknown keys are not.
func Read(path string) (*Report, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read report: %w", err)
	}
	var r Report
	if err := json.Unmarshal(text, &r); err != nil {
		return nil, fmt.Errorf("read report %s: %w", path, err)
	}
	if r.Schema < 1 || r.Schema > Schema {
		return nil, fmt.Errorf("read report %s: schema is %d, this program reads 1 to %d", path, r.Schema, Schema)
	}
	return &r, nil
}

// WriteJSON writes one report as an object and several as a list, for `run --json`.
func WriteJSON(w io.Writer, reports ...*Report) error {
	whole := make([]*Report, len(reports))
	for i, r := range reports {
		whole[i] = r.whole()
	}
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "  ")
	encoder.SetEscapeHTML(false)
	if len(whole) == 1 {
		return encoder.Encode(whole[0])
	}
	return encoder.Encode(whole)
}

// whole is a copy in which every list exists and times are UTC.
func (r *Report) whole() *Report {
	c := *r
	c.Schema = Schema
	c.Started, c.Finished = r.Started.UTC(), r.Finished.UTC()
	c.Steps = append([]Step{}, r.Steps...)
	for i := range c.Steps {
		c.Steps[i].Outputs = append([]Output{}, c.Steps[i].Outputs...)
	}
	c.Outputs = append([]Output{}, r.Outputs...)
	c.Rejects = append([]RejectFile{}, r.Rejects...)
	c.Notes = append([]string{}, r.Notes...)
	c.Findings = append([]Finding{}, r.Findings...)
	if c.API.ByStatus == nil {
		c.API.ByStatus = map[string]int64{}
	}
	return &c
}

// syncFolder makes a rename durable. Windows cannot sync a folder and does not need to.
func syncFolder(path string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	folder, err := os.Open(path)
	if err != nil {
		return err
	}
	defer func() { _ = folder.Close() }()
	return folder.Sync()
}
