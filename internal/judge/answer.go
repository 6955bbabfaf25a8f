package judge

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strconv"
	"strings"
)

// generalStatuses may come from any operation although few files list them (docs/start/about/status-codes). 409 and 2xx are not among
// them: an operation that answers those says so in its file.
var generalStatuses = map[int]bool{
	400: true, 401: true, 403: true, 404: true, 405: true, 406: true, 413: true, 415: true, 422: true, 423: true, 429: true,
	500: true, 501: true, 502: true, 503: true, 504: true, 507: true,
}

// judgeAnswer holds an answer against its operation. body is what came over the wire, still compressed where the header says so.
func (s *Specs) judgeAnswer(op *operation, status int, header http.Header, body []byte) []fault {
	faults := op.judgeAnswer(status, header, body)
	for _, found := range faults {
		faults = append(faults, s.included(found)...)
	}
	return faults
}

func (op *operation) judgeAnswer(status int, header http.Header, body []byte) []fault {
	wrong := func(rule, format string, args ...any) []fault {
		where := "body"
		if rule == RuleAnswerStatus {
			where = "status"
		}
		return []fault{{rule: rule, where: where, message: fmt.Sprintf(format, args...), status: status}}
	}
	if header.Get("Content-Encoding") == "gzip" && len(body) > 0 {
		plain, err := gunzip(body)
		if err != nil {
			return wrong(RuleAnswerBody, "not gzip: %v", err)
		}
		body = plain
	}
	described := op.answers[status]
	switch {
	case status == http.StatusNoContent && len(body) > 0:
		return wrong(RuleAnswerBody, "204 carries none")
	case described == nil && generalStatuses[status]:
		return op.judgeGeneral(status, header, body)
	case described == nil:
		return wrong(RuleAnswerStatus, "%d is not described", status)
	case len(described.media) == 0:
		return nil
	case len(body) == 0 && status == http.StatusNoContent:
		return nil
	case len(body) == 0:
		return wrong(RuleAnswerBody, "the answer has none")
	}
	contentType := header.Get(headerContentType)
	media, _, err := mime.ParseMediaType(contentType)
	carried := described.media[media]
	if status >= 400 && carried == nil {
		return op.judgeGeneral(status, header, body)
	}
	if err != nil || carried == nil {
		return wrong(RuleAnswerType, "%d with content type %q is not described", status, contentType)
	}
	if !isJSON(media) {
		return nil
	}
	value, places, err := decodeAnswer(body)
	if err != nil {
		return wrong(RuleAnswerBody, "not JSON: %v", err)
	}
	faults := carried.judge(value, status)
	for i := range faults {
		faults[i].pointer = replaced(faults[i].pointer, places)
		faults[i].where = "body " + faults[i].pointer
	}
	return faults
}

func isJSON(media string) bool { return media == mediaJSON || strings.HasSuffix(media, "+json") }

// judge holds the decoded body of an answer against its schema and its known fields.
func (p *payload) judge(value any, status int) []fault {
	var faults []fault
	for _, found := range mismatches(p.schema, value) {
		faults = append(faults, fault{RuleAnswerSchema, "body " + found.pointer, found.reason, found.pointer, found.value, status})
	}
	for _, found := range p.shape.strangers(value, nil, false, "", nil) {
		faults = append(faults, fault{RuleAnswerField, "body " + found.pointer, "the specification does not know the field", found.pointer, found.value, status})
	}
	return faults
}

// judgeGeneral checks an error that the operation's file does not describe: only its outline, and only where it says that it is JSON, because
// gateways answer 401, 403, 415 and 5xx in plain text and HTML.
func (op *operation) judgeGeneral(status int, header http.Header, body []byte) []fault {
	media, _, err := mime.ParseMediaType(header.Get(headerContentType))
	if err != nil || !isJSON(media) {
		return nil
	}
	value, err := decode(body)
	if err != nil {
		return []fault{{rule: RuleAnswerBody, where: "body", message: "not JSON: " + err.Error(), status: status}}
	}
	if op.errorForm(value) {
		return nil
	}
	return []fault{{rule: RuleAnswerSchema, where: "body", message: fmt.Sprintf("%d is not in the form of a %s error", status, op.version), pointer: "/", value: value, status: status}}
}

// errorForm knows the bodies of errors: V3 an object, V2 a list of status and message, and the gateway's {"error": "..."} on both.
func (op *operation) errorForm(value any) bool {
	switch value := value.(type) {
	case map[string]any:
		if _, gateway := value["error"]; gateway {
			return true
		}
		for _, name := range []string{"title", "errors", "batch_errors", "message"} {
			if _, has := value[name]; has {
				return op.version == "v3"
			}
		}
	case []any:
		if len(value) == 0 {
			return false
		}
		first, ok := value[0].(map[string]any)
		return ok && op.version == "v2" && first["status"] != nil && first["message"] != nil
	}
	return false
}

// A page above wholeBody bytes is judged by the first headItems and the last tailItems of its data: a full page of 250 products with all
// their children is 11 MB, and holding all of it against the schema costs 150 ms, several hundred times a run. Pages below it are judged
// whole: 250 plain products (0.9 MB) take 20 ms.
const (
	wholeBody = 1 << 20
	headItems = 20
	tailItems = 5
)

// decodeAnswer decodes a body, of a large page only the judged items; places gives the place in the page of each decoded item, nil where
// all are decoded.
func decodeAnswer(body []byte) (value any, places []int, err error) {
	if len(body) < wholeBody {
		value, err = decode(body)
		return value, nil, err
	}
	var envelope map[string]json.RawMessage
	var items []json.RawMessage
	if json.Unmarshal(body, &envelope) != nil || json.Unmarshal(envelope["data"], &items) != nil || len(items) <= headItems+tailItems {
		value, err = decode(body)
		return value, nil, err
	}
	decoded := map[string]any{}
	for name, part := range envelope {
		if name == "data" {
			continue
		}
		if decoded[name], err = decode(part); err != nil {
			return nil, nil, err
		}
	}
	var judged []any
	for i, item := range items {
		if i >= headItems && i < len(items)-tailItems {
			continue
		}
		one, err := decode(item)
		if err != nil {
			return nil, nil, err
		}
		judged, places = append(judged, one), append(places, i)
	}
	decoded["data"] = judged
	return decoded, places, nil
}

// replaced turns the place of a judged item into its place in the page.
func replaced(pointer string, places []int) string {
	rest, ok := strings.CutPrefix(pointer, "/data/")
	if places == nil || !ok {
		return pointer
	}
	place, tail, _ := strings.Cut(rest, "/")
	i, err := strconv.Atoi(place)
	if err != nil || i >= len(places) {
		return pointer
	}
	return strings.TrimSuffix("/data/"+strconv.Itoa(places[i])+"/"+tail, "/")
}

func gunzip(body []byte) ([]byte, error) {
	reader, err := gzip.NewReader(bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(reader)
}
