package judge

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
)

// mismatch is one place where a document does not fit its schema.
type mismatch struct {
	pointer string
	keyword string // type, nullable, maximum, enum, oneOf ...
	reason  string
	value   any
}

// decode reads one JSON document; numbers keep their text.
func decode(body []byte) (any, error) {
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.UseNumber()
	var value any
	if err := decoder.Decode(&value); err != nil {
		return nil, err
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("something follows the document")
	}
	return value, nil
}

// errNotDateTime is what the date-time format answers; kin-openapi checks no date formats of its own accord.
var errNotDateTime = errors.New("not an ISO 8601 date and time")

// isoDateTime is the form that the V3 API writes, 2018-05-08T15:06:12+00:00, and reads.
var isoDateTime = openapi3.NewCallbackValidator(func(text string) error {
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04:05Z0700"} {
		if _, err := time.Parse(layout, text); err == nil {
			return nil
		}
	}
	return errNotDateTime
})

// mismatches holds a decoded document against a schema. Read-only fields are left to strangers: kin-openapi would fault the ids that a batch
// update must send.
func mismatches(schema *openapi3.Schema, value any) []mismatch {
	err := schema.VisitJSON(value,
		openapi3.MultiErrors(),
		openapi3.DisableReadOnlyValidation(),
		openapi3.DisableWriteOnlyValidation(),
		openapi3.DisableSchemaErrorDetails(),
		openapi3.WithStringFormatValidator("date-time", isoDateTime),
	)
	if err == nil {
		return nil
	}
	seen := map[string]bool{}
	var found []mismatch
	flatten(err, func(leaf *openapi3.SchemaError) {
		pointer := "/" + strings.Join(leaf.JSONPointer(), "/")
		reason := leaf.Reason
		if leaf.Origin != nil && leaf.SchemaField == "oneOf" {
			reason = leaf.Origin.Error()
		}
		if key := pointer + "\x00" + reason; !seen[key] {
			seen[key] = true
			found = append(found, mismatch{pointer, leaf.SchemaField, reason, leaf.Value})
		}
	})
	if len(found) == 0 {
		found = append(found, mismatch{pointer: "/", reason: err.Error()})
	}
	return found
}

// flatten walks to the innermost errors. allOf is looked through, as each of its parts must hold; for oneOf and anyOf the branches' own
// errors only say which were tried, so the choice itself is the error.
func flatten(err error, yield func(*openapi3.SchemaError)) {
	var schemaError *openapi3.SchemaError
	switch typed := err.(type) { //nolint:errorlint // the tree itself is walked, node by node
	case openapi3.MultiError:
		for _, inner := range typed {
			flatten(inner, yield)
		}
		return
	case *openapi3.SchemaError:
		schemaError = typed
	default:
		return
	}
	if schemaError.SchemaField == "allOf" {
		var parts openapi3.MultiError
		if errors.As(schemaError.Origin, &parts) {
			flatten(parts, yield)
			return
		}
	}
	yield(schemaError)
}
