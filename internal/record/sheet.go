package record

// Layout says how an input sheet was written, so that rejected rows can be handed back in the form in which they came.
type Layout struct {
	File      string     // path of the input; "-" for standard input
	Format    string     // "csv" or "xlsx"
	Sheet     string     // XLSX: the sheet's name
	Delimiter rune       // CSV
	Encoding  string     // CSV: "utf-8", "utf-8-bom", "utf-16le", "utf-16be" (both with BOM), "windows-1252"
	CRLF      bool       // CSV: rows end in \r\n
	Formulas  string     // CSV: "raw" where a `'` before a formula character was read as it stood, else ""
	Preamble  [][]string // the rows above the header, as they stood
	HeaderRow int        // the header's row number, from 1; 0 when the sheet has none
	Header    *Header    // the columns as they stand in the file, before any renaming
}

// ColumnType says as what a column's values are written to a sheet.
type ColumnType uint8

// The types of columns.
const (
	ColumnText ColumnType = iota // codes, names: always text, never a number
	ColumnInt
	ColumnDecimal
	ColumnBool
	ColumnDate
)

// Column is one column of an output sheet.
type Column struct {
	Name   string
	Type   ColumnType
	Format string // a date's strftime layout ("%Y-%m-%d %H:%M"), "" for ISO 8601; a number's fixed places as "0.00", "" for its own digits
	Style  string // XLSX: "currency", "percent", "" ; CSV ignores it
	Width  int    // XLSX: characters, 0 chooses
}
