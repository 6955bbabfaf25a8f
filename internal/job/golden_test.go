package job

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the golden files anew")

// dump writes every scalar of a tree that is set, with its place, one a line.
func dump(j *Job) string {
	var out strings.Builder
	var walk func(name string, v reflect.Value)
	walk = func(name string, v reflect.Value) {
		switch v.Kind() {
		case reflect.Struct:
			if s, ok := v.Interface().(Scalar); ok {
				if s.Set {
					fmt.Fprintf(&out, "%s = %q %d:%d", name, s.Text, s.Line, s.Column)
					if s.Quoted {
						out.WriteString(" quoted")
					}
					out.WriteString("\n")
				}
				return
			}
			for i := range v.NumField() {
				if field := v.Type().Field(i); field.IsExported() && field.Name != "Pos" {
					walk(strings.TrimPrefix(name+"."+field.Name, "."), v.Field(i))
				}
			}
		case reflect.Slice:
			if v.Type().Elem().Kind() == reflect.Uint8 {
				return
			}
			for i := range v.Len() {
				walk(fmt.Sprintf("%s[%d]", name, i), v.Index(i))
			}
		case reflect.Pointer:
			if !v.IsNil() {
				walk(name, v.Elem())
			}
		case reflect.Bool:
			if v.Bool() {
				fmt.Fprintf(&out, "%s = true\n", name)
			}
		}
	}
	walk("", reflect.ValueOf(*j))
	return out.String()
}

func golden(t *testing.T, file, got string) {
	t.Helper()
	name := strings.TrimSuffix(file, ".yaml") + ".golden"
	if *update {
		if err := os.WriteFile(name, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", name, diff)
	}
}

func files(t *testing.T, pattern string) []string {
	t.Helper()
	found, err := filepath.Glob(pattern)
	if err != nil || len(found) == 0 {
		t.Fatalf("no files match %s: %v", pattern, err)
	}
	return found
}

func TestGoodFiles(t *testing.T) {
	for _, file := range files(t, "testdata/ok/*.yaml") {
		t.Run(filepath.Base(file), func(t *testing.T) {
			source, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			j, ds := Parse(filepath.ToSlash(file), source)
			if len(ds) > 0 {
				t.Fatalf("diagnostics: %v", ds)
			}
			golden(t, file, dump(j))
		})
	}
}

func TestBadFiles(t *testing.T) {
	for _, file := range files(t, "testdata/err/*.yaml") {
		t.Run(filepath.Base(file), func(t *testing.T) {
			source, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			j, ds := Parse(filepath.ToSlash(file), source)
			if len(ds) == 0 {
				t.Fatalf("no diagnostics; read:\n%s", dump(j))
			}
			var out bytes.Buffer
			if err := Render(&out, ds, map[string][]byte{filepath.ToSlash(file): source}, false); err != nil {
				t.Fatal(err)
			}
			golden(t, file, out.String())
		})
	}
}
