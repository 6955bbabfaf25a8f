package arrows

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"bcetl/internal/bigcommerce/catalogue"
)

// codes are the problem codes of the code base, with a place where each is given.
type codes struct {
	at map[string]token.Position
	// prefixes are the beginnings of codes that end in the kind of a look-up: "unknown_".
	prefixes map[string]token.Position
	files    *token.FileSet
}

var codeText = regexp.MustCompile(`^[a-z]+(_[a-z]+)*$`)

func (c *codes) note(e ast.Expr) {
	switch e := e.(type) {
	case *ast.BinaryExpr:
		if text, ok := literal(e.X); ok {
			c.prefixes[text] = c.files.Position(e.Pos())
		}
	default:
		if text, ok := literal(e); ok && codeText.MatchString(text) {
			c.at[text] = c.files.Position(e.Pos())
		}
	}
}

func literal(e ast.Expr) (string, bool) {
	basic, ok := e.(*ast.BasicLit)
	if !ok || basic.Kind != token.STRING {
		return "", false
	}
	text, err := strconv.Unquote(basic.Value)
	return text, err == nil
}

// name is that of an identifier, or of what is selected from something.
func name(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.Ident:
		return e.Name
	case *ast.SelectorExpr:
		return e.Sel.Name
	}
	return ""
}

// look notes what a node gives as a code: a field or variable Code, a constant that begins with Code, and the codes of the two
// functions that make problems and findings, problem(code, ...) and find(step, code, ...).
func (c *codes) look(node ast.Node) bool {
	isCode := func(name string) bool { return name == "Code" || name == "code" }
	switch n := node.(type) {
	case *ast.KeyValueExpr:
		if isCode(name(n.Key)) {
			c.note(n.Value)
		}
	case *ast.AssignStmt:
		for i, left := range n.Lhs {
			if isCode(name(left)) && len(n.Rhs) == len(n.Lhs) {
				c.note(n.Rhs[i])
			}
		}
	case *ast.ValueSpec:
		for i, value := range n.Values {
			if strings.HasPrefix(n.Names[i].Name, "Code") {
				c.note(value)
			}
		}
	case *ast.CallExpr:
		if place := slices.Index([]string{"problem", "find"}, name(n.Fun)); place >= 0 && len(n.Args) > place {
			c.note(n.Args[place])
		}
	}
	return true
}

// codesOf reads every package that settles rows; the local store and the judge have codes of their own.
func codesOf(t *testing.T) *codes {
	t.Helper()
	c := &codes{at: map[string]token.Position{}, prefixes: map[string]token.Position{}, files: token.NewFileSet()}
	eachGoFile(t, func(file, folder string) error {
		if strings.HasSuffix(file, "_test.go") || within(folder, []string{"internal/emulator", "internal/judge"}) {
			return nil
		}
		parsed, err := parser.ParseFile(c.files, file, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		ast.Inspect(parsed, c.look)
		return nil
	})
	return c
}

var (
	codeRow    = regexp.MustCompile("(?m)^\\| (`[^|]*`) \\| ([^|]+)")
	quotedCode = regexp.MustCompile("`([^`]+)`")
)

// The page of codes has each code that is given, once and with its meaning, and no other.
func TestCodesAreDocumented(t *testing.T) {
	page, err := os.ReadFile(filepath.Join("..", "..", "docs", "codes.md"))
	if err != nil {
		t.Fatal(err)
	}
	documented := map[string]bool{}
	for _, row := range codeRow.FindAllStringSubmatch(string(page), -1) {
		for _, code := range quotedCode.FindAllStringSubmatch(row[1], -1) {
			if documented[code[1]] {
				t.Errorf("docs/codes.md has %s twice", code[1])
			}
			if len(strings.TrimSpace(row[2])) < 10 {
				t.Errorf("docs/codes.md does not say what %s means", code[1])
			}
			documented[code[1]] = true
		}
	}
	given := codesOf(t)
	for prefix, place := range given.prefixes {
		for _, kind := range lookupKinds() {
			given.at[prefix+kind] = place
		}
	}
	if len(given.at) < 40 || len(given.prefixes) == 0 {
		t.Fatalf("only %d codes and %d beginnings of codes were found", len(given.at), len(given.prefixes))
	}
	for code, place := range given.at {
		if !documented[code] {
			t.Errorf("docs/codes.md lacks %s, see %s", code, place)
		}
		delete(documented, code)
	}
	for code := range documented {
		t.Errorf("docs/codes.md has %s, which nothing gives", code)
	}
}

// lookupKinds are the kinds of names that rows of a sheet may refer to.
func lookupKinds() []string {
	var kinds []string
	for _, object := range []*catalogue.Object{&catalogue.Products, &catalogue.Variants, &catalogue.Coupons, &catalogue.Orders} {
		for i := range object.Fields {
			for _, kind := range strings.Fields(object.Fields[i].Ref) {
				if kind != "channel" && !slices.Contains(kinds, kind) { // channels are named on the way out of a store only
					kinds = append(kinds, kind)
				}
			}
		}
	}
	return kinds
}
