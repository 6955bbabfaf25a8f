package connections

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"unicode/utf16"

	"pgregory.net/rapid"
)

const secretOfClient = "s3cretOfTheClient"

// lf is the layout seen most.
const lf = "ACCESS TOKEN: " + token + "\nCLIENT NAME: Spring loader\nAPI PATH: https://api.bigcommerce.com/stores/abcd1234/v3/\nCLIENT ID: id0987\nCLIENT SECRET: " + secretOfClient + "\n"

func utf16Bytes(text string, big, mark bool) []byte {
	var out []byte
	units := utf16.Encode([]rune(text))
	if mark {
		units = append([]uint16{0xfeff}, units...)
	}
	for _, u := range units {
		if big {
			out = append(out, byte(u>>8), byte(u))
		} else {
			out = append(out, byte(u), byte(u>>8))
		}
	}
	return out
}

func TestCredentialLayouts(t *testing.T) {
	crlf := strings.ReplaceAll(lf, "\n", "\r\n")
	oneLine := strings.ReplaceAll(strings.TrimSpace(lf), "\n", " ")
	for name, content := range map[string][]byte{
		"LF":                   []byte(lf),
		"CRLF and BOM":         []byte("\ufeff" + crlf),
		"CR":                   []byte(strings.ReplaceAll(lf, "\n", "\r")),
		"one line":             []byte(oneLine),
		"one line, commas":     []byte(strings.ReplaceAll(strings.TrimSpace(lf), "\n", ", ")),
		"one line, semicolons": []byte(strings.ReplaceAll(strings.TrimSpace(lf), "\n", ";")),
		"equals signs":         []byte(strings.ReplaceAll(strings.ReplaceAll(lf, ": ", "="), "https=", "https:")),
		"lower case":           []byte("access token: " + token + "\nclient name: Spring loader\napi path: https://api.bigcommerce.com/stores/abcd1234/v3/\nclient id: id0987\n"),
		"underscores":          []byte("ACCESS_TOKEN=" + token + "\nCLIENT_NAME=Spring loader\nAPI_PATH=https://api.bigcommerce.com/stores/abcd1234/v3/\nCLIENT_ID=id0987\nCLIENT_SECRET=" + secretOfClient + "\n"),
		"JSON":                 []byte(`{"access_token": "` + token + `", "client_name": "Spring loader", "api_path": "https://api.bigcommerce.com/stores/abcd1234/v3/", "client_id": "id0987", "client_secret": "` + secretOfClient + `"}`),
		"values below":         []byte("ACCESS TOKEN\n" + token + "\n\nCLIENT NAME\nSpring loader\n\nAPI PATH\nhttps://api.bigcommerce.com/stores/abcd1234/v3/\n\nCLIENT ID\nid0987\n\nCLIENT SECRET\n" + secretOfClient + "\n"),
		"values below, colon":  []byte("ACCESS TOKEN:\n  " + token + "\nCLIENT NAME:\n  Spring loader\nAPI PATH:\n  https://api.bigcommerce.com/stores/abcd1234/v3/\nCLIENT ID:\n  id0987\n"),
		"tabs":                 []byte(strings.ReplaceAll(strings.ReplaceAll(lf, ": ", "\t"), "https\t", "https:")),
		"UTF-16 with BOM":      utf16Bytes(crlf, false, true),
		"UTF-16 BE with BOM":   utf16Bytes(crlf, true, true),
		"UTF-16 without BOM":   utf16Bytes(lf, false, false),
		"UTF-16 BE without":    utf16Bytes(lf, true, false),
		"v2 path":              []byte(strings.Replace(lf, "/v3/", "/v2", 1)),
		"path without version": []byte(strings.Replace(lf, "/v3/", "", 1)),
		"NAME":                 []byte(strings.Replace(lf, "CLIENT NAME", "NAME", 1)),
		"blank lines":          []byte("\n\n" + strings.ReplaceAll(lf, "\n", "  \n\n")),
		"said twice":           []byte(lf + lf),
	} {
		c, err := ParseCredentials(bytes.NewReader(content))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if c.StoreHash != "abcd1234" || c.AccessToken.Reveal() != token || c.ClientID != "id0987" || c.Name != "Spring loader" || c.APIURL != "" {
			t.Errorf("%s: %+v, token %q", name, c, c.AccessToken.Reveal())
		}
		if strings.Contains(fmt.Sprintf("%#v %+v", c, c), token) || strings.Contains(fmt.Sprintf("%#v", c), secretOfClient) {
			t.Errorf("%s: a secret is printed", name)
		}
	}
}

func TestCredentialsRefused(t *testing.T) {
	for name, tc := range map[string]struct{ text, err string }{
		"empty":             {"", "no ACCESS TOKEN and no API PATH in the file"},
		"another file":      {"sku,price\nA,1\n", "no ACCESS TOKEN and no API PATH in the file"},
		"no path":           {"ACCESS TOKEN: " + token, "no API PATH in the file"},
		"no token":          {"API PATH: https://api.bigcommerce.com/stores/abc/v3/\nACCESS TOKEN:\n\nCLIENT ID: x\n", "no ACCESS TOKEN in the file"},
		"two tokens":        {lf + "ACCESS TOKEN: other\n", "ACCESS TOKEN stands twice in the file, with different values"},
		"path of no store":  {strings.Replace(lf, "/stores/abcd1234", "", 1), "API PATH: this is no API path"},
		"plain http":        {strings.Replace(lf, "https://api.bigcommerce.com", "http://api.bigcommerce.com", 1), "API PATH: plain http would send the token"},
		"a token in Hebrew": {strings.Replace(lf, token, "tok3nא", 1), "an access token has no blanks"},
		"far too large":     {strings.Repeat(lf, 1000), "too large"},
	} {
		_, err := ParseCredentials(strings.NewReader(tc.text))
		if err == nil || !strings.Contains(err.Error(), tc.err) {
			t.Errorf("%s: %v", name, err)
		}
		if err != nil && (strings.Contains(err.Error(), "tok3n") || strings.Contains(err.Error(), secretOfClient)) {
			t.Errorf("%s: a secret is in %v", name, err)
		}
	}
	c, err := ParseCredentials(strings.NewReader(strings.Replace(lf, "https://api.bigcommerce.com", "http://127.0.0.1:8080", 1)))
	if err != nil || c.APIURL != "http://127.0.0.1:8080" {
		t.Error(c, err)
	}
}

// Any order, any separator, any case, one line or several: the same credentials.
func TestCredentialsInAnyLayout(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		parts := rapid.Permutation([][2]string{
			{"ACCESS TOKEN", token},
			{"CLIENT ID", "id0987"},
			{"CLIENT SECRET", secretOfClient},
			{"API PATH", "https://api.bigcommerce.com/stores/abcd1234/v3/"},
			{"NAME", "Spring loader"},
		}).Draw(t, "order")
		separator := rapid.SampledFrom([]string{":", ": ", "=", " = ", " : "}).Draw(t, "separator")
		between := rapid.SampledFrom([]string{"\n", "\r\n", " ", ", ", "\n\n", "\t", " | "}).Draw(t, "between")
		var text strings.Builder
		for _, part := range parts {
			key := rapid.SampledFrom([]string{part[0], strings.ToLower(part[0]), strings.ReplaceAll(part[0], " ", "_")}).Draw(t, "key")
			text.WriteString(key + separator + part[1] + between)
		}
		c, err := ParseCredentials(strings.NewReader(text.String()))
		if err != nil || c.StoreHash != "abcd1234" || c.AccessToken.Reveal() != token || c.ClientID != "id0987" || c.Name != "Spring loader" {
			t.Fatalf("%q: %+v %v", text.String(), c, err)
		}
	})
}
