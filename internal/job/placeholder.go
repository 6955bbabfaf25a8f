package job

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// piece is a part of a text: literal, or a placeholder `${name}`, `${name:detail}`, `${name|fallback}`.
type piece struct {
	literal     string
	placeholder bool
	written     string // the placeholder as written
	offset      int    // of the placeholder, in characters
	name        string
	detail      string
	hasDetail   bool
	fallback    []piece
	hasFallback bool
}

// hasPlaceholder says whether a text holds `${` otherwise than as `$${`.
func hasPlaceholder(text string) bool {
	return strings.Contains(strings.ReplaceAll(text, "$${", ""), "${")
}

// splitPlaceholders takes a text apart. `$${` stands for a literal `${`. A fallback may hold placeholders of its own.
func splitPlaceholders(text string) ([]piece, error) {
	pieces, _, err := splitUntil(text, 0, false)
	return pieces, err
}

const maxNesting = 8

func splitUntil(text string, depth int, inside bool) (pieces []piece, used int, err error) {
	if depth > maxNesting {
		return nil, 0, fmt.Errorf("placeholders are nested more than %d deep", maxNesting)
	}
	var literal strings.Builder
	flush := func() {
		if literal.Len() > 0 {
			pieces = append(pieces, piece{literal: literal.String()})
			literal.Reset()
		}
	}
	i := 0
	for i < len(text) {
		rest := text[i:]
		switch {
		case strings.HasPrefix(rest, "$${"):
			literal.WriteString("${")
			i += 3
		case strings.HasPrefix(rest, "${"):
			flush()
			p, length, err := placeholderAt(rest, depth)
			if err != nil {
				return nil, 0, err
			}
			p.offset = utf8.RuneCountInString(text[:i])
			pieces = append(pieces, p)
			i += length
		case inside && rest[0] == '}':
			flush()
			return pieces, i, nil
		default:
			literal.WriteByte(rest[0])
			i++
		}
	}
	if inside {
		return nil, 0, fmt.Errorf("a placeholder is not closed: } is missing")
	}
	flush()
	return pieces, i, nil
}

func placeholderAt(text string, depth int) (piece, int, error) {
	end := strings.IndexAny(text, "|}")
	if end < 0 {
		return piece{}, 0, fmt.Errorf("%s is not closed: } is missing; a literal ${ is written $${", quote(shorten(text)))
	}
	p := piece{placeholder: true}
	p.name, p.detail, p.hasDetail = strings.Cut(text[2:end], ":")
	p.name = strings.TrimSpace(p.name)
	length := end + 1
	if text[end] == '|' {
		fallback, used, err := splitUntil(text[end+1:], depth+1, true)
		if err != nil {
			return piece{}, 0, err
		}
		p.fallback, p.hasFallback = fallback, true
		length = end + 1 + used + 1
	}
	p.written = text[:length]
	return p, length, nil
}

// placeholderNames are the names between `${` and `}` in an expression, where placeholders have no meaning.
func placeholderNames(text string) []string {
	pieces, err := splitPlaceholders(text)
	if err != nil {
		return nil
	}
	var names []string
	for _, p := range pieces {
		if p.placeholder && isIdentifier(p.name) {
			names = append(names, p.name)
		}
	}
	return names
}

func isIdentifier(s string) bool {
	for i, r := range s {
		letter := r == '_' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z'
		if !letter && (i == 0 || r < '0' || r > '9') {
			return false
		}
	}
	return s != ""
}
