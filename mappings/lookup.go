package mappings

import (
	"slices"
	"strings"

	"bcetl/internal/record"
)

// defaultSeparator stands between the parts of a category path.
const defaultSeparator = "/"

// categoryKey brings a category's path into the form of a record.Ref: trimmed parts joined by "/", a slash inside a part written
// "\/". In the sheet's form a separator inside a part is written with a backslash before it.
func categoryKey(path, separator string) string {
	return joinPath(splitPath(path, separator), "/")
}

// splitPath gives the trimmed parts of a path, empty ones dropped.
func splitPath(path, separator string) []string {
	if !strings.Contains(path, `\`) {
		return pieces(path, separator)
	}
	var parts []string
	var part strings.Builder
	flush := func() {
		if text := strings.TrimSpace(part.String()); text != "" {
			parts = append(parts, text)
		}
		part.Reset()
	}
	for path != "" {
		switch {
		case strings.HasPrefix(path, `\`+separator):
			part.WriteString(separator)
			path = path[1+len(separator):]
		case strings.HasPrefix(path, `\\`):
			part.WriteByte('\\')
			path = path[2:]
		case strings.HasPrefix(path, separator):
			flush()
			path = path[len(separator):]
		default:
			part.WriteByte(path[0])
			path = path[1:]
		}
	}
	flush()
	return parts
}

// joinPath is the reverse of splitPath.
func joinPath(parts []string, separator string) string {
	var b strings.Builder
	for i, part := range parts {
		if i > 0 {
			b.WriteString(separator)
		}
		if strings.Contains(part, `\`) || strings.Contains(part, separator) { // rare, and the replacer costs 7 kB
			part = strings.NewReplacer(`\`, `\\`, separator, `\`+separator).Replace(part)
		}
		b.WriteString(part)
	}
	return b.String()
}

// storeLookup yields references of a kind, which the store's side resolves.
func storeLookup(kind, separator string, create bool, other *record.Value) lookup {
	return func(v value, column string) (value, *record.Problem) {
		key := v.text
		if kind == "category" {
			key = categoryKey(key, separator)
		}
		return refValue(record.Ref{Kind: kind, Key: key, Create: create, Else: other, Column: column}), nil
	}
}

// fileLookup replaces a text by what a table file says.
func fileLookup(file string, entries map[string]string, convert converter, other *value) lookup {
	return func(v value, _ string) (value, *record.Problem) {
		found, ok := entries[v.text]
		switch {
		case ok:
			return convert(found, nil)
		case other != nil:
			return *other, nil
		}
		return value{}, problem(CodeNotInTable, "%s does not have %s", file, quote(v.text))
	}
}

// exportName gives the name of an id, in the form that an import with the same rule reads back.
func (s *Scope) exportName(kind, id, separator string) (string, bool) {
	name, ok := s.Names[kind][id]
	if ok && kind == "category" && separator != "/" {
		name = joinPath(splitPath(name, "/"), separator)
	}
	return name, ok
}

// sortedKinds lists the kinds without repeats.
func sortedKinds(kinds []string) []string {
	slices.Sort(kinds)
	return slices.Compact(kinds)
}
