package mappings

import (
	"strings"

	"bcetl/internal/record"
)

// pieces splits a text, trims the pieces and drops the empty ones.
func pieces(text, separator string) []string {
	parts := make([]string, 0, strings.Count(text, separator)+1)
	for part := range strings.SplitSeq(text, separator) {
		if part = strings.TrimSpace(part); part != "" {
			parts = append(parts, part)
		}
	}
	return parts
}

// pairs reads "Colour=red; Size=XL" as a list of objects with a name and a value.
type pairs struct {
	item, key   string
	name, value checker
}

func (s *pairs) read(text string) (value, *record.Problem) {
	parts := pieces(text, s.item)
	items := make([]value, 0, len(parts))
	for _, part := range parts {
		left, right, found := strings.Cut(part, s.key)
		left, right = strings.TrimSpace(left), strings.TrimSpace(right)
		if !found || left == "" || right == "" {
			return value{}, problem(CodeBadPair, "%s is not a pair such as name%svalue", quote(part), s.key)
		}
		object := record.NewObject(2)
		for _, one := range []struct {
			name, text string
			check      checker
		}{{"name", left, s.name}, {"value", right, s.value}} {
			v, p := one.check(textValue(one.text))
			if p != nil {
				p.Message = "the " + one.name + " of a pair: " + p.Message
				return value{}, p
			}
			object.Set(one.name, v)
		}
		items = append(items, objectValue(object))
	}
	return listValue(items), nil
}

// write is the reverse of read.
func (s *pairs) write(list []record.Value) string {
	var b strings.Builder
	for _, item := range list {
		if b.Len() > 0 {
			b.WriteString(s.item)
		}
		b.WriteString(item.Object().Get("name").String())
		b.WriteString(s.key)
		b.WriteString(item.Object().Get("value").String())
	}
	return b.String()
}
