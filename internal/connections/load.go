package connections

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"runtime"

	"bcetl/internal/job"
)

// Load reads a connections file as Parse does, and refuses one that holds a token itself while others may read it. content is the file's
// text, for snippets. The error is about reading; diagnostics are about what the file says.
func Load(path string) (file *File, content []byte, found []job.Diagnostic, err error) {
	opened, err := os.Open(path)
	if err != nil {
		return nil, nil, nil, fmt.Errorf("read connections: %w", err)
	}
	defer func() { _ = opened.Close() }()
	info, err := opened.Stat()
	if err != nil {
		return nil, nil, nil, fmt.Errorf("read connections: %w", err)
	}
	content, err = io.ReadAll(io.LimitReader(opened, maxSize+1))
	if err != nil {
		return nil, nil, nil, fmt.Errorf("read connections: %w", err)
	}
	file, found = Parse(path, content)
	if file != nil && exposed(info) {
		found = file.literalTokens(info.Mode())
		if len(found) > 0 {
			file = nil
		}
	}
	return file, content, found, nil
}

// exposed tells that others than the owner may read or write a file. Windows keeps rights elsewhere, there it is never true. A pipe, as a
// shell gives for <(...), has no rights that matter.
func exposed(info fs.FileInfo) bool {
	return runtime.GOOS != "windows" && info.Mode().IsRegular() && info.Mode().Perm()&0o077 != 0
}

func (f *File) literalTokens(mode fs.FileMode) []job.Diagnostic {
	var found []job.Diagnostic
	for _, c := range f.entries {
		token, has := c.values[keyAccessToken]
		if !has || placeholder.MatchString(token.text) && placeholder.ReplaceAllString(token.text, "") == "" && len(envNames(token.text)) > 0 {
			continue
		}
		found = append(found, job.Diagnostic{
			File: f.Path, Pos: token.pos, Length: token.len, Rule: "mode",
			Message: fmt.Sprintf("the file holds a token and others may read it (mode %04o): chmod 600 %s, or refer to the token as ${env:NAME}", mode.Perm(), f.Path),
		})
	}
	return job.Sort(found)
}

// maxTokenFile bounds a token file; tokens have some 30 characters.
const maxTokenFile = 16 << 10

// readTokenFile reads a file that holds a token and nothing else, in UTF-8 or UTF-16, with or without BOM.
func readTokenFile(path string) (string, error) {
	opened, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer func() { _ = opened.Close() }()
	info, err := opened.Stat()
	if err != nil {
		return "", err
	}
	if info.IsDir() {
		return "", fmt.Errorf("%s is a folder", path)
	}
	if exposed(info) {
		return "", fmt.Errorf("others may read %s (mode %04o): chmod 600 %s", path, info.Mode().Perm(), path)
	}
	content, err := io.ReadAll(io.LimitReader(opened, maxTokenFile+1))
	if err != nil {
		return "", err
	}
	if len(content) > maxTokenFile {
		return "", errors.New("the file is too large for a token")
	}
	return decoded(content)
}
