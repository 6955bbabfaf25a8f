package bigcommerce_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestCodesAreDocumented: every code that the client gives stands in docs/codes.md.
func TestCodesAreDocumented(t *testing.T) {
	documented, err := os.ReadFile(filepath.Join("..", "..", "docs", "codes.md"))
	if err != nil {
		t.Fatal(err)
	}
	source, err := os.ReadFile("apierror.go")
	if err != nil {
		t.Fatal(err)
	}
	codes := regexp.MustCompile(`Code[A-Z][A-Za-z]+\s+= "([a-z_]+)"`).FindAllStringSubmatch(string(source), -1)
	if len(codes) < 10 {
		t.Fatalf("found only %d codes", len(codes))
	}
	for _, code := range codes {
		if !strings.Contains(string(documented), "`"+code[1]+"`") {
			t.Errorf("%s is not documented", code[1])
		}
	}
}
