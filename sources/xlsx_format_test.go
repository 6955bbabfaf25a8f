package sources

import (
	"strconv"
	"testing"

	"bcetl/internal/record"
)

// What a number shows by a format code, as Excel in English (US) shows it, blanks that only align left out.
func TestNumberFormats(t *testing.T) {
	for _, test := range []struct {
		code, stored, text string
		lossy              bool
	}{
		{"General", "123456789012345", "123456789012345", false},
		{"General", "8.595602512225E12", "8595602512225", false},
		{"General", "0.30000000000000004", "0.3", true},
		{"General", "1.1599999999999999", "1.16", false}, // as Excel writes 1.16
		{"General", "1E-7", "0.0000001", false},
		{"General", "-12.5", "-12.5", false},
		{"General", "1000000000000000", "1000000000000000", true},
		{"General", "1234567890123456789", "1234567890123460000", true},
		{"General", "999999999999999", "999999999999999", false},
		{"@", "123", "123", false},
		{`General" pcs"`, "12", "12 pcs", false},
		{"0", "12.5", "13", true},
		{"0", "-12.5", "-13", true},
		{"0", "2.5", "3", true},
		{"0", "8595602512225", "8595602512225", false},
		{"00000", "123", "00123", false},
		{"00000", "1234567", "1234567", false},
		{"000-000", "12345", "012-345", false},
		{"(000) 000-0000", "5551234567", "(555) 123-4567", false},
		{"0.00", "3", "3.00", false},
		{"0.00", "2.345", "2.35", true},
		{"0.00", "2.675", "2.68", true},
		{"0.00", "9.999", "10.00", true},
		{"0.00", "-0.001", "-0.00", true},
		{"0.0##", "1.5", "1.5", false},
		{"0.0##", "1", "1.0", false},
		{"#.##", "0.5", ".5", false},
		{".00", "12.5", "12.50", false},
		{"#", "0", "", false},
		{"#,##0", "1234567", "1,234,567", false},
		{"#,##0.00", "1234.5", "1,234.50", false},
		{"#,##0.00", "0.5", "0.50", false},
		{"#,###", "999", "999", false},
		{"0,000", "12", "0,012", false},
		{"#,##0,", "1234567", "1,235", true},
		{"0.0,,\"M\"", "12300000", "12.3M", false},
		{"0%", "0.256", "26%", true},
		{"0.00%", "0.9876", "98.76%", false},
		{`"$"#,##0.00`, "1234.5", "$1,234.50", false},
		{`[$€-407] #,##0.00`, "1234.5", "€ 1,234.50", false},
		{`#,##0.00\ "€"`, "-1234.5", "-1,234.50 €", false},
		{`[$-409]0.0`, "1", "1.0", false},
		{`#,##0.00_);(#,##0.00)`, "-5", "(5.00)", false},
		{`#,##0.00_);[Red]\(#,##0.00\)`, "5", "5.00", false},
		{`0;-0;"zero"`, "0", "zero", true},
		{`0;-0;;@`, "0", "", true},
		{`_(* #,##0.00_);_(* \(#,##0.00\);_(* "-"??_);_(@_)`, "1337", "1,337.00", false},
		{`_(* #,##0.00_);_(* \(#,##0.00\);_(* "-"??_);_(@_)`, "0", "-", false},
		{"[>=100]0;[<0]-0.0;0.00", "5", "5.00", false},
		{"[>=100]0;[<0]-0.0;0.00", "150", "150", false},
		{"[>=100]0;[<0]-0.0;0.00", "-2.5", "-2.5", false},
		{"0.00E+00", "123456789012", "1.23E+11", true},
		{"0.00E+00", "0.00012", "1.20E-04", true},
		{"##0.0E+0", "12345", "12.3E+3", true},
		{"0E+0", "5", "5E+0", false},
		{"# ?/?", "1.2345", "1 2/9", true},
		{"# ??/??", "1.2345", "1 19/81", true},
		{"# ???/???", "1.2345", "1 87/371", true},
		{"# ?/?", "3", "3", true},
		{"# ?/?", "0.5", "1/2", true},
		{"?/?", "1.5", "3/2", true},
		{"# ?/8", "1.25", "1 2/8", true},
		{"# ?/?", "0.999", "1", true},
		{";;;", "5", "", true},
		{`"hidden"`, "5", "hidden", true},
		{`"unclosed`, "5", "unclosed", true},
		{`\#0`, "7", "#7", false},
		{"0 \"ä\"", "7", "7 ä", false},
	} {
		t.Run(test.code+" "+test.stored, func(t *testing.T) {
			cell := showNumber(t, test.code, test.stored, false)
			if cell.Text != test.text || cell.Lossy != test.lossy || cell.Kind != record.CellNumber {
				t.Errorf("shows %q, lossy %v, kind %d; want %q, %v", cell.Text, cell.Lossy, cell.Kind, test.text, test.lossy)
			}
		})
	}
}

func showNumber(t *testing.T, code, stored string, date1904 bool) record.Cell {
	t.Helper()
	reader := cellReader{styles: &xlsxStyles{formats: []*numberFormat{compileFormat(code)}}, date1904: date1904}
	cell, problem, err := reader.cell(&storedCell{text: stored, value: true})
	if problem != "" || err != nil {
		t.Fatal(problem, err)
	}
	return cell
}

func TestDateFormats(t *testing.T) {
	for _, test := range []struct {
		code, stored, text, raw string
		kind                    record.CellKind
		date1904                bool
	}{
		{"yyyy-mm-dd", "45352", "2024-03-01", "2024-03-01", record.CellDate, false},
		{"m/d/yy h:mm", "45352.4375", "3/1/24 10:30", "2024-03-01T10:30:00", record.CellDate, false},
		{"dddd, mmmm dd, yyyy", "12345.6789", "Wednesday, October 18, 1933", "1933-10-18T16:17:37", record.CellDate, false},
		{"ddd d mmm yy", "12345", "Wed 18 Oct 33", "1933-10-18", record.CellDate, false},
		{"dddd", "1", "Sunday", "1900-01-01", record.CellDate, false}, // by the calendar it was a Monday
		{"mmmmm", "12345", "O", "1933-10-18", record.CellDate, false},
		{`[$-F800]dddd\,\ mmmm\ dd\,\ yyyy`, "45352", "Friday, March 01, 2024", "2024-03-01", record.CellDate, false},
		{`yyyy"-W"`, "45352", "2024-W", "2024-03-01", record.CellDate, false},
		{"hh:mm:ss AM/PM", "12345.6789", "04:17:37 PM", "1933-10-18T16:17:37", record.CellDate, false},
		{"h:mm A/P", "45352", "12:00 A", "2024-03-01", record.CellDate, false},
		{"h:mm:ss.000", "12345.6789", "16:17:36.960", "1933-10-18T16:17:37", record.CellDate, false},
		{"mm:ss.0", "12345.6789", "17:37.0", "1933-10-18T16:17:37", record.CellDate, false},
		{"[h]:mm:ss", "1.5", "36:00:00", "1.5", record.CellNumber, false},
		{"[mm]:ss", "0.0416666666666667", "60:00", "0.0416666666666667", record.CellNumber, false},
		{"h:mm", "0.4375", "10:30", "0.4375", record.CellNumber, false}, // a time of no day
		{"h:mm:ss", "0.9999", "23:59:51", "0.9999", record.CellNumber, false},
		{"yyyy-mm-dd", "59", "1900-02-28", "1900-02-28", record.CellDate, false},
		{"yyyy-mm-dd", "60", "1900-02-29", "60", record.CellNumber, false}, // a day that never was
		{"yyyy-mm-dd", "61", "1900-03-01", "1900-03-01", record.CellDate, false},
		{"yyyy-mm-dd", "1", "1900-01-01", "1900-01-01", record.CellDate, false},
		{"yyyy-mm-dd", "-1", "-1", "-1", record.CellNumber, false},
		{"yyyy-mm-dd", "2958465", "9999-12-31", "9999-12-31", record.CellDate, false},
		{"yyyy-mm-dd", "2958466", "2958466", "2958466", record.CellNumber, false},
		{"yyyy-mm-dd", "1E300", "1" + zeros(300), "1" + zeros(300), record.CellNumber, false},
		{"yyyy-mm-dd", "0", "1904-01-01", "1904-01-01", record.CellDate, true},
		{"yyyy-mm-dd", "43890", "2024-03-01", "2024-03-01", record.CellDate, true},
		{"h:mm", "45352.999999", "0:00", "2024-03-02", record.CellDate, false}, // rounded into the next day
		{`d"."m"."yyyy`, "45352", "1.3.2024", "2024-03-01", record.CellDate, false},
		{"yyyy/mm/dd;@", "45352", "2024/03/01", "2024-03-01", record.CellDate, false},
		{"h:m", "45352.0451388888889", "1:5", "2024-03-01T01:05:00", record.CellDate, false},
		{"m:s", "45352.0007060185185", "1:1", "2024-03-01T00:01:01", record.CellDate, false},
	} {
		t.Run(test.code+" "+test.stored, func(t *testing.T) {
			cell := showNumber(t, test.code, test.stored, test.date1904)
			if cell.Text != test.text || cell.Raw != test.raw || cell.Kind != test.kind {
				t.Errorf("shows %q, stores %q, kind %d; want %q, %q, %d", cell.Text, cell.Raw, cell.Kind, test.text, test.raw, test.kind)
			}
		})
	}
}

func zeros(n int) string {
	text := make([]byte, n)
	for i := range text {
		text[i] = '0'
	}
	return string(text)
}

func FuzzNumberFormat(f *testing.F) {
	for _, code := range []string{"General", "0.00", `#,##0.00_);[Red]\(#,##0.00\)`, "[h]:mm:ss.0", "# ??/??", "##0.0E+0", `[>1]"a";@`, "yyyy-mm-dd", "_", `\`, "*", `"`, "[", "E+", "/", "0/", "?/?/?"} {
		f.Add(code, 12345.678)
		f.Add(code, -0.5)
	}
	f.Fuzz(func(t *testing.T, code string, value float64) {
		cell := showNumber(t, code, strconv.FormatFloat(value, 'g', -1, 64), false)
		again := showNumber(t, code, strconv.FormatFloat(value, 'g', -1, 64), false)
		if cell != again {
			t.Errorf("%+v, then %+v", cell, again)
		}
		if cell.Kind == record.CellNumber {
			back, err := strconv.ParseFloat(cell.Raw, 64)
			if err != nil || strconv.FormatFloat(back, 'e', 14, 64) != strconv.FormatFloat(value, 'e', 14, 64) && value != 0 {
				t.Errorf("%v is stored as %q", value, cell.Raw)
			}
		}
	})
}
