package ledger_test

import (
	"fmt"
	"testing"

	"bcetl/internal/ledger"
	"bcetl/internal/record"
)

// Records that a listing came upon are given back by item, each once however often it was noted, and are gone once they are forgotten.
func TestFound(t *testing.T) {
	_, r := begin(t)
	doc := func(text string) *record.Object {
		v, err := record.ParseJSON([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		return v.Object()
	}
	for _, noted := range [][]ledger.Found{
		{{Seq: 2, ID: 9, Doc: doc(`{"id":9}`)}, {Seq: 1, ID: 7, Doc: doc(`{"id":7}`)}, {Seq: 5, ID: 1, Doc: doc(`{"id":1}`)}},
		{{Seq: 2, ID: 3, Doc: doc(`{"id":3}`)}, {Seq: 2, ID: 9, Doc: doc(`{"id":9,"status":"changed"}`)}},
		nil,
	} {
		if err := r.NoteFound(t.Context(), noted); err != nil {
			t.Fatal(err)
		}
	}
	shown := func() string {
		found, err := r.FoundFor(t.Context(), 1, 4)
		if err != nil {
			t.Fatal(err)
		}
		text := ""
		for seq := int64(1); seq <= 5; seq++ {
			for _, one := range found[seq] {
				text += fmt.Sprintf("%d: %s; ", seq, one.Doc.AppendJSON(nil))
			}
		}
		return text
	}
	if got, want := shown(), `1: {"id":7}; 2: {"id":3}; 2: {"id":9,"status":"changed"}; `; got != want {
		t.Errorf("found %s, want %s", got, want)
	}
	if err := r.ForgetFound(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := shown(); got != "" {
		t.Errorf("still found %s", got)
	}
}
