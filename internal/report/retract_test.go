package report

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"bcetl/internal/record"
)

func TestRetractExportedTouchesOnlyTheOutcome(t *testing.T) {
	path := filepath.Join(t.TempDir(), "results.csv")
	results, err := CreateResults(path)
	if err != nil {
		t.Fatal(err)
	}
	rejected := &record.Problem{Code: "x", Message: "exported, he said: \"no\"\nreally"}
	for _, r := range []Result{
		{Run: "r", Key: "exported", Outcome: record.Exported, StoreID: 1},
		{Run: "r", Key: "b", Outcome: record.Rejected, Problem: rejected},
	} {
		if err := results.Add(r); err != nil {
			t.Fatal(err)
		}
	}
	if err := results.Close(); err != nil {
		t.Fatal(err)
	}
	if err := RetractExported(path); err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	want := `run,step,file,sheet,row,object,key,outcome,store_id,changed_fields,code,column,message
r,,,,,,exported,not_attempted,1,,,,
r,,,,,,b,rejected,,,x,,"exported, he said: ""no"" really"
`
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Error(diff)
	}
	if left, err := filepath.Glob(path + "*"); err != nil || len(left) != 1 {
		t.Errorf("files left behind: %v, %v", left, err)
	}
}
