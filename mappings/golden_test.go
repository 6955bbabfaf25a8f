package mappings

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"bcetl/internal/job"
	"bcetl/internal/record"
)

var update = flag.Bool("update", false, "write the golden files")

// TestDiagnostics compiles the mapping of each testdata/err/*.yaml and compares all its diagnostics with the file beside it. The
// first line of a file is a comment that says how: "# import MODE KEY: Header, Header", "# export", "# sheet: Header, Header" or
// "# columns: Header, Header". The store's object is always gadgets.
func TestDiagnostics(t *testing.T) {
	files, err := filepath.Glob("testdata/err/*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatal("no files", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".yaml"), func(t *testing.T) {
			source, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			j := parseJob(t, string(source))
			first, _, _ := strings.Cut(strings.TrimPrefix(string(source), "# "), "\n")
			how, list, _ := strings.Cut(first, ":")
			var names []string
			for name := range strings.SplitSeq(list, ",") {
				names = append(names, strings.TrimSpace(name))
			}
			var b strings.Builder
			for _, d := range compileAs(t, j, strings.Fields(how), record.NewHeader(names)) {
				b.WriteString(d.Error() + "\n")
			}
			golden := strings.TrimSuffix(file, ".yaml") + ".txt"
			if *update {
				if err := os.WriteFile(golden, []byte(b.String()), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if b.String() != string(want) {
				t.Errorf("got\n%s\nwant\n%s", b.String(), want)
			}
		})
	}
}

func compileAs(t *testing.T, j *job.Job, how []string, header *record.Header) (all []job.Diagnostic) {
	s := Scope{Within: j.Within, Params: map[string]Param{"factor": {"decimal", record.NumberValue("2")}}}
	step := j.Steps[0]
	out := step.Outputs[0]
	switch how[0] {
	case "import":
		_, all = CompileImport("job.yaml", out.Mapping, header, &gadgets, how[2], how[1], s)
	case "sheet":
		_, all = CompileSheet("job.yaml", &out, header, s)
	case "export":
		_, all = CompileExport("job.yaml", out.Mapping, out.Each, out.Where, &gadgets, s)
	case "columns":
		var columns *Columns
		columns, all = CompileColumns("job.yaml", step.Source.Columns, header, s)
		if columns != nil {
			header = columns.Header()
		}
		_, more := CompileCondition("job.yaml", step.Source.Where, header, s)
		all = append(all, more...)
	default:
		t.Fatalf("how to compile %q", how)
	}
	if len(all) == 0 {
		t.Error("no diagnostic")
	}
	return job.Sort(all)
}
