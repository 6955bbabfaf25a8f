package judge

import (
	"net/http"
	"slices"
	"strings"
)

// What an exception follows where the files contradict themselves, their prose or a recorded answer.
const (
	followsRecorded = "recorded answers"
	followsExample  = "the file's examples"
	followsProse    = "the file's prose"
	followsOther    = "another schema of the files"
	followsSense    = "the only reading that can be met"
	followsEither   = "either: the client reads both"
)

// exception excuses what the specification files get wrong: where they contradict themselves, their own prose, or recorded answers.
// Nothing else is excused, and each use is counted by name.
type exception struct {
	name       string
	follows    string // one of the constants above
	reason     string
	rule       string
	operations []string // as "GET /v3/catalog/products"; a final * stands for any rest; none means every operation
	pointers   []string // with * for a list's place; none means any
	null       bool     // only a null is excused
	reading    string   // only where the specifications are read with this other reading of them, see Under; "" always
	holds      func(op *operation, found fault) bool
}

// exceptions are looked through in order.
var exceptions = slices.Concat(readingExceptions, generalExceptions, catalogExceptions, orderExceptions)

// generalExceptions are those of any resource.
var generalExceptions = []exception{
	{
		name: "batch-id", follows: followsProse, rule: RuleReadOnlyField,
		reason:   "batch updates require the id that their schema calls read-only",
		pointers: []string{"/*/id"},
		holds:    func(op *operation, _ fault) bool { return op.method == http.MethodPut },
	},
	{
		name: "null-meta", follows: followsRecorded, rule: RuleAnswerSchema, null: true,
		reason:   "recorded answers of single records have a null meta",
		pointers: []string{"/meta"},
	},
	{
		name: "error-details", follows: followsRecorded, rule: RuleAnswerField,
		reason:   "recorded V3 errors carry errors, code, instance, title and type, whatever the operation's own schema of errors names",
		pointers: []string{"/errors", "/code", "/instance", "/status", "/title", "/type", "/message"},
		holds:    func(op *operation, found fault) bool { return op.version == "v3" && found.status >= 400 },
	},
	{
		name: "v2-empty", follows: followsRecorded, rule: RuleAnswerStatus,
		reason: "empty V2 lists are answered 204 (observed), which most files do not list",
		holds: func(op *operation, found fault) bool {
			return op.version == "v2" && op.method == http.MethodGet && found.status == http.StatusNoContent
		},
	},
}

// excuse names the exception that excuses a fault, or nothing.
func (s *Specs) excuse(op *operation, found fault) string {
	for i := range exceptions {
		if reading := exceptions[i].reading; reading != "" && reading != s.reading {
			continue
		}
		if exceptions[i].excuses(op, found) {
			return exceptions[i].name
		}
	}
	return ""
}

func (e *exception) excuses(op *operation, found fault) bool {
	switch {
	case e.rule != found.rule:
		return false
	case e.null && found.value != nil:
		return false
	case len(e.operations) > 0 && !slices.ContainsFunc(e.operations, func(name string) bool { return covers(name, op.name) }):
		return false
	case len(e.pointers) > 0 && !slices.Contains(e.pointers, placeless(found.pointer)):
		return false
	}
	return e.holds == nil || e.holds(op, found)
}

func covers(pattern, name string) bool {
	if stem, open := strings.CutSuffix(pattern, "*"); open {
		return strings.HasPrefix(name, stem)
	}
	return pattern == name
}

// placeless writes the places of lists in a pointer as *.
func placeless(pointer string) string {
	segments := strings.Split(pointer, "/")
	for i, segment := range segments {
		if numeric(segment) {
			segments[i] = "*"
		}
	}
	return strings.Join(segments, "/")
}
