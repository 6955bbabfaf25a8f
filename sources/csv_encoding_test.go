package sources

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func utf16le(text string) string {
	var b bytes.Buffer
	for _, r := range text { // of the basic plane alone
		b.Write([]byte{byte(r), byte(r >> 8)})
	}
	return b.String()
}

func utf16be(text string) string {
	swapped := []byte(utf16le(text))
	for i := 0; i < len(swapped); i += 2 {
		swapped[i], swapped[i+1] = swapped[i+1], swapped[i]
	}
	return string(swapped)
}

func TestCSVEncodings(t *testing.T) {
	const text = "sku,näme\nA-1,Tür – 5 €\n"
	tests := []struct {
		name     string
		bytes    string
		declared string
		cell     string
		layout   string
		note     string
	}{
		{"UTF-8", text, "", "Tür – 5 €", "utf-8", "UTF-8"},
		{"UTF-8 declared", text, "UTF8", "Tür – 5 €", "utf-8", "UTF-8"},
		{"UTF-8 with mark", "\ufeff" + text, "", "Tür – 5 €", "utf-8-bom", "UTF-8 with byte order mark"},
		{"UTF-8 with mark, declared", "\ufeff" + text, "utf-8", "Tür – 5 €", "utf-8-bom", "UTF-8 with byte order mark"},
		{"mark declared and absent", text, "utf-8-bom", "Tür – 5 €", "utf-8", "UTF-8"},
		{"UTF-16", "\xff\xfe" + utf16le(text), "", "Tür – 5 €", "utf-16le", "UTF-16"},
		{"UTF-16 big-endian", "\xfe\xff" + utf16be(text), "utf-16", "Tür – 5 €", "utf-16be", "UTF-16 (big-endian)"},
		{"UTF-16 without mark", utf16le(text), "", "Tür – 5 €", "utf-16le", "UTF-16 (guessed: every second byte is zero)"},
		{"UTF-16 big-endian without mark, declared", utf16be(text), "utf-16", "Tür – 5 €", "utf-16be", "UTF-16 (big-endian)"},
		{"Windows-1252", "sku,n\xe4me\nA-1,T\xfcr \x96 5 \x80\n", "", "Tür – 5 €", "windows-1252", "Windows-1252 (guessed: not valid UTF-8)"},
		{"Windows-1252 declared", "sku,n\xe4me\nA-1,T\xfcr \x96 5 \x80\n", "latin1", "Tür – 5 €", "windows-1252", "Windows-1252"},
		{"UTF-8 read as declared", "sku,n\nA-1,\xc3\xbc\n", "windows-1252", "Ã¼", "windows-1252", "Windows-1252"},
		{"Shift JIS", "sku,n\nA-1,\x93\x8c\x8b\x9e\x95\x5c\n", "shift_jis", "東京表", "shift_jis", "shift_jis"},
		{"a replacement character in the file is text", "sku,n\nA-1,\ufffd\n", "", "\ufffd", "utf-8", "UTF-8"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			o := stdin(test.bytes)
			o.Encoding = test.declared
			rows, c := readCSV(t, o)
			if len(rows) != 1 || rows[0].Cells[1].Text != test.cell {
				t.Errorf("read %q", show(rows))
			}
			if got := c.Layouts()[0].Encoding; got != test.layout {
				t.Errorf("layout has %s, want %s", got, test.layout)
			}
			if diff := cmp.Diff([]string{"-: , separated, " + test.note + ", 2 columns"}, c.Notes()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestCSVEncodingThatDoesNotFit(t *testing.T) {
	tests := []struct{ name, bytes, declared, want string }{
		{"not UTF-8", "a\n1\n2\xfc\n", "utf-8", "read -: row 3, byte 5: not valid UTF-8, the file's declared encoding"},
		{"not UTF-8 in quotes", "a\n1\n\"x\n2\xfc\"\n", "utf-8", "read -: row 3, byte 8: not valid UTF-8, the file's declared encoding"},
		{"not UTF-8 as marked", "\ufeffa\n2\xfc\n", "", "read -: row 2, byte 6: not valid UTF-8, the file's declared encoding"},
		{"half a character", "\xff\xfea\x00\n\x001", "", "read -: row 2: byte 6: the text ends within a character"},
		{"half a pair", "\xff\xfea\x00\n\x00\x00\xdcb\x00", "", "read -: row 2: byte 6: the text is not valid UTF-16"},
		{"no Shift JIS", "a\n1\n\xff\xff\n", "shift_jis", "read -: row 3: bytes that do not fit the declared encoding"},
		{"neither", "a\n1\n\x81\xe4\n", "", "read -: row 3: bytes that are neither UTF-8 nor Windows-1252; set the file's encoding, such as `encoding: shift_jis`"},
		{"no Windows-1252", "a\n1\n\x81\n", "windows-1252", "read -: row 3: bytes that do not fit the declared encoding"},
		{"another mark", "\ufeffa\n", "windows-1252", "read -: the encoding windows-1252 is declared, but the file begins with the byte order mark of UTF-8 with byte order mark"},
		{"NUL in UTF-16", "\xff\xfe" + utf16le("a\n1\n\x00\n"), "", "read -: row 3: a NUL byte, which no text file has"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			o := stdin(test.bytes)
			o.Encoding = test.declared
			c, err := OpenCSV(t.Context(), o)
			if err == nil {
				_, err = drain(t.Context(), c)
			}
			if err == nil || err.Error() != test.want {
				t.Errorf("got  %v\nwant %s", err, test.want)
			}
		})
	}
}

// longText is valid UTF-8 with a character across the end of the head, then the tail.
func longText(tail string) string {
	head := "sku,name\n"
	filler := strings.Repeat("A-1,plain\n", (csvHead-len(head))/10)
	pad := csvHead - len(head) - len(filler) - 1
	return head + filler + strings.Repeat("x", pad) + "ü,\n" + strings.Repeat("A-2,ü\n", 100_000) + tail
}

// A byte far below what decides the encoding must neither stop the run half-way nor become U+FFFD.
func TestCSVEncodingIsThatOfTheWholeFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "long.csv")
	for _, test := range []struct{ name, tail, want, note string }{
		{"UTF-8", "A-3,Tür", "Tür", "UTF-8"},
		{"one byte of Windows-1252", "A-3,T\xfcr", "Tür", "Windows-1252 (guessed: not valid UTF-8)"},
		{"a character cut off at the end", "A-3,T\xc3", "TÃ", "Windows-1252 (guessed: not valid UTF-8)"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if err := os.WriteFile(path, []byte(longText(test.tail)), 0o600); err != nil {
				t.Fatal(err)
			}
			rows, c := readCSV(t, CSVOptions{Paths: []string{path}})
			if got := rows[len(rows)-1].Cells[1].Text; got != test.want {
				t.Errorf("the last cell is %q, want %q", got, test.want)
			}
			if !strings.Contains(c.Notes()[0], test.note) {
				t.Errorf("notes %q", c.Notes())
			}
			for _, row := range rows {
				for _, cell := range row.Cells {
					if strings.ContainsRune(cell.Text, '\ufffd') {
						t.Fatalf("%s: %q", row.Origin, cell.Text)
					}
				}
			}
			if read, total := c.Progress(); read != total {
				t.Errorf("progress at the end is %d of %d", read, total)
			}
		})
	}
}

// Standard input cannot be read twice: what its first MiB says is held to.
func TestCSVStandardInputThatChangesItsEncoding(t *testing.T) {
	text := longText("A-3,T\xfcr")
	c, err := OpenCSV(t.Context(), stdin(text))
	if err != nil {
		t.Fatal(err)
	}
	_, err = drain(t.Context(), c)
	if err == nil || !strings.HasSuffix(err.Error(), "not valid UTF-8, as the text before it is; set the file's encoding, such as `encoding: windows-1252`") {
		t.Errorf("%v", err)
	}
}
