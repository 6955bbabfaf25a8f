package bigcommerce

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/valyala/fastjson"
)

func TestCutList(t *testing.T) {
	for _, test := range []struct {
		document, name string
		elements       []string
		rest           string
	}{
		{`{"data":[{"a":[1,2]},{"b":"]"}],"meta":{"total":2}}`, "data", []string{`{"a":[1,2]}`, `{"b":"]"}`}, `{"data":[],"meta":{"total":2}}`},
		{"{ \"meta\" : {\"data\":[0]} ,\n\t\"data\" : [ 1 , \"a\\\"],\\\\\" ,\r\nnull ] }", "data", []string{`1`, `"a\"],\\"`, `null`}, "{ \"meta\" : {\"data\":[0]} ,\n\t\"data\" : [] }"},
		{`{"data":[]}`, "data", nil, `{"data":[]}`},
		{`[{"id":1},{"id":2}]`, "", []string{`{"id":1}`, `{"id":2}`}, `[]`},
		{`[ ]`, "", nil, `[]`},
	} {
		elements, rest, ok := cutList([]byte(test.document), test.name)
		var got []string
		for _, element := range elements {
			got = append(got, string(element))
		}
		if diff := cmp.Diff(test.elements, got); diff != "" || string(rest) != test.rest || !ok {
			t.Errorf("%s: %v, rest %s (-want +got):\n%s", test.document, ok, rest, diff)
		}
	}
	for _, document := range []string{
		``, `{`, `{"data"`, `{"data":`, `{"data":[`, `{"data":[{"a":1}`, `{"data":[{"a":1},`, `{"data":["a\"]}`, `{"data":[1 2]}`, `{"data":[1,]}`, `{"data":[,1]}`,
		`{"data":{"a":[]}}`, `{"data":null}`, `{"other":[1]}`, `{"other":[1}`, `[1]`, `"data"`, `{data:[1]}`, `{"data":[}]}`,
	} {
		if elements, _, ok := cutList([]byte(document), "data"); ok && len(elements) > 0 {
			t.Errorf("%s: %d elements", document, len(elements))
		}
	}
}

// TestParseListTellsWhatIsWrong: a document that was cut off may be asked for again; one without its list may not.
func TestParseListTellsWhatIsWrong(t *testing.T) {
	page := `{"data":[{"id":1},{"id":2}],"meta":{"pagination":{"total":2}}}`
	for end := range len(page) {
		_, _, err := parseAll(page[:end], "data")
		if wrong := new(ProtocolError); err == nil || errors.As(err, &wrong) && strings.Contains(wrong.Message, "no list") {
			t.Errorf("%s: %v", page[:end], err)
		}
	}
	for document, want := range map[string]string{`{"data":{}}`: "no list under data", `{"title":"Gone"}`: "no list under data"} {
		if _, _, err := parseAll(document, "data"); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", document, err)
		}
	}
	if _, _, err := parseAll(`{"id":1}`, ""); err == nil || !strings.Contains(err.Error(), "no list") {
		t.Errorf("an object for a list: %v", err)
	}
}

// parseAll gives the list's elements as the parser writes them, and the document without them.
func parseAll(document, name string) (elements []string, rest string, err error) {
	var parser fastjson.Parser
	cut, envelope, err := parseList(&parser, &Response{Body: []byte(document)}, name)
	if err != nil {
		return nil, "", err
	}
	rest = envelope.String()
	for _, element := range cut {
		value, err := parser.ParseBytes(element)
		if err != nil {
			return nil, "", err
		}
		if value.Type() != fastjson.TypeObject { // such as +, which the parser takes for a number when it stands alone
			return nil, "", fmt.Errorf("%s is no record", element)
		}
		elements = append(elements, value.String())
	}
	return elements, rest, nil
}

// FuzzCutList: where every part of what was cut is accepted, the whole document is, with the same elements; and where a list of records begins
// the document, what is accepted as a whole is accepted in parts.
func FuzzCutList(f *testing.F) {
	for _, seed := range []string{
		`{"data":[{"a":"\\"},{"b":[3]}],"meta":{}}`, `{"data":[{} ,{"a":"]"} ] , "x":[{}]}`, `{"data":[}]}`, `{"data":[{"a":[}]}]}`, `{"data":[],"data":[1]}`, "{\"data\":[1\x00]}",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, document string) {
		whole, wholeErr := fastjson.Parse(document)
		elements, _, err := parseAll(document, "data")
		switch {
		case err != nil:
			records := strings.HasPrefix(document, `{"data":[`)
			for _, element := range whole.GetArray("data") {
				records = records && element.Type() == fastjson.TypeObject
			}
			if wholeErr == nil && records {
				t.Errorf("%q is refused: %v", document, err)
			}
			return
		case wholeErr != nil:
			t.Fatalf("%q is accepted, and the parser says: %v", document, wholeErr)
		}
		var want []string
		for _, element := range whole.GetArray("data") {
			want = append(want, element.String())
		}
		if diff := cmp.Diff(want, elements); diff != "" {
			t.Errorf("%q (-want +got):\n%s", document, diff)
		}
	})
}
