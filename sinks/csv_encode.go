package sinks

import (
	"encoding/binary"
	"fmt"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/htmlindex"
)

// textEncoder turns UTF-8 into another encoding, refusing what that lacks.
type textEncoder struct {
	name   string
	append func(dst, text []byte) ([]byte, error)
}

// newTextEncoder finds the encoder by name, and the byte order mark that goes first; nil for UTF-8.
func newTextEncoder(name string) (encoder *textEncoder, mark []byte, err error) {
	name = strings.ToLower(strings.TrimSpace(name))
	switch name {
	case "", "utf-8", "utf8":
		return nil, nil, nil
	case "utf-8-bom":
		return nil, []byte("\xef\xbb\xbf"), nil
	case "utf-16", "utf-16le":
		return utf16Encoder(name, binary.LittleEndian), []byte("\xff\xfe"), nil
	case "utf-16be":
		return utf16Encoder(name, binary.BigEndian), []byte("\xfe\xff"), nil
	}
	found, err := htmlindex.Get(name)
	if err != nil || found == encoding.Replacement {
		return nil, nil, fmt.Errorf("%q is not a known encoding: use utf-8, utf-8-bom, utf-16 or windows-1252", name)
	}
	if table, ok := found.(*charmap.Charmap); ok {
		return charmapEncoder(name, table), nil, nil
	}
	return &textEncoder{name: name, append: func(dst, text []byte) ([]byte, error) {
		encoded, err := found.NewEncoder().Bytes(text)
		return append(dst, encoded...), err
	}}, nil, nil
}

func utf16Encoder(name string, order binary.AppendByteOrder) *textEncoder {
	return &textEncoder{name: name, append: func(dst, text []byte) ([]byte, error) {
		for len(text) > 0 {
			r, size := utf8.DecodeRune(text)
			text = text[size:]
			if high, low := utf16.EncodeRune(r); high != utf8.RuneError {
				dst = order.AppendUint16(order.AppendUint16(dst, uint16(high)), uint16(low))
			} else {
				dst = order.AppendUint16(dst, uint16(r))
			}
		}
		return dst, nil
	}}
}

func charmapEncoder(name string, table *charmap.Charmap) *textEncoder {
	return &textEncoder{name: name, append: func(dst, text []byte) ([]byte, error) {
		for len(text) > 0 {
			if c := text[0]; c < utf8.RuneSelf {
				dst, text = append(dst, c), text[1:]
				continue
			}
			r, size := utf8.DecodeRune(text)
			c, ok := table.EncodeRune(r)
			if !ok {
				return dst, fmt.Errorf("no character %q", r)
			}
			dst, text = append(dst, c), text[size:]
		}
		return dst, nil
	}}
}

// lacks gives the first character of the text that cannot be encoded, -1 when all can.
func (e *textEncoder) lacks(text string) rune {
	for _, r := range text {
		if _, err := e.append(nil, []byte(string(r))); err != nil {
			return r
		}
	}
	return -1
}

// escaped is the text with each character that cannot be encoded as \u and its number: for remarks, never for data.
func (e *textEncoder) escaped(text string) string {
	if e == nil || e.lacks(text) < 0 {
		return text
	}
	var b strings.Builder
	for _, r := range text {
		if e.lacks(string(r)) < 0 {
			b.WriteRune(r)
		} else {
			fmt.Fprintf(&b, `\u%04x`, r)
		}
	}
	return b.String()
}
