package emulator

import (
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// statusType is the link that error bodies carry as "type".
const statusType = "https://developer.bigcommerce.com/api-docs/getting-started/api-status-codes"

// reply is an answer before it is sent.
type reply struct {
	status int
	header http.Header // extra headers; may be nil
	kind   string      // content type; "" = application/json
	body   []byte
}

func noContent() *reply { return &reply{status: http.StatusNoContent} }

// failure is the V3 error body {status, title, type, errors}.
type failure struct {
	status int
	code   int // platform code, 0 = none
	title  string
	errors map[string]string
	detail string
}

func (f *failure) body() []byte {
	b := []byte(`{"status":`)
	b = strconv.AppendInt(b, int64(f.status), 10)
	if f.code != 0 {
		b = append(b, `,"code":`...)
		b = strconv.AppendInt(b, int64(f.code), 10)
	}
	b = append(appendQuoted(append(b, `,"title":`...), f.title), `,"type":"`+statusType+`"`...)
	if f.detail != "" {
		b = appendQuoted(append(b, `,"detail":`...), f.detail)
	}
	if f.errors != nil || f.status == http.StatusForbidden || f.status == http.StatusRequestEntityTooLarge {
		b = appendErrors(append(b, `,"errors":`...), f.errors)
	}
	return append(b, '}')
}

func (f *failure) reply() *reply { return &reply{status: f.status, body: f.body()} }

func appendErrors(b []byte, errors map[string]string) []byte {
	b = append(b, '{')
	for i, name := range slices.Sorted(maps.Keys(errors)) {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(appendQuoted(b, name), ':')
		b = appendQuoted(b, errors[name])
	}
	return append(b, '}')
}

func fail(status int, title string) *failure { return &failure{status: status, title: title} }

// failField is a failure whose one errors entry repeats the title, as the platform does it.
func failField(status int, name, title string) *failure {
	return &failure{status: status, title: title, errors: map[string]string{name: title}}
}

// failV2 is the V2 error body, an array of one.
func failV2(status int, message, details string) *reply {
	b := []byte(`[{"status":`)
	b = strconv.AppendInt(b, int64(status), 10)
	b = appendQuoted(append(b, `,"message":`...), message)
	if details != "" {
		b = append(append(b, `,"details":`...), details...)
	}
	return &reply{status: status, body: append(b, `}]`...)}
}

// failure turns what patch found into an answer, nil if nothing is wrong. Absent fields come
// before wrong types, and those before values out of their limits.
func (p *problems) failure() *failure {
	switch {
	case len(p.missing) > 0:
		return &failure{status: http.StatusUnprocessableEntity, title: "Missing Required Fields", errors: p.missing}
	case len(p.typed) > 0:
		return &failure{status: http.StatusUnprocessableEntity, title: "JSON data is missing or invalid", errors: p.typed}
	case len(p.invalid) > 0:
		names := strings.Join(slices.Sorted(maps.Keys(p.invalid)), ", ")
		return &failure{status: http.StatusUnprocessableEntity, title: "Invalid field(s): " + names, errors: p.invalid}
	}
	return nil
}

func notFound(what string, id int) *failure {
	return fail(http.StatusNotFound, "A "+what+" with the id of "+strconv.Itoa(id)+" was not found")
}

// single wraps one encoded object as {data, meta}.
func single(data []byte) *reply {
	b := append(append(make([]byte, 0, len(data)+24), `{"data":`...), data...)
	return &reply{status: http.StatusOK, body: append(b, `,"meta":{}}`...)}
}

// partly wraps saved data and the failure of a side part as a 207.
func partly(data []byte, f *failure) *reply {
	b := append([]byte(`{"data":`), data...)
	f.status = http.StatusMultiStatus
	b = append(append(b, `,"errors":`...), f.body()...)
	return &reply{status: http.StatusMultiStatus, body: append(b, `,"meta":{}}`...)}
}
