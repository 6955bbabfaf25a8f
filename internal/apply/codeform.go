package apply

import (
	"fmt"
	"strings"

	"bcetl/internal/bigcommerce/catalogue"
	"bcetl/internal/record"
)

// codeForm is what the generated codes of a batch have in common: their beginning, their end and their length
// (promotions.v3.yml, code_length). Letters count in either case.
type codeForm struct {
	prefix, suffix string // with the delimiter
	delimiter      string
	length         int // of the random part
}

const usualCodeLength = 16

func formOf(doc *record.Object) codeForm {
	form := codeForm{prefix: doc.Get("prefix").String(), suffix: doc.Get("suffix").String(), length: usualCodeLength}
	form.delimiter = doc.Get("delimiter").String()
	form.prefix += form.delimiter
	if form.suffix != "" {
		form.suffix = form.delimiter + form.suffix
	}
	if n, err := doc.Get("code_length").Int(); err == nil {
		form.length = int(n)
	}
	return form
}

// fits tells whether a code is of the form.
func (f codeForm) fits(code string) bool {
	code = strings.ToUpper(code)
	return len(code) == f.size() && strings.HasPrefix(code, f.prefix) && strings.HasSuffix(code, f.suffix)
}

func (f codeForm) size() int { return len(f.prefix) + f.length + len(f.suffix) }

// overlaps tells whether a code could be of both forms.
func (f codeForm) overlaps(other codeForm) bool {
	alike := strings.HasPrefix(f.prefix, other.prefix) || strings.HasPrefix(other.prefix, f.prefix)
	ends := strings.HasSuffix(f.suffix, other.suffix) || strings.HasSuffix(other.suffix, f.suffix)
	return f.size() == other.size() && alike && ends
}

// problem tells why no codes of the form can be generated. What they may be made of is judged by the fields.
func (f codeForm) problem() *record.Problem {
	if f.size() > catalogue.MaxCode {
		return &record.Problem{
			Code: "bad_code", Field: "code_length",
			Message: fmt.Sprintf("the codes would have %d characters with prefix, suffix and delimiters; %d are allowed", f.size(), catalogue.MaxCode),
		}
	}
	return nil
}
