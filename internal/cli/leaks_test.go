package cli

import (
	"archive/zip"
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"bcetl/internal/judge"
	"bcetl/internal/runner"
)

// figuresVariable names a file to which tests append the figures that they measured, for .ci/run to show.
const figuresVariable = judge.FiguresVariable

// leaks searches what the whole suite leaves for the tokens that it used: what is printed, and every file below the folders in which
// commands ran: outputs, state folders with their journals, logs, reports, results, rejects.
var leaks leakSearch

type leakSearch struct {
	mu     sync.Mutex
	tokens map[string]bool
	files  int
	bytes  int64
}

// noSecrets are the tokens of stores that have none: the embedded store and `emulator serve` print them.
var noSecrets = []string{"", runner.EmulatorName, demoToken}

// spellings are the forms in which a token may stand in a file: as it is, and escaped or encoded as JSON, URLs, HTML and XML do.
func spellings(token string) []string {
	inJSON, _ := json.Marshal(token) // a text can be marshalled
	list := []string{
		token, string(inJSON[1 : len(inJSON)-1]), url.QueryEscape(token), url.PathEscape(token), html.EscapeString(token),
		base64.StdEncoding.EncodeToString([]byte(token)), hex.EncodeToString([]byte(token)),
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// text searches one text.
func (s *leakSearch) text(t testing.TB, where, text string, tokens ...string) {
	t.Helper()
	s.content(t, where, []byte(text), tokens)
}

func (s *leakSearch) content(t testing.TB, where string, content []byte, tokens []string) {
	t.Helper()
	s.mu.Lock()
	s.files++
	s.bytes += int64(len(content))
	s.mu.Unlock()
	for _, token := range tokens {
		if slices.Contains(noSecrets, token) {
			continue
		}
		s.mu.Lock()
		if s.tokens == nil {
			s.tokens = map[string]bool{}
		}
		s.tokens[token] = true
		s.mu.Unlock()
		forms := spellings(token)
		if bytes.HasPrefix(content, []byte("SQLite format 3")) || strings.HasSuffix(where, "-wal") {
			// A long value goes on in another page, so a token may be cut in two; one half is whole then.
			forms = append(forms, token[:len(token)/2], token[len(token)/2:])
		}
		for _, form := range forms {
			if bytes.Contains(content, []byte(form)) {
				t.Errorf("a token stands in %s", where)
				break
			}
		}
	}
}

// folder searches all files below a folder but those that a test put there itself: their content is given, by path.
func (s *leakSearch) folder(t testing.TB, dir string, given map[string]string, tokens ...string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil // a command that was killed may still be letting go of its lock
		}
		if err != nil || !entry.Type().IsRegular() {
			return err
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if was, ok := given[path]; ok && was == string(content) {
			return nil
		}
		s.content(t, path, content, tokens)
		if bytes.HasPrefix(content, []byte("PK\x03\x04")) {
			return s.workbook(t, path, content, tokens)
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

// workbook searches the parts of a workbook, which are compressed. One that a script broke on purpose has none.
func (s *leakSearch) workbook(t testing.TB, path string, content []byte, tokens []string) error {
	t.Helper()
	book, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		return nil //nolint:nilerr // see above
	}
	for _, part := range book.File {
		opened, err := part.Open()
		if err != nil {
			continue
		}
		text, err := io.ReadAll(opened)
		_ = opened.Close() // it was only read
		if err == nil {
			s.content(t, path+"!"+part.Name, text, tokens)
		}
	}
	return nil
}

// hidden gives a token, or what was made of it, in a form that no search for the token finds.
func hidden(token string) string {
	turned := []byte(token)
	for i := range turned {
		turned[i] ^= 0xff
	}
	return string(turned)
}

// sentTokens reads the tokens that a script's commands sent, each once.
func sentTokens(t testing.TB, path string) []string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Error(err)
	}
	var tokens []string
	for _, line := range strings.Fields(string(text)) {
		turned, err := hex.DecodeString(line)
		if err != nil {
			t.Error(err)
		}
		tokens = append(tokens, hidden(string(turned)))
	}
	slices.Sort(tokens)
	return slices.Compact(tokens)
}

// filesBelow reads all files below a folder.
func filesBelow(t testing.TB, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() {
			return err
		}
		content, err := os.ReadFile(path)
		files[path] = string(content)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// guard searches a folder when the test is over, all but the connections file that the test wrote into it.
func (s *leakSearch) guard(t testing.TB, dir string, tokens ...string) {
	t.Helper()
	t.Cleanup(func() {
		given := map[string]string{}
		for path, content := range filesBelow(t, dir) {
			if filepath.Base(path) == "connections.yaml" {
				given[path] = content
			}
		}
		s.folder(t, dir, given, tokens...)
	})
}

// searchedTests runs the tests, and then says how much was searched.
type searchedTests struct{ tests interface{ Run() int } }

func (s searchedTests) Run() int {
	code := s.tests.Run()
	figure := fmt.Sprintf("tokens: none of %d found in %d files and outputs, %d bytes, that the tests of internal/cli left", len(leaks.tokens), leaks.files, leaks.bytes)
	if code != 0 {
		figure = fmt.Sprintf("tokens: %d searched for in %d files and outputs, %d bytes; see the failures above", len(leaks.tokens), leaks.files, leaks.bytes)
	}
	fmt.Println(figure)
	if path := os.Getenv(figuresVariable); path != "" {
		file, err := os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
		if err == nil {
			_, err = fmt.Fprintln(file, figure)
			err = errors.Join(err, file.Close())
		}
		if err != nil {
			fmt.Println(err)
			return 1
		}
	}
	return code
}

// found counts what a search finds, in the place of a test that would fail.
type found struct {
	testing.TB
	n int
}

func (f *found) Helper()               {}
func (f *found) Errorf(string, ...any) { f.n++ }
func (f *found) count(search func(*found)) int {
	f.n = 0
	search(f)
	return f.n
}

// TestLeakSearchFinds plants a token in each form and each kind of file, and lets it be found: a search that finds nothing anywhere proves
// nothing.
func TestLeakSearchFinds(t *testing.T) {
	const token = "pl&nted-0123456789"
	var book bytes.Buffer
	zipped := zip.NewWriter(&book)
	part, err := zipped.CreateHeader(&zip.FileHeader{Name: "xl/sharedStrings.xml", Method: zip.Deflate})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := part.Write([]byte(strings.Repeat("many more texts ", 100) + "pl&amp;nted-0123456789")); err != nil {
		t.Fatal(err)
	}
	if err := zipped.Close(); err != nil {
		t.Fatal(err)
	}
	plants := map[string]string{
		"plain.log": "level=INFO token=" + token, "json": `{"a":"pl\u0026nted-0123456789"}`, "url": "?t=pl%26nted-0123456789", "base64": "cGwmbnRlZC0wMTIzNDU2Nzg5",
		"hex": "706c266e7465642d30313233343536373839", "book.xlsx": book.String(),
		"journal.db": "SQLite format 3\x00 pl&nted-0" + strings.Repeat("\x00", 20) + "123456789", "journal.db-wal": "the other half: 123456789",
	}
	search := &leakSearch{}
	for name, content := range plants {
		dir := t.TempDir()
		writeFiles(t, dir, map[string]string{".bcetl/runs/1/" + name: content})
		in := &found{TB: t}
		if n := in.count(func(f *found) { search.folder(f, dir, nil, token) }); n != 1 {
			t.Errorf("%s: found %d times, want 1", name, n)
		}
		path := filepath.Join(dir, ".bcetl", "runs", "1", name)
		if n := in.count(func(f *found) { search.folder(f, dir, map[string]string{path: content}, token) }); n != 0 {
			t.Errorf("%s: found %d times although the test gave it", name, n)
		}
		if n := in.count(func(f *found) { search.folder(f, dir, nil, "another-9876543210", "emulator", "") }); n != 0 {
			t.Errorf("%s: found %d times although another token was searched for", name, n)
		}
	}
	if sent := sentTokens(t, filepath.Join(t.TempDir(), "none")); len(sent) != 0 {
		t.Error(sent)
	}
}
