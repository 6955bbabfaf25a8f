package sources

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Expand gives the files that paths name, each once: a path that exists stands for itself, whatever characters are in it, "-" for
// standard input, and anything else is a pattern as filepath.Match knows it, whose files come in sorted order. Folders are left out
// of what a pattern matches. A path or pattern that names no file is an error that tells it.
func Expand(paths []string) ([]string, error) {
	var files []string
	seen := make(map[string]bool, len(paths))
	add := func(path string) {
		if !seen[filepath.Clean(path)] {
			seen[filepath.Clean(path)] = true
			files = append(files, path)
		}
	}
	for _, path := range paths {
		info, err := os.Stat(path)
		switch {
		case path == "-":
			add(path)
		case err == nil && info.IsDir():
			return nil, fmt.Errorf("read %s: it is a folder; its files are %s", path, filepath.Join(path, "*"))
		case err == nil:
			add(path)
		case !strings.ContainsAny(path, `*?[`):
			if errors.Is(err, fs.ErrNotExist) {
				return nil, fmt.Errorf("read %s: there is no such file", path)
			}
			return nil, fmt.Errorf("read %s: %w", path, err)
		default:
			matches, err := matchFiles(path)
			if err != nil {
				return nil, err
			}
			for _, match := range matches {
				add(match)
			}
		}
	}
	if len(files) == 0 {
		return nil, errors.New("read: no file is named")
	}
	return files, nil
}

func matchFiles(pattern string) ([]string, error) {
	matches, err := filepath.Glob(pattern) // sorted
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", pattern, err)
	}
	files := matches[:0]
	for _, match := range matches {
		if info, err := os.Stat(match); err == nil && !info.IsDir() {
			files = append(files, match)
		}
	}
	if len(files) == 0 {
		return nil, fmt.Errorf("read %s: no file matches the pattern", pattern)
	}
	return files, nil
}
