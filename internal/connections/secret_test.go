package connections

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"
)

const token = "tok3nValue0987"

func TestSecretNeverPrints(t *testing.T) {
	type outer struct {
		Name   string
		Secret Secret
		inner  Secret //nolint:unused // printed by reflection
	}
	secret := NewSecret(token)
	held := outer{"a", secret, secret}
	var printed bytes.Buffer
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%t", "%T", "%p", "%c", "%U", "%10.3s", "% x"} {
		for _, value := range []any{secret, &secret, held, &held, []Secret{secret}, map[string]Secret{"a": secret}, []any{held}} {
			fmt.Fprintf(&printed, verb+"\n", value)
		}
	}
	fmt.Fprintln(&printed, secret, held, fmt.Errorf("wrapped: %v", secret))
	for _, encode := range []func(any) ([]byte, error){json.Marshal, yaml.Marshal} {
		for _, value := range []any{secret, &secret, held, map[string]any{"s": secret}} {
			out, err := encode(value)
			if err != nil {
				t.Fatal(err)
			}
			printed.Write(out)
		}
	}
	for _, handler := range []slog.Handler{slog.NewTextHandler(&printed, nil), slog.NewJSONHandler(&printed, nil)} {
		log := slog.New(handler)
		log.Info("a", "secret", secret, "held", held, "pointer", &secret, slog.Group("g", "s", secret))
	}
	if strings.Contains(printed.String(), token) || strings.Contains(strings.ToLower(printed.String()), fmt.Sprintf("%x", token)) {
		t.Errorf("printed: %s", printed.String())
	}
	if !strings.Contains(printed.String(), hidden) {
		t.Error("nothing printed")
	}
	if secret.Reveal() != token || secret.IsZero() || !(Secret{}).IsZero() || fmt.Sprint(Secret{}) != hidden {
		t.Error("Reveal or IsZero")
	}
}
