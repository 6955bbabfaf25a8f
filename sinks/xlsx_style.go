package sinks

import (
	"fmt"
	"strings"
	"time"

	"bcetl/internal/record"

	"github.com/xuri/excelize/v2"
)

// Codes of number formats.
const (
	formatText     = "@"
	formatInt      = "0"
	formatMoney    = "#,##0.00"
	formatDay      = "yyyy-mm-dd"
	formatMoment   = "yyyy-mm-dd hh:mm:ss"
	formatMomentT  = `yyyy-mm-dd\Thh:mm:ss`
	formatRegional = 14 // a date in the form of the reader's region
)

// styles makes each cell format once.
type styles struct {
	file    *excelize.File
	numbers map[string]int
	heading int
}

// number gives the cell format of that number format code; "" is General.
func (s *styles) number(code string) (int, error) {
	if code == "" {
		return 0, nil
	}
	if id, made := s.numbers[code]; made {
		return id, nil
	}
	style := excelize.Style{CustomNumFmt: &code}
	switch code { // those that programs show in the form of the user's region, by number and not by code
	case "mm-dd-yy":
		style = excelize.Style{NumFmt: formatRegional}
	case "m/d/yy h:mm":
		style = excelize.Style{NumFmt: 22}
	case formatText:
		style = excelize.Style{NumFmt: 49}
	}
	id, err := s.file.NewStyle(&style)
	if err != nil {
		return 0, fmt.Errorf("number format %q: %w", code, err)
	}
	s.numbers[code] = id
	return id, nil
}

// header gives the cell format of column names.
func (s *styles) header() (int, error) {
	if s.heading != 0 {
		return s.heading, nil
	}
	id, err := s.file.NewStyle(&excelize.Style{
		NumFmt:    49,
		Font:      &excelize.Font{Bold: true, Family: "Calibri", Size: 11, Color: "1F2937"},
		Fill:      excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"E7ECF2"}},
		Border:    []excelize.Border{{Type: "bottom", Color: "8EA0B5", Style: 1}},
		Alignment: &excelize.Alignment{Vertical: "center"},
	})
	if err != nil {
		return 0, fmt.Errorf("header style: %w", err)
	}
	s.heading = id
	return id, nil
}

// numberCode is the number format of a numeric column: its own places, else those that its style asks for.
func numberCode(c record.Column) string {
	switch {
	case c.Style == "percent" && c.Format != "":
		return c.Format + "%"
	case c.Style == "percent":
		return "0.00%"
	case c.Style == "currency" && c.Format != "":
		return "#,##" + c.Format
	case c.Style == "currency" && c.Type == record.ColumnInt:
		return "#,##0"
	case c.Style == "currency":
		return formatMoney
	case c.Format != "":
		return c.Format
	case c.Type == record.ColumnInt:
		return formatInt
	}
	return ""
}

// dateCode turns a strftime layout into a number format; ok is false for what a spreadsheet has no letters for (the day of the
// year, a zone), and where its letters would say something else (mm is a month unless it stands beside hours or seconds).
func dateCode(layout string) (code string, ok bool) {
	layout = strings.NewReplacer("%F", "%Y-%m-%d", "%T", "%H:%M:%S", "%R", "%H:%M", "%D", "%m/%d/%y").Replace(layout)
	twelve := strings.Contains(layout, "%I") || strings.Contains(layout, "%-I")
	if twelve != strings.Contains(layout, "%p") {
		return "", false
	}
	var b strings.Builder
	previous, minutes := "", false // the date letters before; minutes that seconds must follow
	for i := 0; i < len(layout); i++ {
		if layout[i] != '%' {
			if strings.IndexByte("-:, ", layout[i]) < 0 {
				b.WriteByte('\\')
			}
			n := len(firstRune(layout[i:]))
			b.WriteString(layout[i : i+n])
			i += n - 1
			continue
		}
		directive := ""
		if i++; i < len(layout) && layout[i] == '-' {
			directive, i = "-", i+1
		}
		if i >= len(layout) {
			return "", false
		}
		directive += layout[i : i+1]
		letters := dateLetters[directive]
		switch {
		case directive == "%":
			b.WriteString(`\%`)
			continue
		case letters == "":
			return "", false
		case letters[0] == 'm' && directive != "M" && directive != "-M" && previous == "h":
			return "", false
		case minutes && letters[0] != 's':
			return "", false
		case letters[0] == 's' && previous == "m":
			return "", false
		}
		minutes = (directive == "M" || directive == "-M") && previous != "h"
		b.WriteString(letters)
		if directive != "p" {
			previous = letters[:1]
		}
		if directive == "M" || directive == "-M" {
			previous = "n"
		}
	}
	return b.String(), !minutes && b.Len() > 0
}

var dateLetters = map[string]string{
	"Y": "yyyy", "y": "yy", "m": "mm", "-m": "m", "d": "dd", "-d": "d", "e": "d", "b": "mmm", "h": "mmm", "B": "mmmm", "a": "ddd", "A": "dddd",
	"H": "hh", "-H": "h", "k": "h", "I": "hh", "-I": "h", "l": "h", "M": "mm", "-M": "m", "S": "ss", "-S": "s", "p": "AM/PM",
}

func firstRune(text string) string {
	for i := range text {
		if i > 0 {
			return text[:i]
		}
	}
	return text
}

// serialNumber is the day count by which a spreadsheet stores the wall clock's time; ok is false before 1 March 1900, where
// spreadsheets disagree about the calendar, and after 9999.
func serialNumber(t time.Time) (float64, bool) {
	wall := time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), time.UTC)
	if wall.Before(time.Date(1900, 3, 1, 0, 0, 0, 0, time.UTC)) || wall.Year() > 9999 {
		return 0, false
	}
	epoch := time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)
	day := wall.Truncate(24 * time.Hour)
	return float64(day.Unix()-epoch.Unix())/86400 + float64(wall.Sub(day))/float64(24*time.Hour), true
}
