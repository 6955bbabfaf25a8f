package bigcommerce

import (
	"bytes"

	"github.com/valyala/fastjson"
)

// parseList parses a document without its list, and gives the list's elements as they are, each to be parsed by itself. The document lasts until the
// parser is used again.
func parseList(parser *fastjson.Parser, answer *Response, name string) (elements [][]byte, document *fastjson.Value, err error) {
	elements, rest, ok := cutList(answer.Body, name)
	if !ok {
		rest = answer.Body // the parser knows whether it was cut off
	}
	document, err = parser.ParseBytes(rest)
	switch {
	case err != nil:
		return nil, nil, incomplete(answer)
	case !ok && name == "":
		return nil, nil, &ProtocolError{Message: "the answer is no list"}
	case !ok:
		return nil, nil, &ProtocolError{Message: "the answer has no list under " + name}
	}
	return elements, document, nil
}

// cutList finds the elements of a list without reading them: the list under a name of the document's object, or the document itself where
// name is "". The trees of a whole page take ten times its bytes, those of one record next to nothing. What it gives is cut and not proven:
// elements and rest, which is the document with an empty list, have still to be parsed. ok is false where there is no such list, or no end of it.
func cutList(document []byte, name string) (elements [][]byte, rest []byte, ok bool) {
	c := cutter{document: document}
	if name != "" && !c.find(name) {
		return nil, nil, false
	}
	if !c.take('[') {
		return nil, nil, false
	}
	begin := c.at
	if !c.take(']') {
		for {
			c.blanks()
			from := c.at
			if !c.value() {
				return nil, nil, false
			}
			elements = append(elements, document[from:c.at])
			if c.take(']') {
				break
			}
			if !c.take(',') {
				return nil, nil, false
			}
		}
	}
	rest = append(append(rest, document[:begin]...), document[c.at-1:]...)
	return elements, rest, true
}

// cutter walks over JSON; at is where it is.
type cutter struct {
	document []byte
	at       int
}

func (c *cutter) blanks() {
	for c.at < len(c.document) {
		switch c.document[c.at] {
		case ' ', '\t', '\n', '\r':
			c.at++
		default:
			return
		}
	}
}

// take passes over blanks and one character, if that is the next one.
func (c *cutter) take(character byte) bool {
	c.blanks()
	if c.at == len(c.document) || c.document[c.at] != character {
		return false
	}
	c.at++
	return true
}

// find goes to the value of that name in the object that begins here.
func (c *cutter) find(name string) bool {
	if !c.take('{') {
		return false
	}
	for {
		c.blanks()
		from := c.at
		if !c.text() {
			return false
		}
		found := string(bytes.Trim(c.document[from:c.at], `"`)) == name
		if !c.take(':') {
			return false
		}
		if found {
			return true
		}
		if !c.value() || !c.take(',') {
			return false
		}
	}
}

// text passes over a string.
func (c *cutter) text() bool {
	if c.at == len(c.document) || c.document[c.at] != '"' {
		return false
	}
	end := endOfText(c.document, c.at)
	c.at = max(c.at, end)
	return end > 0
}

// endOfText gives the place behind the string that begins at a place, 0 where it has no end.
func endOfText(document []byte, at int) int {
	for i := at + 1; i < len(document); i++ {
		switch document[i] {
		case '"':
			return i + 1
		case '\\':
			i++
		}
	}
	return 0
}

// value passes over any value; an object or a list ends where as many brackets have closed as were opened.
func (c *cutter) value() bool {
	c.blanks()
	document, at, depth := c.document, c.at, 0
	for at < len(document) {
		switch document[at] {
		case '"':
			if at = endOfText(document, at); at == 0 {
				return false
			}
			if depth == 0 {
				c.at = at
				return true
			}
		case '{', '[':
			depth++
			at++
		case '}', ']':
			if depth == 0 {
				return c.until(at)
			}
			at++
			if depth--; depth == 0 {
				c.at = at
				return true
			}
		case ',', ' ', '\t', '\n', '\r':
			if depth == 0 {
				return c.until(at)
			}
			at++
		default:
			at++
		}
	}
	return false
}

// until ends a value that has no end of its own, such as a number, where the next thing begins.
func (c *cutter) until(at int) bool {
	some := at > c.at
	c.at = at
	return some
}
