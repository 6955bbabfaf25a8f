package judge

import (
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing"
)

// The page says of every recorded answer which test reads it, or why none does.
func TestRecordedAnswersAreAccountedFor(t *testing.T) {
	rows, err := page(t).Table("recorded")
	if err != nil {
		t.Fatal(err)
	}
	tests := everyTest(t)
	tested, excused, uses := 0, 0, map[int]int{}
	err = filepath.WalkDir(dataFolder, func(file string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		name := strings.TrimPrefix(filepath.ToSlash(file), filepath.ToSlash(dataFolder)+"/")
		for i, row := range rows {
			for _, pattern := range quoted.FindAllStringSubmatch(row[0], -1) {
				if fits, err := path.Match(pattern[1], name); err != nil || !fits {
					continue
				}
				if uses[i]++; strings.HasPrefix(row[1], "excused: ") {
					excused++
				} else {
					tested++
				}
				return nil // the first row that names it counts
			}
		}
		t.Errorf("%s is in no row of docs/fidelity.md", name)
		return nil
	})
	if os.IsNotExist(err) {
		t.Skip("the recorded answers are not beside this clone: ", err)
	}
	if err != nil {
		t.Fatal(err)
	}
	for i, row := range rows {
		if uses[i] == 0 {
			t.Errorf("no file fits the row %q", row)
		}
		if strings.HasPrefix(row[1], "excused: ") {
			continue
		}
		found := quoted.FindAllStringSubmatch(row[1], -1)
		if len(found) == 0 {
			t.Errorf("the row %q names no test", row)
		}
		for _, name := range found {
			if !tests[name[1]] {
				t.Errorf("the row %q names the test %s, which does not exist", row, name[1])
			}
		}
	}
	figure := fmt.Sprintf("recorded answers: %d files are read by tests, %d are excused\n", tested, excused)
	t.Log(figure)
	if err := AppendFigure(os.Getenv(FiguresVariable), figure); err != nil {
		t.Error(err)
	}
}
