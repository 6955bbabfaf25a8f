package sinks

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Sweep removes the files that sinks have written aside for a path, or for the file that it links to, and that never got their name
// because the process died. Nobody may be writing to the path.
func Sweep(path string) error {
	target, _, err := final(path)
	if err != nil {
		return nil //nolint:nilerr // what cannot be written has nothing aside; opening it tells why
	}
	folder, name := filepath.Split(target)
	entries, err := os.ReadDir(filepath.Clean(folder))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("look for what a dead run left: %w", err)
	}
	for _, entry := range entries {
		if !entry.Type().IsRegular() || !strings.HasPrefix(entry.Name(), asideName(name)) {
			continue
		}
		if err := os.Remove(filepath.Join(folder, entry.Name())); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("remove what a dead run left: %w", err)
		}
	}
	return nil
}
