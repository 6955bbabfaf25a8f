package connections

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"

	"golang.org/x/text/encoding/unicode"
)

// Credentials are what a connection needs of a downloaded credentials file. The file's client secret is not among them: nothing uses it, so
// it is never kept.
type Credentials struct {
	StoreHash   string
	APIURL      string // "" for stores at api.bigcommerce.com
	ClientID    string
	Name        string // of the account, for people
	AccessToken Secret
}

// maxCredentials bounds a credentials file; real ones have some 400 bytes.
const maxCredentials = 64 << 10

// The words of a credentials file, with what stands between them and their value: a colon or an equals sign, a tab, or the end of the line.
// The longer names come first, since an alternation takes the first that fits.
var credentialKey = regexp.MustCompile(`(?im)(?:^|[\s,;|{"'])(access[ _-]?token|client[ _-]?id|client[ _-]?secret|client[ _-]?name|api[ _-]?path|name)["']?(?:[ \t]*[:=][ \t]*|\t+|[ \t]*(?:\r?\n|\r))`)

// ParseCredentials reads the file that BigCommerce lets a merchant download once (BigCommerceAPI-credentials-….txt). Its layout is not
// documented: names in any case and order, colon or equals sign, one line or several, any line ends, UTF-8 or UTF-16, with or without BOM. The
// store is read off the API path. An error names the words that are missing, never a value.
func ParseCredentials(r io.Reader) (Credentials, error) {
	content, err := io.ReadAll(io.LimitReader(r, maxCredentials+1))
	if err != nil {
		return Credentials{}, fmt.Errorf("read credentials: %w", err)
	}
	if len(content) > maxCredentials {
		return Credentials{}, errors.New("read credentials: the file is too large to be one")
	}
	text, err := plainText(content)
	if err != nil {
		return Credentials{}, fmt.Errorf("read credentials: %w", err)
	}
	values, err := credentialValues(text)
	if err != nil {
		return Credentials{}, fmt.Errorf("read credentials: %w", err)
	}
	var missing []string
	for _, word := range []struct{ key, spelt string }{{"accesstoken", "ACCESS TOKEN"}, {"apipath", "API PATH"}} {
		if values[word.key] == "" {
			missing = append(missing, word.spelt)
		}
	}
	if len(missing) > 0 {
		return Credentials{}, fmt.Errorf("read credentials: no %s in the file; is it the one that BigCommerce offers as a download?", strings.Join(missing, " and no "))
	}
	if err := checkToken(values["accesstoken"]); err != nil {
		return Credentials{}, fmt.Errorf("read credentials: %w", err)
	}
	hash, host, err := parseAPIPath(values["apipath"])
	if err != nil {
		return Credentials{}, fmt.Errorf("read credentials: API PATH: %w", err)
	}
	c := Credentials{StoreHash: hash, ClientID: values["clientid"], Name: values["clientname"], AccessToken: NewSecret(values["accesstoken"])}
	if c.Name == "" {
		c.Name = values["name"]
	}
	if host != "" && host != DefaultAPIURL {
		if err := checkAPIURL(host); err != nil {
			return Credentials{}, fmt.Errorf("read credentials: API PATH: %w", err)
		}
		c.APIURL = host
	}
	return c, nil
}

// credentialValues cuts the text at the words it knows; a value ends with its line or where the next word begins.
func credentialValues(text string) (map[string]string, error) {
	values := map[string]string{}
	places := credentialKey.FindAllStringSubmatchIndex(text, -1)
	fold := strings.NewReplacer(" ", "", "_", "", "-", "")
	for i, place := range places {
		key := fold.Replace(strings.ToLower(text[place[2]:place[3]]))
		end := len(text)
		if i+1 < len(places) {
			end = places[i+1][2]
		}
		if key == "clientsecret" {
			continue
		}
		value := strings.TrimLeft(text[place[1]:end], " \t\r\n")
		if line := strings.IndexAny(value, "\r\n"); line >= 0 {
			value = value[:line]
		}
		value = strings.Trim(value, " \t,;|{}\"'")
		if key != "name" && key != "clientname" {
			value, _, _ = strings.Cut(value, " ")
		}
		if old := values[key]; old != "" && value != "" && old != value {
			return nil, fmt.Errorf("%s stands twice in the file, with different values", strings.ToUpper(text[place[2]:place[3]]))
		}
		if value != "" {
			values[key] = value
		}
	}
	return values, nil
}

// plainText decodes UTF-8 and UTF-16. What is neither, such as an account's name in Windows-1252, becomes question marks; the rest of a
// credentials file is ASCII.
func plainText(content []byte) (string, error) {
	text, err := decoded(content)
	return strings.ToValidUTF8(text, "?"), err
}

// decoded takes the BOM off and turns UTF-16 into UTF-8, known by its BOM or by the zero bytes that ASCII has in it. Editors and shells of
// Windows write both.
func decoded(content []byte) (string, error) {
	order, wide := unicode.LittleEndian, false
	switch {
	case bytes.HasPrefix(content, []byte{0xff, 0xfe}):
		wide = true
	case bytes.HasPrefix(content, []byte{0xfe, 0xff}):
		order, wide = unicode.BigEndian, true
	case len(content) > 1 && content[1] == 0:
		wide = true
	case len(content) > 1 && content[0] == 0:
		order, wide = unicode.BigEndian, true
	}
	if wide {
		utf8, err := unicode.UTF16(order, unicode.UseBOM).NewDecoder().Bytes(content)
		if err != nil {
			return "", err
		}
		content = utf8
	}
	return string(bytes.TrimPrefix(content, []byte("\ufeff"))), nil
}
