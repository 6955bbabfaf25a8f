package apply

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/shopspring/decimal"

	"bcetl/internal/bigcommerce/catalogue"
	"bcetl/internal/record"
)

// fieldForms are the forms that are judged here, compiled, by the pattern of the catalogue.
var fieldForms = func() map[string]*regexp.Regexp {
	compiled := map[string]*regexp.Regexp{}
	for _, object := range catalogue.All() {
		for i := range object.Fields {
			field := &object.Fields[i]
			if _, key := object.KeyNamed(field.Path); field.Form != "" && (key || field.JudgedSent) {
				compiled[field.Form] = regexp.MustCompile(`^(?:` + field.Form + `)$`)
			}
		}
	}
	return compiled
}()

// judgeBounds gives the first value of a body that the store would not take, of the fields that the catalogue wants judged where they are
// sent. Of an update those of the changed fields are: a record keeps what it has.
func judgeBounds(object *catalogue.Object, body *record.Object, changed func(path string) bool) *record.Problem {
	for i := range object.Fields {
		field := &object.Fields[i]
		if list, _, _ := strings.Cut(field.Path, "[]"); !field.JudgedSent || !changed(field.Path) && !changed(list) {
			continue
		}
		if problem := judgeAt(field, record.ObjectValue(body), field.Path); problem != nil {
			problem.Field = field.Path
			return problem
		}
	}
	return nil
}

// judgeChange is judgeBounds of an update.
func judgeChange(object *catalogue.Object, change *Change) *record.Problem {
	return judgeBounds(object, change.Body, func(path string) bool { return slices.Contains(change.Changed, path) })
}

// judgeAt judges the values that stand below v at a field's path.
func judgeAt(field *catalogue.Field, v record.Value, path string) *record.Problem {
	if path == "" {
		return judgeBound(field, v)
	}
	name, rest, _ := strings.Cut(path, ".")
	name, list := strings.CutSuffix(name, "[]")
	v = v.Object().Get(name)
	if !list {
		return judgeAt(field, v, rest)
	}
	for _, element := range v.List() {
		if problem := judgeAt(field, element, rest); problem != nil {
			return problem
		}
	}
	return nil
}

// judgeBound judges one value by its field. What is yet to be looked up, and null, are within all bounds.
func judgeBound(field *catalogue.Field, v record.Value) *record.Problem {
	switch v.Kind() {
	case record.Number:
		return judgeRange(field, v)
	case record.Text:
		text, n := v.String(), utf8.RuneCountInString(v.String())
		switch {
		case field.MaxLength > 0 && n > field.MaxLength:
			return &record.Problem{Code: "too_long", Message: fmt.Sprintf("%.60q has %d characters, at most %d are allowed", text, n, field.MaxLength)}
		case n < field.MinLength:
			return &record.Problem{Code: "too_short", Message: fmt.Sprintf("%q is too short, %d characters or more are needed", text, field.MinLength)}
		}
		return judgeForm(field, text)
	}
	return nil
}

func judgeRange(field *catalogue.Field, v record.Value) *record.Problem {
	if !isBelow(v.String(), field.Min) && !isBelow(field.Max, v.String()) {
		return nil
	}
	expected := "from " + field.Min + " to " + field.Max
	switch {
	case field.Max == "":
		expected = "at least " + field.Min
	case field.Min == "":
		expected = "at most " + field.Max
	}
	return &record.Problem{Code: "out_of_range", Message: fmt.Sprintf("%s is out of range, expected %s", v, expected)}
}

// isBelow compares numbers; an empty text is the bound that there is not.
func isBelow(number, bound string) bool {
	n, err := decimal.NewFromString(number)
	b, noBound := decimal.NewFromString(bound)
	return err == nil && noBound == nil && n.LessThan(b)
}

// judgeForm judges a text that has more than blanks.
func judgeForm(field *catalogue.Field, text string) *record.Problem {
	if field.Form == "" || strings.TrimSpace(text) == "" || fieldForms[field.Form].MatchString(text) {
		return nil
	}
	return &record.Problem{Code: "bad_form", Message: fmt.Sprintf("%q is refused by stores: they take %s", text, field.FormNote)}
}
