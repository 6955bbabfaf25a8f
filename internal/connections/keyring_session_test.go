package connections

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/zalando/go-keyring"
)

// keyringVariable, set to 1, says that the session has an unlocked keyring which tests may write to; .ci/run starts such a session.
const keyringVariable = "BCETL_TEST_KEYRING"

// TestKeyringOfASession stores a token in a real keyring over the session's bus, as `connections add --keyring` does, and gets it back as
// a run does.
func TestKeyringOfASession(t *testing.T) {
	if os.Getenv(keyringVariable) != "1" {
		t.Skipf("%s is not 1: there is no keyring that a test may write to", keyringVariable)
	}
	const name = "bcetl-test-shop"
	path := filepath.Join(t.TempDir(), "connections.yaml")
	t.Cleanup(func() {
		if err := keyring.Delete(KeyringService, name); err != nil {
			t.Error(err)
		}
	})
	for _, secret := range []string{"keyring-token-1", "keyring-token-2"} {
		credentials := Credentials{StoreHash: "abc", AccessToken: NewSecret(secret)}
		if _, err := Add(t.Context(), path, name, credentials, AddOptions{Keyring: true, Replace: true}); err != nil {
			t.Fatal(err)
		}
		file, _, found, err := Load(path)
		if err != nil || len(found) > 0 {
			t.Fatal(err, found)
		}
		entry, err := file.Find(name)
		if err != nil {
			t.Fatal(err)
		}
		got, err := Resolver{}.Token(t.Context(), entry)
		if err != nil || got.Reveal() != secret {
			t.Errorf("the keyring gave another token than was stored: %v", err)
		}
	}
	_, err := Resolver{}.Token(t.Context(), one(t, path, "store_hash: abc, keyring: true"))
	if !errors.Is(err, ErrNotInKeyring) {
		t.Errorf("of a connection that is not in the keyring: %v", err)
	}
}
