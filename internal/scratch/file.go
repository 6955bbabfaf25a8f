// Package scratch gives files for what does not fit in memory: the rows of a workbook that is written, the shared texts of one that is
// read, pages of a store that wait for their turn.
package scratch

import (
	"errors"
	"os"
)

// File is readable by its owner only, and has no name where the system allows that: what a store's customers are called and where they
// live does not stay behind when the process is killed.
type File struct {
	*os.File
	named  bool // the system removes no file that is open: Close does it
	closed bool
}

// Create makes an empty file in a folder, the system's temporary one where dir is "". Pattern is its name while it has one; see os.CreateTemp.
func Create(dir, pattern string) (*File, error) {
	file, err := os.CreateTemp(dir, pattern)
	if err != nil {
		return nil, err
	}
	return &File{File: file, named: os.Remove(file.Name()) != nil}, nil
}

// Close gives the disk back. It may be called more than once.
func (f *File) Close() error {
	if f.closed {
		return nil
	}
	f.closed = true
	err := f.File.Close()
	if f.named {
		err = errors.Join(err, os.Remove(f.Name()))
	}
	return err
}
