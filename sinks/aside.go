package sinks

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io/fs"
	"os"
	"path/filepath"
)

// aside is an output file that is written beside its final name and takes that name only when it is complete: whoever looks at
// the final name sees the old file or the whole new one, never a part.
type aside struct {
	path   string // the final name
	temp   string // where it is written, in the same folder so that a rename is enough
	file   *os.File
	sum    hash.Hash
	failed error // the first failure to write; Commit refuses after one
	done   bool
}

// final gives the file that a path means: of a link the file that it leads to, so that whoever reads that one sees the new content. Only a
// regular file can be replaced. The mode is that of the file which is there, 0 where there is none.
func final(path string) (string, os.FileMode, error) {
	const links = 16
	for range links {
		info, err := os.Lstat(path)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return path, 0, nil
		case err != nil:
			return "", 0, err
		case info.IsDir():
			return "", 0, errors.New("it is a folder")
		case info.Mode().IsRegular():
			return path, info.Mode().Perm(), nil
		case info.Mode()&fs.ModeSymlink == 0:
			return "", 0, errors.New("it is no regular file")
		}
		target, err := os.Readlink(path)
		if err != nil {
			return "", 0, err
		}
		if !filepath.IsAbs(target) {
			target = filepath.Join(filepath.Dir(path), target)
		}
		path = target
	}
	return "", 0, errors.New("its links go in a circle")
}

// asideName is how the names of files begin that are written aside for a name.
func asideName(name string) string { return "." + name + ".tmp-" }

// createAside opens a file `.name.tmp-<random>` beside path, making the folder when it is not there.
func createAside(path string) (*aside, error) {
	if _, name := filepath.Split(path); name == "" {
		return nil, fmt.Errorf("create %s: the name of a file is missing", path)
	}
	target, mode, err := final(path)
	if err != nil {
		return nil, fmt.Errorf("create %s: %w", path, err)
	}
	path = target
	folder, name := filepath.Split(path)
	if folder != "" {
		if err := os.MkdirAll(folder, 0o755); err != nil {
			return nil, fmt.Errorf("create the folder of %s: %w", path, err)
		}
	}
	temp := filepath.Join(folder, asideName(name)+rand.Text()[:10])
	file, err := os.OpenFile(temp, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o644)
	if err == nil && mode != 0 {
		if err = file.Chmod(mode); err != nil { // who may read the file is not ours to change
			err = errors.Join(err, file.Close(), os.Remove(temp))
		}
	}
	if err != nil {
		return nil, fmt.Errorf("create %s: %w", path, err)
	}
	return &aside{path: path, temp: temp, file: file, sum: sha256.New()}, nil
}

// Write appends to the file. It is unbuffered: callers write in large pieces.
func (a *aside) Write(p []byte) (int, error) {
	if a.done {
		return 0, fmt.Errorf("write %s: %w", a.path, os.ErrClosed)
	}
	n, err := a.file.Write(p)
	a.sum.Write(p[:n])
	if err != nil {
		err = fmt.Errorf("write %s: %w", a.path, err)
		a.failed = errors.Join(a.failed, err)
	}
	return n, err
}

// Commit makes the file durable under its final name and gives the SHA-256 of what was written, in hexadecimal. When it fails,
// nothing is left behind and the final name is as it was.
func (a *aside) Commit() (string, error) {
	if a.done {
		return "", fmt.Errorf("commit %s: %w", a.path, os.ErrClosed)
	}
	err := a.failed
	if err == nil {
		err = a.file.Sync()
	}
	if err != nil {
		return "", errors.Join(fmt.Errorf("commit %s: %w", a.path, err), a.Abort())
	}
	a.done = true
	err = a.file.Close()
	if err == nil {
		err = os.Rename(a.temp, a.path)
	}
	if err != nil {
		return "", errors.Join(fmt.Errorf("commit %s: %w", a.path, err), os.Remove(a.temp))
	}
	if err := syncFolder(filepath.Dir(a.path)); err != nil {
		return "", fmt.Errorf("commit %s: %w", a.path, err)
	}
	return hex.EncodeToString(a.sum.Sum(nil)), nil
}

// Abort takes the unfinished file away. After Commit or Abort it does nothing.
func (a *aside) Abort() error {
	if a.done {
		return nil
	}
	a.done = true
	if err := errors.Join(a.file.Close(), os.Remove(a.temp)); err != nil {
		return fmt.Errorf("give up %s: %w", a.path, err)
	}
	return nil
}
