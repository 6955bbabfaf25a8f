package connections

import (
	"fmt"
	"io"
	"log/slog"
)

const hidden = "***"

// Secret is a text that prints as *** everywhere: in every fmt verb, JSON, YAML and logs, also as a field of a struct that is
// printed whole. Only Reveal gives the text. The zero value is empty and prints the same.
type Secret struct {
	// A function, because fmt reaches unexported fields of other structs without asking their methods: of a function it
	// prints only the address.
	text func() string
}

// NewSecret hides a text.
func NewSecret(text string) Secret { return Secret{func() string { return text }} }

// Reveal gives the text. It is called where a header is set or a file is written, nowhere else.
func (s Secret) Reveal() string {
	if s.text == nil {
		return ""
	}
	return s.text()
}

// IsZero tells whether there is no text. Encoders use it for omitempty and omitzero.
func (s Secret) IsZero() bool { return s.Reveal() == "" }

// String is always ***.
func (s Secret) String() string { return hidden }

// GoString is always ***.
func (s Secret) GoString() string { return hidden }

// Format writes *** for every verb and flag.
func (s Secret) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, hidden) }

// MarshalJSON writes "***".
func (s Secret) MarshalJSON() ([]byte, error) { return []byte(`"` + hidden + `"`), nil }

// MarshalText writes ***.
func (s Secret) MarshalText() ([]byte, error) { return []byte(hidden), nil }

// MarshalYAML writes "***".
func (s Secret) MarshalYAML() (any, error) { return hidden, nil }

// LogValue logs ***.
func (s Secret) LogValue() slog.Value { return slog.StringValue(hidden) }
