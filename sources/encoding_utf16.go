package sources

import (
	"encoding/binary"
	"fmt"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/transform"
)

// utf16Decoder turns UTF-16 into UTF-8. Unlike that of x/text it refuses what is no UTF-16 in place of writing U+FFFD.
type utf16Decoder struct {
	big    bool
	offset int64 // in the file, for messages
}

// Reset does nothing: a decoder serves one file.
func (d *utf16Decoder) Reset() {}

// Transform implements transform.Transformer.
func (d *utf16Decoder) Transform(dst, src []byte, atEOF bool) (written, read int, err error) {
	defer func() { d.offset += int64(read) }()
	for read < len(src) {
		if len(src)-read < 2 {
			return written, read, d.short(atEOF, "ends within a character", read)
		}
		r, size := rune(d.unit(src[read:])), 2
		if utf16.IsSurrogate(r) {
			if r >= 0xdc00 {
				return written, read, d.short(true, "is not valid UTF-16", read)
			}
			if len(src)-read < 4 {
				return written, read, d.short(atEOF, "ends within a character", read)
			}
			if r = utf16.DecodeRune(r, rune(d.unit(src[read+2:]))); r == utf8.RuneError {
				return written, read, d.short(true, "is not valid UTF-16", read)
			}
			size = 4
		}
		if written+utf8.RuneLen(r) > len(dst) {
			return written, read, transform.ErrShortDst
		}
		written += utf8.EncodeRune(dst[written:], r)
		read += size
	}
	return written, read, nil
}

func (d *utf16Decoder) unit(b []byte) uint16 {
	if d.big {
		return binary.BigEndian.Uint16(b)
	}
	return binary.LittleEndian.Uint16(b)
}

func (d *utf16Decoder) short(final bool, what string, read int) error {
	if !final {
		return transform.ErrShortSrc
	}
	return fmt.Errorf("byte %d: the text %s", d.offset+int64(read), what)
}
