package job

import (
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// Parse never panics; every diagnostic lies within the file; a file without diagnostics has all that a job needs.
func FuzzParse(f *testing.F) {
	for _, pattern := range []string{"testdata/ok/*.yaml", "testdata/err/*.yaml"} {
		found, err := filepath.Glob(pattern)
		if err != nil {
			f.Fatal(err)
		}
		for _, file := range found {
			source, err := os.ReadFile(file)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(source)
		}
	}
	f.Fuzz(func(t *testing.T, source []byte) {
		j, ds := Parse("job.yaml", source)
		within(t, source, ds)
		if j == nil && len(ds) == 0 {
			t.Fatal("neither a job nor a diagnostic")
		}
		if j == nil {
			return
		}
		if len(ds) == 0 {
			complete(t, j)
		}
		resolved, more := j.Resolve(Environment{Static: true, Now: time.Unix(0, 0)})
		within(t, source, more)
		for _, step := range resolved.Steps {
			for i := range 4 {
				j.Within(step.Source.Where, i)
			}
		}
	})
}

func within(t *testing.T, source []byte, ds []Diagnostic) {
	t.Helper()
	lines := sourceLines(source)
	for _, d := range ds {
		if d.Pos == (Pos{}) && d.Rule == "param" {
			continue
		}
		if d.Pos.Line < 1 || d.Pos.Line > len(lines) || d.Pos.Column < 1 || d.Pos.Column > runes(lines[d.Pos.Line-1])+1 {
			t.Errorf("outside of the file: %s", d)
		}
		if d.Length < 1 || d.Message == "" || d.Rule == "" || d.File != "job.yaml" {
			t.Errorf("incomplete: %+v", d)
		}
	}
	if err := Render(io.Discard, ds, map[string][]byte{"job.yaml": source}, true); err != nil {
		t.Error(err)
	}
}

func complete(t *testing.T, j *Job) {
	t.Helper()
	one := func(what string, scalars ...Scalar) {
		t.Helper()
		set := 0
		for _, s := range scalars {
			if s.Set && s.Text != "" {
				set++
			}
		}
		if set != 1 {
			t.Errorf("%s: %d set", what, set)
		}
	}
	one("name", j.Name)
	if (j.Version.Text != "1" && !hasPlaceholder(j.Version.Text)) || len(j.Steps) == 0 {
		t.Errorf("version %q, %d steps", j.Version.Text, len(j.Steps))
	}
	for _, step := range j.Steps {
		one("source", step.Source.CSV, step.Source.XLSX, step.Source.Object)
		if len(step.Outputs) == 0 {
			t.Error("no outputs")
		}
		for _, out := range step.Outputs {
			one("sink", out.Sink.CSV, out.Sink.XLSX, out.Sink.Object)
			dialect := DialectOf(&step, &out)
			if len(out.Mapping) == 0 && !dialect.Set {
				t.Error("no mapping")
			}
			if out.Sink.Object.Set {
				one("mode", out.Sink.Mode)
			}
			for _, m := range out.Mapping {
				r := m.Rule
				skipped := r.Skip.Text == "true" && dialect.Set
				if m.Target.Text == "" || !skipped && len(r.From) == 0 && !r.Value.Set && len(r.Values) == 0 && !r.Expr.Set && len(r.Fields) == 0 {
					t.Errorf("the rule of %q at %v has nothing to take a value from", m.Target.Text, r.Pos)
				}
			}
		}
	}
}
