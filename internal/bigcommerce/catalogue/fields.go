package catalogue

// The builders below keep the tables to one line a field. Each gives a field that may be written and says what clearing sends.

func text(path string, longest int) Field {
	return Field{Path: path, Type: Text, MaxLength: longest, Writable: true, Clear: ClearText}
}

func html(path string, longest int) Field {
	return Field{Path: path, Type: HTML, MaxLength: longest, Writable: true, Clear: ClearText}
}

func money(path string) Field {
	return Field{Path: path, Type: Decimal, Min: "0", Writable: true, Clear: ClearZero}
}

func size(path string) Field {
	return Field{Path: path, Type: Decimal, Min: "0", Max: "9999999999", Writable: true, Clear: ClearZero}
}

func whole(path, least, most string) Field {
	return Field{Path: path, Type: Int, Min: least, Max: most, Writable: true, Clear: ClearZero}
}

func flag(path string) Field {
	return Field{Path: path, Type: Bool, Writable: true, Clear: ClearFalse}
}

func choice(path string, values ...string) Field {
	return Field{Path: path, Type: Text, Enum: values, Writable: true}
}

func list(path string, kind Type) Field {
	return Field{Path: path, Type: kind, Writable: true, Clear: ClearList}
}

func readable(path string, kind Type) Field { return Field{Path: path, Type: kind} }

func (f Field) createOnly() Field        { f.Writable, f.CreateOnly = false, true; return f }
func (f Field) required() Field          { f.Required = true; return f }
func (f Field) least(n int) Field        { f.MinLength = n; return f }
func (f Field) atMost(n int) Field       { f.MaxItems = n; return f }
func (f Field) clears(c Clear) Field     { f.Clear = c; return f }
func (f Field) writeOnly() Field         { f.WriteOnly = true; return f }
func (f Field) ref(kind string) Field    { f.Ref = kind; return f }
func (f Field) effect(what string) Field { f.Effect = what; return f }
func (f Field) note(line string) Field   { f.Note = line; return f }
func (f Field) quoted() Field            { f.Quoted = true; return f }
func (f Field) form(pattern, words string) Field {
	f.Form, f.FormNote = pattern, words
	return f
}
func (f Field) capitals() Field         { f.Capitals = true; return f }
func (f Field) judgedSent() Field       { f.JudgedSent = true; return f }
func (f Field) unordered() Field        { f.Unordered = true; return f }
func (f Field) unique() Field           { f.Unique = true; return f }
func (f Field) reaches() Field          { f.Reaches = true; return f }
func (f Field) oneOf(v ...string) Field { f.Enum = v; return f }

// nullable says that null may be sent and that it is what clearing sends: the variant then inherits the product's value.
func (f Field) nullable() Field { f.Nullable, f.Clear = true, ClearNull; return f }

// mayBeNull says that null may be sent, though clearing sends something else.
func (f Field) mayBeNull() Field { f.Nullable = true; return f }

// codeForm is what codes that customers enter are made of. The patterns of the specifications have no anchors, and would let anything pass that
// has one such character (API facts, section 9, 20).
const codeForm = `[a-zA-Z0-9_ -]+`

// codeText is a code that customers enter, of 1 to 50 characters.
func codeText(path string) Field {
	return text(path, 50).least(1).required().clears(NoClear).form(codeForm, "letters, digits, blanks, _ and -")
}

// nameable marks fields that `include_fields` may name.
func nameable(fields ...Field) []Field {
	for i := range fields {
		fields[i].Nameable = true
	}
	return fields
}

// included marks fields that come only with a value of `include`.
func included(include string, fields ...Field) []Field {
	for i := range fields {
		fields[i].Include = include
	}
	return fields
}

// idFilters are the filters on the id. No write changes an id, so none of them is mutable.
func idFilters(names ...string) []Filter {
	filters := make([]Filter, len(names))
	for i, name := range names {
		filters[i] = Filter{Name: name, Type: Int, Many: name == "id:in" || name == "id:not_in"}
	}
	return filters
}
