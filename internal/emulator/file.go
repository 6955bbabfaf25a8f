package emulator

import (
	"fmt"
	"os"
	"path/filepath"
)

// Open makes a store of the state that Save wrote. An absent file is an error that wraps
// fs.ErrNotExist: what a new store holds is the caller's choice.
func Open(path string, opts Options) (*Store, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("open emulator state: %w", err)
	}
	defer f.Close()
	s := New(opts)
	if err := s.Restore(f); err != nil {
		return nil, fmt.Errorf("open emulator state %s: %w", path, err)
	}
	return s, nil
}

// Save writes the state to a file, aside and then renamed, so that a reader sees the old state
// or the new one, also after a power cut. The folder must exist.
func (s *Store) Save(path string) (err error) {
	dir := filepath.Dir(path)
	f, err := os.CreateTemp(dir, "."+filepath.Base(path)+".*")
	if err != nil {
		return fmt.Errorf("save emulator state: %w", err)
	}
	defer func() {
		if err != nil {
			_ = f.Close()           // may be closed already
			_ = os.Remove(f.Name()) // what remains is a hidden file of the same folder
			err = fmt.Errorf("save emulator state: %w", err)
		}
	}()
	if err := s.Snapshot(f); err != nil {
		return err
	}
	if err := f.Sync(); err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	if err := os.Rename(f.Name(), path); err != nil {
		return err
	}
	return syncFolder(dir)
}
