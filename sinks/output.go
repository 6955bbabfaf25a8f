package sinks

// Output is one sheet or file that was written.
type Output struct {
	Path   string
	Sheet  string // "" for CSV
	Rows   int64
	SHA256 string // of the file, in hexadecimal
}
