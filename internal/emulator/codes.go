package emulator

import (
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
)

// Limits of coupon codes of promotions (promotions.v3.yml).
const (
	maxCodeLength  = 50
	maxCodeDelete  = 250
	maxCodeBatch   = 250
	maxGeneratedAt = 100_000 // uses of a generated code
)

// codeFields are the fields of a promotion's coupon code; promotion_id is kept, not answered.
var codeFields = newTable(
	field{name: "id", kind: kindInt, access: readOnly},
	field{name: "code", kind: kindString, min: 1, max: maxCodeLength, required: true},
	field{name: "max_uses", kind: kindInt, def: "0", max: maxInt32},
	field{name: "max_uses_per_customer", kind: kindInt, def: "0", max: maxInt32},
	field{name: "current_uses", kind: kindInt, def: "0", access: readOnly},
	field{name: "created", kind: kindTime, access: readOnly},
	field{name: "promotion_id", kind: kindInt, access: readOnly},
)

var (
	cdCode        = codeFields.index["code"]
	cdUses        = codeFields.index["max_uses"]
	cdPerCustomer = codeFields.index["max_uses_per_customer"]
	cdCreated     = codeFields.index["created"]
	cdPromotion   = codeFields.index["promotion_id"]
	codeMask      = codeFields.mask(nil, []string{"promotion_id"})
)

// codeBook holds the coupon codes of all promotions: by id, by promotion, and by what a shopper
// types, where letter case does not count.
type codeBook struct {
	rows  []row
	of    map[int][]row
	named map[string]row
}

func newCodeBook() codeBook { return codeBook{of: map[int][]row{}, named: map[string]row{}} }

// index rebuilds what follows from the rows.
func (b *codeBook) index() error {
	b.of, b.named = map[int][]row{}, map[string]row{}
	for _, r := range b.rows {
		name := fold(unquote(r[cdCode]))
		if b.named[name] != nil {
			return fmt.Errorf("code %s is a duplicate", r[cdCode])
		}
		b.named[name] = r
		promotion := number(r[cdPromotion])
		b.of[promotion] = append(b.of[promotion], r)
	}
	return nil
}

// promotionOf gives the promotion that a code belongs to, 0 if none.
func (b *codeBook) promotionOf(code string) int {
	if r := b.named[fold(code)]; r != nil {
		return number(r[cdPromotion])
	}
	return 0
}

func (b *codeBook) drop(r row) {
	if at, ok := rowAt(b.rows, number(r[0])); ok {
		b.rows = slices.Delete(b.rows, at, at+1)
	}
	promotion := number(r[cdPromotion])
	if at, ok := rowAt(b.of[promotion], number(r[0])); ok {
		b.of[promotion] = slices.Delete(b.of[promotion], at, at+1)
	}
	delete(b.named, fold(unquote(r[cdCode])))
}

// buildCode makes a code for a promotion; it is not in the store yet. A code is unique in the
// store, and a promotion of the coupon type SINGLE has one at most.
func (s *Store) buildCode(promotion row, body map[string]any, p *problems) (row, *reply) {
	r := codeFields.new()
	codeFields.patch(r, body, creating, p)
	if refused := p.replyPromotion(); refused != nil {
		return nil, refused
	}
	refuse := func(title string) *reply { return failPromotion(http.StatusUnprocessableEntity, title) }
	code := unquote(r[cdCode])
	switch {
	case promotion[prRedeem] != redeemCoupon:
		return nil, refuse("An automatic promotion has no coupon codes")
	case !couponCode.MatchString(code):
		return nil, refuse("code: only letters, numbers, white spaces, underscores, and hyphens are allowed")
	case s.st.codes.named[fold(code)] != nil:
		return nil, s.codeTaken(code)
	case promotion[prType] == couponSingle && len(s.st.codes.of[number(promotion[0])]) > 0:
		return nil, refuse("A promotion with a single code has one already")
	}
	return r, nil
}

func (s *Store) codeTaken(code string) *reply {
	return failPromotion(http.StatusUnprocessableEntity, "The code "+code+" is a duplicate")
}

// addCode stores a new code and gives its id.
func (s *Store) addCode(promotion int, r row) int {
	id := s.st.next("code")
	r[0], r[cdPromotion] = textInt(id), textInt(promotion)
	if r[cdCreated] == "" {
		r[cdCreated] = textTime(s.now())
	}
	b := &s.st.codes
	b.rows = append(b.rows, r)
	b.of[promotion] = append(b.of[promotion], r)
	b.named[fold(unquote(r[cdCode]))] = r
	return id
}

func appendCode(dst []byte, r row) []byte { return codeFields.append(dst, r, codeMask) }

var (
	codeEnds      = regexp.MustCompile(`^[A-Z0-9_-]*$`)
	codeAlphabet  = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
	codegenFields = newTable(
		field{name: "batch_size", kind: kindInt, min: 1, max: maxCodeBatch, required: true},
		field{name: "max_uses", kind: kindInt, def: "1", max: maxGeneratedAt},
		field{name: "max_uses_per_customer", kind: kindInt, def: "1", max: maxGeneratedAt},
		field{name: "prefix", kind: kindString, def: textEmpty, max: 20},
		field{name: "suffix", kind: kindString, def: textEmpty, max: 20},
		field{name: "delimiter", kind: kindString, def: textEmpty, enum: []string{"", "_", "-"}},
		field{name: "exclude_characters", kind: kindStrings, def: "[]"},
		field{name: "code_length", kind: kindInt, def: "16", min: 6, max: 16},
	)
)

// recipe is what the codes of one batch are made of.
type recipe struct {
	size, length   int
	before, after  string // around the random part
	alphabet       string
	uses, customer string // JSON texts
}

func readRecipe(body map[string]any, p *problems) (recipe, *reply) {
	r := codegenFields.new()
	codegenFields.patch(r, body, creating, p)
	if refused := p.replyPromotion(); refused != nil {
		return recipe{}, refused
	}
	refuse := func(title string) (recipe, *reply) {
		return recipe{}, failPromotion(http.StatusUnprocessableEntity, title)
	}
	prefix, suffix := codegenFields.str(r, "prefix"), codegenFields.str(r, "suffix")
	if !codeEnds.MatchString(prefix) || !codeEnds.MatchString(suffix) {
		return refuse("prefix, suffix: only capital letters, numbers, underscores and hyphens are allowed")
	}
	made := recipe{
		size: codegenFields.int(r, "batch_size"), length: codegenFields.int(r, "code_length"), before: prefix, after: suffix,
		alphabet: codeAlphabet, uses: codegenFields.get(r, "max_uses"), customer: codegenFields.get(r, "max_uses_per_customer"),
	}
	delimiter := codegenFields.str(r, "delimiter")
	if prefix != "" {
		made.before += delimiter
	}
	if suffix != "" {
		made.after = delimiter + suffix
	}
	for item := range elements(codegenFields.get(r, "exclude_characters")) {
		text := unquote(item)
		if len(text) != 1 || !strings.Contains(codeAlphabet, text) {
			return refuse("exclude_characters: single capital letters and numbers only")
		}
		made.alphabet = strings.ReplaceAll(made.alphabet, text, "")
	}
	if len(made.before)+made.length+len(made.after) > maxCodeLength {
		return refuse("the whole code must not be longer than 50")
	}
	return made, nil
}
