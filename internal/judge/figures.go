package judge

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"sync"
)

// FiguresVariable names the file to which a package's tests append what was judged in them; nothing is counted without it.
const FiguresVariable = "BCETL_TEST_FIGURES"

// figures sums what all transports of one Specs have seen.
type figures struct {
	mutex      sync.Mutex
	asked      bool
	requests   int
	answers    int
	operations map[string]bool   // name -> seen without a violation only
	exceptions map[string]int    // name -> uses
	fields     map[string]string // "PUT /v3/catalog/products request /*/price" -> the exception that excused it, or ""
}

func newFigures() *figures {
	return &figures{
		asked: os.Getenv(FiguresVariable) != "", operations: map[string]bool{}, exceptions: map[string]int{}, fields: map[string]string{},
	}
}

// body notes the fields of a body that was judged.
func (f *figures) body(op *operation, where string, body []byte) {
	if !f.asked {
		return
	}
	value, err := decode(body)
	if err != nil {
		return // what is no JSON has no fields
	}
	f.mutex.Lock()
	defer f.mutex.Unlock()
	f.walk(op.name+" "+where+" ", value)
}

func (f *figures) walk(pointer string, value any) {
	switch value := value.(type) {
	case map[string]any:
		for name, inner := range value {
			at := pointer + "/" + name
			if _, seen := f.fields[at]; !seen {
				f.fields[at] = ""
			}
			f.walk(at, inner)
		}
	case []any:
		for _, inner := range value {
			f.walk(pointer+"/*", inner)
		}
	}
}

func (f *figures) request(op *operation) {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	f.requests++
	if _, seen := f.operations[op.name]; !seen {
		f.operations[op.name] = true
	}
}

func (f *figures) answer() {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	f.answers++
}

func (f *figures) excused(op *operation, where, exception string, found fault) {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	f.exceptions[exception]++
	if found.pointer != "" {
		f.fields[op.name+" "+where+" "+placeless(found.pointer)] = exception
	}
}

func (f *figures) violated(op *operation) {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	f.operations[op.name] = false
}

// Suite runs a package's tests and then appends what was judged in them to the file that FiguresVariable names. Judged says in whose
// name, Used are the operations that the code under test may call, as "GET /v2/orders/{id}".
type Suite struct {
	Tests  interface{ Run() int }
	Specs  string // folder of the specification files
	Judged string
	Used   []string
}

// Run gives the exit code.
func (s Suite) Run() int {
	code := s.Tests.Run()
	path := os.Getenv(FiguresVariable)
	if path == "" {
		return code
	}
	if err := s.write(path); err != nil {
		fmt.Fprintln(os.Stderr, "figures of the judge:", err)
		return max(code, 1)
	}
	return code
}

func (s Suite) write(path string) error {
	specs, err := Load(s.Specs)
	if errors.Is(err, ErrAbsent) {
		return nil
	}
	if err != nil {
		return err
	}
	return AppendFigure(path, specs.report(s))
}

// AppendFigure adds lines to the file of figures; without a path it does nothing.
func AppendFigure(path, lines string) error {
	if path == "" {
		return nil
	}
	file, err := os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = file.WriteString(lines)
	return errors.Join(err, file.Close())
}

// report writes the figures, a line for each thing counted.
func (s *Specs) report(suite Suite) string {
	f := s.figures
	f.mutex.Lock()
	defer f.mutex.Unlock()
	valid, excused := 0, 0
	for _, clean := range f.operations {
		if clean {
			valid++
		}
	}
	for _, exception := range f.fields {
		if exception != "" {
			excused++
		}
	}
	var text strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&text, suite.Judged+": "+format+"\n", args...) }
	line("%d requests and %d answers of %d operations, %d operations without a violation", f.requests, f.answers, len(f.operations), valid)
	line("%d fields sent or answered, %d as their schemas say, %d by an exception", len(f.fields), len(f.fields)-excused, excused)
	line("%d of %d exceptions met: %s", len(f.exceptions), len(exceptions), strings.Join(slices.Sorted(maps.Keys(f.exceptions)), " "))
	if len(suite.Used) > 0 {
		unseen := s.unseen(suite.Used)
		line("%d operations may be used, %d of them were seen and valid", len(suite.Used), len(suite.Used)-len(unseen))
		if len(unseen) > 0 {
			line("not seen: %s", strings.Join(unseen, ", "))
		}
	}
	return text.String()
}

// unseen lists those of the operations that no request was valid for.
func (s *Specs) unseen(used []string) []string {
	var unseen []string
	for _, name := range used {
		method, path, _ := strings.Cut(name, " ")
		found, _ := s.routes.find(strings.Split(strings.Trim(path, "/"), "/"))
		if found == nil || found.operations[method] == nil || !s.figures.operations[found.operations[method].op.name] {
			unseen = append(unseen, name)
		}
	}
	return unseen
}
