package sources

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/transform"
)

// textEncoding is how the bytes of a file become text.
type textEncoding struct {
	name    string // as record.Layout names it, or the WHATWG name of another one
	skip    int    // length of the byte order mark
	guessed string // why it was chosen when nobody said so and no mark says it, "" otherwise
	legacy  encoding.Encoding
}

// String is the encoding's name for people.
func (e textEncoding) String() string {
	names := map[string]string{
		"utf-8": "UTF-8", "utf-8-bom": "UTF-8 with byte order mark",
		"utf-16le": "UTF-16", "utf-16be": "UTF-16 (big-endian)", "windows-1252": "Windows-1252",
	}
	name := names[e.name]
	if name == "" {
		name = e.name
	}
	if e.guessed != "" {
		name += " (guessed: " + e.guessed + ")"
	}
	return name
}

// isUTF8 tells whether the bytes are the text already.
func (e textEncoding) isUTF8() bool { return e.name == "utf-8" || e.name == "utf-8-bom" }

func (e textEncoding) isUTF16() bool { return e.name == "utf-16le" || e.name == "utf-16be" }

// decode gives the text of the bytes behind the byte order mark as UTF-8. Bytes that are no UTF-16 are an error; those of UTF-8
// are passed on unseen; those that a legacy encoding does not know become U+FFFD, for the caller to find.
func (e textEncoding) decode(source io.Reader) io.Reader {
	switch {
	case e.isUTF16():
		return transform.NewReader(source, &utf16Decoder{big: e.name == "utf-16be", offset: int64(e.skip)})
	case e.legacy != nil:
		return transform.NewReader(source, e.legacy.NewDecoder())
	}
	return source
}

// chooseEncoding decides by the declared name, "" for none, and the first bytes of a file; whole says that these are all of them.
func chooseEncoding(head []byte, whole bool, declared string) (textEncoding, error) {
	if err := refuseBinary(head); err != nil {
		return textEncoding{}, err
	}
	chosen := markedEncoding(head)
	if declared != "" {
		named, err := namedEncoding(declared)
		if err != nil {
			return textEncoding{}, err
		}
		chosen, err = agree(named, chosen, head, declared)
		if err != nil {
			return textEncoding{}, err
		}
	} else if chosen.name == "" {
		chosen = guessEncoding(head, whole)
	}
	if !chosen.isUTF16() {
		if i := bytes.IndexByte(head, 0); i >= 0 {
			return textEncoding{}, fmt.Errorf("not a text file: byte %d is NUL", i)
		}
	}
	return chosen, nil
}

// agree joins the declared encoding with what the byte order mark says.
func agree(named, marked textEncoding, head []byte, declared string) (textEncoding, error) {
	switch {
	case marked.name == "" && strings.EqualFold(strings.TrimSpace(declared), "utf-16"):
		if guess := unmarkedUTF16(head); guess != "" {
			named.name = guess
		}
		return named, nil
	case marked.name == "":
		if named.name == "utf-8-bom" {
			named.name = "utf-8"
		}
		return named, nil
	case named.isUTF8() && marked.isUTF8(), named.name == marked.name,
		marked.isUTF16() && strings.EqualFold(strings.TrimSpace(declared), "utf-16"):
		return marked, nil
	}
	return textEncoding{}, fmt.Errorf("the encoding %s is declared, but the file begins with the byte order mark of %s", declared, marked)
}

// namedEncoding finds an encoding by any of its WHATWG names, and utf-8-bom.
func namedEncoding(name string) (textEncoding, error) {
	name = strings.ToLower(strings.TrimSpace(name))
	if name == "utf-8-bom" {
		return textEncoding{name: name}, nil
	}
	found, err := htmlindex.Get(name)
	if err != nil || found == encoding.Replacement {
		return textEncoding{}, fmt.Errorf("%q is not a known encoding; usual ones are utf-8, utf-16, windows-1252, iso-8859-2, macintosh, shift_jis", name)
	}
	canonical, err := htmlindex.Name(found)
	if err != nil {
		return textEncoding{}, fmt.Errorf("%q is not a known encoding: %w", name, err)
	}
	e := textEncoding{name: canonical}
	if !e.isUTF8() && !e.isUTF16() {
		e.legacy = found
	}
	return e, nil
}

func markedEncoding(head []byte) textEncoding {
	switch {
	case bytes.HasPrefix(head, []byte("\xef\xbb\xbf")):
		return textEncoding{name: "utf-8-bom", skip: 3}
	case bytes.HasPrefix(head, []byte("\xff\xfe")):
		return textEncoding{name: "utf-16le", skip: 2}
	case bytes.HasPrefix(head, []byte("\xfe\xff")):
		return textEncoding{name: "utf-16be", skip: 2}
	}
	return textEncoding{}
}

func guessEncoding(head []byte, whole bool) textEncoding {
	if name := unmarkedUTF16(head); name != "" {
		return textEncoding{name: name, guessed: "every second byte is zero"}
	}
	if validUTF8(head, whole) {
		return textEncoding{name: "utf-8"}
	}
	return windows1252("not valid UTF-8")
}

// windows1252 is the guess for a file that is no UTF-8: what Excel writes as "CSV" in western countries.
func windows1252(why string) textEncoding {
	return textEncoding{name: "windows-1252", guessed: why, legacy: charmap.Windows1252}
}

// validUTF8 is true as well of text that is cut off within its last character, unless whole.
func validUTF8(text []byte, whole bool) bool {
	if !whole {
		for i := 1; i <= min(utf8.UTFMax-1, len(text)); i++ {
			if last := text[len(text)-i:]; utf8.RuneStart(last[0]) {
				if !utf8.FullRune(last) {
					text = text[:len(text)-i]
				}
				break
			}
		}
	}
	return utf8.Valid(text)
}

// unmarkedUTF16 tells text whose every second byte is mostly zero; "" when it is not.
func unmarkedUTF16(head []byte) string {
	var zeros [2]int
	sample := head[:min(len(head), 4096)]
	for i, c := range sample {
		if c == 0 {
			zeros[i%2]++
		}
	}
	many := len(sample) / 4 // half of the characters
	switch {
	case len(sample) < 4:
		return ""
	case zeros[1] > many && zeros[0] == 0:
		return "utf-16le"
	case zeros[0] > many && zeros[1] == 0:
		return "utf-16be"
	}
	return ""
}

// refuseBinary names the kinds of files that are given in place of a CSV.
func refuseBinary(head []byte) error {
	for _, known := range []struct{ magic, what string }{
		{"PK\x03\x04", "an XLSX workbook or ZIP file, not CSV; read it as `xlsx:`"},
		{"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Excel workbook (XLS) or an encrypted one, not CSV; save it as XLSX or CSV"},
		{"\x1f\x8b", "compressed with gzip, not CSV; unpack it first"},
		{"%PDF-", "a PDF, not CSV"},
		{"SQLite format 3\x00", "a SQLite database, not CSV"},
		{"\x89PNG", "an image, not CSV"},
		{"\xff\xd8\xff", "an image, not CSV"},
	} {
		if bytes.HasPrefix(head, []byte(known.magic)) {
			return errors.New("the file is " + known.what)
		}
	}
	return nil
}
