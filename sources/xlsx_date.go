package sources

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

const (
	secondsPerDay = 24 * 60 * 60
	lastSerial    = 2958466 // the first serial number that is beyond 9999-12-31
	leapSerial    = 60      // 29 February 1900, a day that spreadsheets count although there never was one
)

// epoch1904Days is how many days later the calendar of 1904 begins.
const epoch1904Days = 1462

// moment is a serial number taken apart.
type moment struct {
	date    time.Time // the day
	fakeDay bool      // serial 60: shown as 29 February 1900
	seconds float64   // of the day, rounded as the format shows it
	serial  float64   // in the calendar of the workbook
}

// momentOf rounds to that many places of a second; ok is false for numbers outside the calendar.
func momentOf(serial float64, date1904 bool, places int) (m moment, ok bool) {
	day := math.Floor(serial)
	unit := math.Pow10(places)
	m.seconds = math.Round((serial-day)*secondsPerDay*unit) / unit
	if m.seconds >= secondsPerDay {
		m.seconds -= secondsPerDay
		day++
	}
	m.serial = day + m.seconds/secondsPerDay
	count := day
	if date1904 {
		count += epoch1904Days
	}
	if day < 0 || count >= lastSerial || math.IsNaN(serial) {
		return m, false
	}
	m.fakeDay = count == leapSerial
	if count > leapSerial {
		count--
	}
	m.date = time.Date(1899, time.December, 31, 0, 0, 0, 0, time.UTC).AddDate(0, 0, int(count))
	return m, true
}

// iso writes the moment as ISO 8601 without zone, the time of day only when there is one.
func (m moment) iso() string {
	if m.seconds == 0 {
		return m.date.Format("2006-01-02")
	}
	return m.date.Add(time.Duration(math.Round(m.seconds)) * time.Second).Format("2006-01-02T15:04:05")
}

// serialOf is the reverse of iso for stored ISO dates (cells of type d), whose zone says nothing in a sheet.
func serialOf(text string, date1904 bool) (float64, bool) {
	text = strings.TrimSuffix(text, "Z")
	for _, layout := range []string{"2006-01-02T15:04:05", "2006-01-02", "2006-01-02T15:04", "15:04:05"} {
		t, err := time.Parse(layout, text)
		if err != nil {
			continue
		}
		if layout == "15:04:05" {
			return t.Sub(time.Date(0, 1, 1, 0, 0, 0, 0, time.UTC)).Hours() / 24, true
		}
		serial := t.Sub(time.Date(1899, 12, 31, 0, 0, 0, 0, time.UTC)).Hours() / 24
		if serial >= leapSerial {
			serial++
		}
		if date1904 {
			serial -= epoch1904Days
		}
		return serial, true
	}
	return 0, false
}

// finishDate settles which m are minutes and how finely seconds are shown.
func (s *formatSection) finishDate() {
	var parts []formatPart
	previous := byte(0) // the letter of the date part before
	lastMonth := -1     // index in parts of an m right before
	afterSeconds := false
	for i := 0; i < len(s.parts); i++ {
		part := s.parts[i]
		switch part.kind {
		case partDate:
			letter := strings.TrimPrefix(part.text, "[")[0]
			switch {
			case part.text == "am" || part.text == "a":
				letter = previous
			case letter == 'm' && part.text[0] != '[' && previous == 'h' && len(part.text) <= 2:
				part.text = strings.Repeat("n", len(part.text))
			case letter == 's' && lastMonth >= 0 && len(parts[lastMonth].text) <= 2:
				parts[lastMonth].text = strings.Repeat("n", len(parts[lastMonth].text))
			}
			lastMonth = -1
			if part.text == "m" || part.text == "mm" {
				lastMonth = len(parts)
			}
			previous = letter
			afterSeconds = letter == 's'
		case partPoint:
			zeros := 0
			for afterSeconds && i+1 < len(s.parts) && s.parts[i+1].text == "0" {
				zeros++
				i++
			}
			part.kind = partLiteral
			if zeros > 0 {
				s.subSecond = min(zeros, 3)
				part = formatPart{partDate, "." + strings.Repeat("0", zeros)}
			}
		case partDigit, partSlash, partText, partExponent:
			part.kind = partLiteral
		}
		parts = append(parts, part)
	}
	s.parts = parts
	for _, part := range parts {
		if part.kind == partDate && strings.IndexByte("ymd", part.text[0]) >= 0 {
			s.hasDay = true
		}
	}
}

// showDate writes the moment.
func (s *formatSection) showDate(m moment) string {
	var b strings.Builder
	seconds := int(m.seconds)
	for _, part := range s.parts {
		if part.kind != partDate {
			b.WriteString(part.text)
			continue
		}
		switch part.text[0] {
		case 'y', 'm', 'd':
			b.WriteString(dayPart(part.text, m))
		case 'h':
			hour := seconds / 3600
			if s.meridiem {
				hour = (hour+11)%12 + 1
			}
			writePadded(&b, hour, len(part.text))
		case 'n':
			writePadded(&b, seconds/60%60, len(part.text))
		case 's':
			writePadded(&b, seconds%60, len(part.text))
		case 'a':
			half := "AM"
			if seconds >= secondsPerDay/2 {
				half = "PM"
			}
			b.WriteString(half[:len(part.text)])
		case '.':
			b.WriteString(strconv.FormatFloat(m.seconds-math.Floor(m.seconds), 'f', len(part.text)-1, 64)[1:])
		case '[':
			total := math.Round(m.serial*secondsPerDay*1000) / 1000
			unit := map[byte]float64{'h': 3600, 'm': 60, 's': 1}[part.text[1]]
			writePadded(&b, int(math.Floor(total/unit)), len(part.text)-2)
		}
	}
	return strings.TrimSpace(b.String())
}

func writePadded(b *strings.Builder, n, width int) { fmt.Fprintf(b, "%0*d", min(width, 16), n) }

// dayPart writes years, months and days.
func dayPart(letters string, m moment) string {
	year, month, day := m.date.Date()
	weekday := m.date.Weekday()
	if m.date.Before(time.Date(1900, time.March, 1, 0, 0, 0, 0, time.UTC)) { // the day that never was shifts those before it
		weekday = (weekday + 6) % 7
	}
	if m.fakeDay {
		month, day = time.February, 29
	}
	switch letters {
	case "y", "yy":
		return fmt.Sprintf("%02d", year%100)
	case "m", "d":
		return strconv.Itoa(map[string]int{"m": int(month), "d": day}[letters])
	case "mm", "dd":
		return fmt.Sprintf("%02d", map[string]int{"mm": int(month), "dd": day}[letters])
	case "mmm":
		return month.String()[:3]
	case "mmmmm":
		return month.String()[:1]
	case "ddd":
		return weekday.String()[:3]
	}
	switch letters[0] {
	case 'y':
		return fmt.Sprintf("%04d", year)
	case 'm':
		return month.String()
	}
	return weekday.String()
}
