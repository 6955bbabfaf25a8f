package bigcommerce

import (
	"bytes"
	"encoding/json"
	"html"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

const (
	maxRaw      = 2 << 10 // bytes of an error body that are kept
	maxMessage  = 500     // bytes of one message
	maxDecoded  = 1 << 20 // bytes of an error body that are looked at
	maxDeepness = 8
)

// newAPIError reads an answer into an error. It never fails: what cannot be read stays in Raw.
func newAPIError(r *request, answer *Response) *APIError {
	e := &APIError{
		Status: answer.Status, Method: r.method, Path: "/" + r.version + r.path, Connection: r.connection,
		Raw: cut(string(answer.Body[:min(len(answer.Body), maxRaw)]), maxRaw), RequestID: answer.RequestID(), RetryAfter: answer.RetryAfter(),
	}
	if answer.Status >= 300 && answer.Status < 400 {
		e.Title = "it redirects to another address, which is not followed"
		return e
	}
	e.decode(answer.Body)
	return e
}

// decode reads a body: V2 lists, V3 objects, batch errors, lists of errors, plain text, HTML, nothing.
func (e *APIError) decode(body []byte) {
	body = bytes.TrimSpace(bytes.ToValidUTF8(body, []byte("\uFFFD")))
	if len(body) == 0 || len(body) > maxDecoded {
		return
	}
	if body[0] == '[' || body[0] == '{' || body[0] == '"' {
		decoder := json.NewDecoder(bytes.NewReader(body))
		decoder.UseNumber()
		var document any
		if decoder.Decode(&document) == nil {
			e.document(document)
			return
		}
	}
	if body[0] == '<' {
		e.Title = titleOfHTML(string(body))
		return
	}
	e.Title = clean(string(body))
}

func (e *APIError) document(document any) {
	switch d := document.(type) {
	case string:
		e.Title = clean(d)
	case []any: // V2
		e.list(d)
	case map[string]any:
		e.Title = firstText(d, "title", "message", "detail", "error_description", "error")
		for _, name := range []string{"errors", "error", "batch_errors", "details"} {
			e.add(d[name])
		}
		if e.Title == "" {
			e.Title = e.titleOfItems()
		}
	}
}

// add reads what stands under `errors`: an object of fields, or a list of errors.
func (e *APIError) add(errors any) {
	switch d := errors.(type) {
	case []any:
		e.list(d)
	case map[string]any:
		if isError(d) { // the error part of a 207
			if e.Title == "" {
				e.Title = firstText(d, "title", "message")
			}
			e.add(d["errors"])
			return
		}
		fields := map[string]string{}
		flatten(fields, "", d, 0)
		e.fields(fields)
	}
}

// isError tells an error object from an object of fields.
func isError(d map[string]any) bool {
	_, nested := d["errors"].(map[string]any)
	_, status := d["status"].(json.Number)
	return nested || status
}

// fields sorts what is said of single fields: what begins with a place belongs to that element of the batch.
func (e *APIError) fields(fields map[string]string) {
	for _, path := range slices.Sorted(maps.Keys(fields)) {
		text := fields[path]
		if index, rest, ok := splitIndex(path); ok {
			item := e.item(index)
			if rest == "" {
				item.Title = text
			} else {
				item.Fields[rest] = text
			}
		}
		if e.Fields == nil {
			e.Fields = map[string]string{}
		}
		e.Fields[path] = text
	}
}

// item gives the entry of an element, a new one where there is none.
func (e *APIError) item(index int) *ItemError {
	for i := range e.Items {
		if e.Items[i].Index == index {
			return &e.Items[i]
		}
	}
	e.Items = append(e.Items, ItemError{Index: index, Fields: map[string]string{}})
	return &e.Items[len(e.Items)-1]
}

// list reads a list of errors: a V2 body, batch_errors, or the errors of promotions and metafields.
func (e *APIError) list(errors []any) {
	for _, entry := range errors {
		switch d := entry.(type) {
		case string:
			e.Title = join(e.Title, clean(d))
		case map[string]any:
			e.entry(d)
		}
	}
}

var quotedField = regexp.MustCompile(`^The field '([A-Za-z0-9_.\[\]]+)'`)

// entry reads one error of a list.
func (e *APIError) entry(d map[string]any) {
	title := firstText(d, "title", "message", "detail", "error")
	fields := map[string]string{}
	for _, name := range []string{"errors", "field_errors"} {
		flatten(fields, "", d[name], 0)
	}
	if v2 := firstText(d, "message"); v2 != "" {
		if match := quotedField.FindStringSubmatch(v2); match != nil {
			text := v2
			if reason := firstText(asMap(d["details"]), "invalid_reason"); reason != "" {
				text = reason
			}
			fields[match[1]] = text
		}
		if reason := firstText(asMap(d["details"]), "invalid_reason"); reason != "" && len(fields) == 0 {
			title = join(title, reason)
		}
		e.Title = join(e.Title, title)
		e.fields(fields)
		return
	}
	data := asMap(d["data"])
	item := ItemError{Index: -1, ID: wholeNumber(firstOf(data, "id", "variant_id", "product_id")), Title: title, Fields: fields}
	if item.ID == 0 {
		item.ID = wholeNumber(firstOf(d, "id"))
	}
	if index, ok := d["index"].(json.Number); ok {
		item.Index = int(wholeNumber(index))
	}
	e.Items = append(e.Items, item)
}

// titleOfItems joins what is said of the elements, for a body that says nothing of itself.
func (e *APIError) titleOfItems() string {
	var title string
	for i := range e.Items {
		title = join(title, e.Items[i].text())
		if len(title) > maxMessage {
			break
		}
	}
	return cut(title, maxMessage)
}

// flatten gives every text below a value by its dotted path.
func flatten(into map[string]string, path string, value any, deep int) {
	if deep > maxDeepness {
		return
	}
	switch v := value.(type) {
	case string:
		into[path] = clean(v)
	case json.Number:
		into[path] = v.String()
	case bool:
		into[path] = strconv.FormatBool(v)
	case []any:
		for i, element := range v {
			if text, ok := element.(string); ok {
				into[path] = join(into[path], clean(text))
				continue
			}
			flatten(into, dotted(path, strconv.Itoa(i)), element, deep+1)
		}
	case map[string]any:
		for name, element := range v {
			flatten(into, dotted(path, strings.Trim(name, ".")), element, deep+1)
		}
	}
}

func dotted(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}

// splitIndex reads the element's place at the head of a path: "0.meta_keywords" or "3".
func splitIndex(path string) (index int, rest string, ok bool) {
	head, rest, _ := strings.Cut(path, ".")
	index, err := strconv.Atoi(head)
	return index, rest, err == nil && index >= 0
}

func asMap(value any) map[string]any { m, _ := value.(map[string]any); return m }

func firstOf(d map[string]any, names ...string) any {
	for _, name := range names {
		if value, ok := d[name]; ok && value != nil {
			return value
		}
	}
	return nil
}

func firstText(d map[string]any, names ...string) string {
	for _, name := range names {
		if text, ok := d[name].(string); ok && strings.TrimSpace(text) != "" {
			return clean(text)
		}
	}
	return ""
}

func wholeNumber(value any) int64 {
	var text string
	switch v := value.(type) {
	case json.Number:
		text = v.String()
	case string:
		text = v
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return 0
	}
	return n
}

func join(a, b string) string {
	switch {
	case a == "":
		return b
	case b == "" || strings.Contains(a, b):
		return a
	}
	return strings.TrimRight(a, ". ") + "; " + b
}

var (
	htmlTitle = regexp.MustCompile(`(?is)<(title|h1)[^>]*>(.*?)</`)
	htmlTag   = regexp.MustCompile(`(?s)<[^>]*>`)
)

// titleOfHTML takes a page's title for the message, else its text.
func titleOfHTML(page string) string {
	if match := htmlTitle.FindStringSubmatch(page); match != nil {
		page = match[2]
	}
	return clean(html.UnescapeString(htmlTag.ReplaceAllString(page, " ")))
}

// clean makes one printable line of a text.
func clean(text string) string {
	text = strings.Map(func(r rune) rune {
		if r < 0x20 || r == 0x7f || (r >= 0x80 && r < 0xa0) {
			return ' '
		}
		return r
	}, text)
	return cut(strings.Join(strings.Fields(text), " "), maxMessage)
}

// cut makes valid UTF-8 of a text and shortens it to at most n bytes without splitting a character.
func cut(text string, n int) string {
	text = strings.ToValidUTF8(text, "\uFFFD")
	if len(text) <= n {
		return text
	}
	for n > 0 && !utf8.RuneStart(text[n]) {
		n--
	}
	return text[:n]
}
