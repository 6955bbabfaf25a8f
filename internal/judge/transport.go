package judge

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
)

// RoundTrip judges the request, sends it on unchanged, and judges the answer. An answer whose body breaks off is handed on with its error
// and not judged: there is nothing whole to judge.
func (t *Transport) RoundTrip(req *http.Request) (*http.Response, error) {
	body, err := readRequest(req)
	if err != nil {
		return nil, fmt.Errorf("read request body: %w", err)
	}
	path, ours := versioned(req.URL.Path)
	var op *operation
	if !ours {
		t.fault(req, path, nil, whereRequest, fault{rule: RuleUnknownPath, where: "path", message: "not below /stores/{store_hash}/v2 or v3"})
	} else {
		var faults []fault
		op, faults = t.specs.request(req, path, body)
		t.count(func(c *Counts) {
			c.Requests++
			if op != nil {
				c.Operations[op.name]++
			}
		})
		if op != nil {
			t.specs.figures.request(op)
			t.specs.figures.body(op, whereRequest, body)
		}
		for _, found := range faults {
			t.fault(req, path, op, whereRequest, found)
		}
	}

	sent := req
	if body != nil {
		sent = req.Clone(req.Context())
		sent.Body = io.NopCloser(bytes.NewReader(body))
	}
	res, err := t.next.RoundTrip(sent)
	if err != nil || op == nil {
		return res, err
	}
	content, whole := readAnswer(res)
	if !whole || req.Method == http.MethodHead {
		return res, nil
	}
	t.count(func(c *Counts) { c.Answers++ })
	t.specs.figures.answer()
	t.specs.figures.body(op, whereAnswer, content)
	for _, found := range t.specs.judgeAnswer(op, res.StatusCode, res.Header, content) {
		t.fault(req, path, op, whereAnswer, found)
	}
	return res, nil
}

// fault reports a violation, or counts the exception that excuses it.
func (t *Transport) fault(req *http.Request, path string, op *operation, where string, found fault) {
	if op != nil {
		if name := t.specs.excuse(op, found); name != "" {
			t.count(func(c *Counts) { c.Exceptions[name]++ })
			t.specs.figures.excused(op, where, name, found)
			return
		}
		t.specs.figures.violated(op)
	}
	t.report(Violation{Where: where + " " + found.where, Method: req.Method, Path: path, Rule: found.rule, Message: found.message})
}

// readRequest takes the body of a request; nil without one. The body is closed, as a RoundTripper must.
func readRequest(req *http.Request) ([]byte, error) {
	if req.Body == nil || req.Body == http.NoBody {
		return nil, nil
	}
	body, err := io.ReadAll(req.Body)
	return body, errors.Join(err, req.Body.Close())
}

// readAnswer takes the body of an answer and puts an equal one in its place, with the error in it where the original broke off.
func readAnswer(res *http.Response) (body []byte, whole bool) {
	body, err := io.ReadAll(res.Body)
	closer := res.Body
	var reader io.Reader = bytes.NewReader(body)
	if err != nil {
		reader = io.MultiReader(reader, broken{err})
	}
	res.Body = struct {
		io.Reader
		io.Closer
	}{reader, closer}
	return body, err == nil
}

// broken is a body's end at which the connection broke.
type broken struct{ err error }

func (b broken) Read([]byte) (int, error) { return 0, b.err }
