package sinks

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"hash/crc32"
	"io"

	"github.com/klauspost/compress/flate"
)

// assemble writes the finished workbook: the parts of the shell, a small workbook whose sheets have no rows, with the rows put
// into the sheets. Rows are copied as they were deflated: a deflate stream may be joined of several that end at a byte, and the
// checksum of a whole follows from those of its pieces.
func assemble(to io.Writer, shell []byte, rows map[string]*rowsPart) error {
	from, err := zip.NewReader(bytes.NewReader(shell), int64(len(shell)))
	if err != nil {
		return fmt.Errorf("assemble workbook: %w", err)
	}
	archive := zip.NewWriter(to)
	for _, part := range from.File {
		if rows[part.Name] == nil {
			err = archive.Copy(part)
		} else {
			err = assembleSheet(archive, part, rows[part.Name])
		}
		if err != nil {
			return fmt.Errorf("assemble workbook: %s: %w", part.Name, err)
		}
	}
	if err := archive.Close(); err != nil {
		return fmt.Errorf("assemble workbook: %w", err)
	}
	return nil
}

func assembleSheet(archive *zip.Writer, part *zip.File, rows *rowsPart) error {
	reader, err := part.Open()
	if err != nil {
		return err
	}
	sheet, err := io.ReadAll(reader)
	if err = errors.Join(err, reader.Close()); err != nil {
		return err
	}
	// A filter without a condition hides nothing; with filterMode, programs would say that rows are filtered out.
	sheet = bytes.Replace(sheet, []byte(` filterMode="true"`), nil, 1)
	start, end := []byte("<sheetData>"), []byte("</sheetData>")
	at := bytes.Index(sheet, []byte("<sheetData></sheetData>"))
	if at < 0 {
		return errors.New("the sheet has no place for its rows")
	}
	head, tail := sheet[:at+len(start)], sheet[at+len(start):]
	if !bytes.HasPrefix(tail, end) {
		return errors.New("the sheet has no end of its rows")
	}
	var before, after bytes.Buffer
	if err := deflateTo(&before, head, false); err != nil {
		return err
	}
	if err := deflateTo(&after, tail, true); err != nil {
		return err
	}
	info, err := rows.file.Stat()
	if err != nil {
		return err
	}
	sum := joinCRC(crc32.ChecksumIEEE(head), rows.crc, rows.size)
	sum = joinCRC(sum, crc32.ChecksumIEEE(tail), int64(len(tail)))
	header := &zip.FileHeader{
		Name: part.Name, Method: zip.Deflate, CRC32: sum, CreatorVersion: 20, ReaderVersion: 20,
		UncompressedSize64: uint64(len(head)) + uint64(rows.size) + uint64(len(tail)),
		CompressedSize64:   uint64(before.Len()) + uint64(info.Size()) + uint64(after.Len()),
	}
	writer, err := archive.CreateRaw(header)
	if err != nil {
		return err
	}
	_, err = io.Copy(writer, io.MultiReader(&before, rows.file, &after))
	return err
}

// deflateTo ends at a byte's end, and ends the stream too when it is the last piece.
func deflateTo(to io.Writer, data []byte, last bool) error {
	writer, err := flate.NewWriter(to, compression)
	if err != nil {
		return err
	}
	if _, err := writer.Write(data); err != nil {
		return err
	}
	if last {
		return writer.Close()
	}
	return writer.Flush()
}

// joinCRC gives the CRC-32 of two texts one after the other from those of each and the second's length. Appending zero bits is a
// linear map over the checksum's bits, so that n bytes cost only log n squarings of its matrix.
func joinCRC(first, second uint32, length int64) uint32 {
	var power [32]uint32 // the map of one zero bit, then of 2, 4, 8, … bits
	power[0] = crc32.IEEE
	for i := 1; i < 32; i++ {
		power[i] = 1 << (i - 1)
	}
	square := func(m [32]uint32) (squared [32]uint32) {
		for i := range m {
			squared[i] = applyBits(&m, m[i])
		}
		return squared
	}
	power = square(square(square(power))) // one zero byte
	for ; length > 0; length >>= 1 {
		if length&1 != 0 {
			first = applyBits(&power, first)
		}
		power = square(power)
	}
	return first ^ second
}

func applyBits(m *[32]uint32, bits uint32) (sum uint32) {
	for i := 0; bits != 0; i, bits = i+1, bits>>1 {
		if bits&1 != 0 {
			sum ^= m[i]
		}
	}
	return sum
}
