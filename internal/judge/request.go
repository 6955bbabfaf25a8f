package judge

import (
	"fmt"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// request holds a request against the operation that it calls. The operation is nil where there are no specification files or none
// describes the path.
func (s *Specs) request(req *http.Request, path string, body []byte) (*operation, []fault) {
	query, err := url.ParseQuery(req.URL.RawQuery)
	if err != nil {
		return nil, []fault{{rule: RuleQueryValue, where: "query", message: err.Error()}}
	}
	faults := static(req.Method, path, query, body)
	if s.routes == nil {
		return nil, faults
	}
	found, values := s.routes.find(strings.Split(strings.Trim(path, "/"), "/"))
	if found == nil {
		return nil, append(faults, fault{rule: RuleUnknownPath, where: "path", message: "no specification file describes it"})
	}
	method := req.Method
	if method == http.MethodHead {
		method = http.MethodGet
	}
	matched := found.operations[method]
	if matched == nil {
		return nil, append(faults, fault{rule: RuleUnknownMethod, where: "method", message: "the path does not take it"})
	}
	op := matched.op
	for i, value := range values {
		faults = append(faults, scalar(op.path[matched.names[i]], value, RulePathValue, "path "+matched.names[i])...)
	}
	faults = append(faults, op.judgeQuery(query)...)
	return op, append(faults, beyond(faults, op.judgeBody(req.Header.Get(headerContentType), body))...)
}

// beyond leaves out of the schema's faults what a rule of its own has said already, at the same place.
func beyond(said, schemas []fault) []fault {
	return slices.DeleteFunc(schemas, func(f fault) bool {
		return f.rule == RuleRequestSchema && slices.ContainsFunc(said, func(s fault) bool { return s.pointer != "" && s.pointer == f.pointer })
	})
}

func (op *operation) judgeQuery(query url.Values) []fault {
	var faults []fault
	for _, name := range op.required {
		if query.Get(name) == "" {
			faults = append(faults, fault{rule: RuleMissingQuery, where: "query " + name, message: "the operation requires it"})
		}
	}
	for name, values := range query {
		where := "query " + name
		schema, known := op.query[name]
		if !known {
			faults = append(faults, fault{rule: RuleUnknownQuery, where: where, message: "the operation does not know it"})
			continue
		}
		if len(values) > 1 {
			faults = append(faults, fault{rule: RuleRepeatedQuery, where: where, message: "given more than once"})
		}
		if !schema.Type.Is(openapi3.TypeArray) {
			faults = append(faults, scalar(schema, values[0], RuleQueryValue, where)...)
			continue
		}
		if schema.Items == nil {
			continue
		}
		for piece := range strings.SplitSeq(values[0], ",") {
			faults = append(faults, scalar(schema.Items.Value, piece, RuleQueryValue, where)...)
		}
	}
	return faults
}

// scalar holds the text of one query or path value against a schema.
func scalar(schema *openapi3.Schema, text, rule, where string) []fault {
	if schema == nil || schema.Type == nil {
		return nil
	}
	var value any = text
	if !schema.Type.Is(openapi3.TypeString) {
		decoded, err := decode([]byte(text))
		if err != nil {
			return []fault{{rule: rule, where: where, message: fmt.Sprintf("%q is no %s", text, schema.Type.Slice()[0])}}
		}
		value = decoded
	}
	var faults []fault
	for _, found := range mismatches(schema, value) {
		faults = append(faults, fault{rule: rule, where: where, message: fmt.Sprintf("%q: %s", text, found.reason)})
	}
	return faults
}

func (op *operation) judgeBody(contentType string, body []byte) []fault {
	if len(body) == 0 {
		if op.bodyNeeded {
			return []fault{{rule: RuleRequestBody, where: "body", message: "the operation requires one"}}
		}
		return nil
	}
	if op.body == nil {
		return []fault{{rule: RuleRequestBody, where: "body", message: "the operation takes none"}}
	}
	media, _, err := mime.ParseMediaType(contentType)
	sent := op.body[media]
	if err != nil || sent == nil {
		return []fault{{rule: RuleRequestType, where: "body", message: fmt.Sprintf("content type %q is not taken", contentType)}}
	}
	if media != mediaJSON {
		return nil // a multipart image: its parts are no JSON
	}
	value, err := decode(body)
	if err != nil {
		return []fault{{rule: RuleRequestBody, where: "body", message: "not JSON: " + err.Error()}}
	}
	var faults []fault
	for _, found := range mismatches(sent.schema, value) {
		faults = append(faults, fault{RuleRequestSchema, "body " + found.pointer, found.reason, found.pointer, found.value, 0})
	}
	for _, found := range sent.shape.strangers(value, sent.answer, true, "", nil) {
		rule, message := RuleUnknownField, "the operation does not know the field"
		if found.readOnly {
			rule, message = RuleReadOnlyField, "the field is read-only"
		}
		faults = append(faults, fault{rule, "body " + found.pointer, message, found.pointer, found.value, 0})
	}
	slices.SortStableFunc(faults, func(a, b fault) int { return strings.Compare(a.pointer, b.pointer) })
	return faults
}
