package sinks

import "testing"

func TestEscapeFormula(t *testing.T) {
	for text, want := range map[string]string{
		"":            "",
		"Tea":         "Tea",
		"=SUM(A1)":    "'=SUM(A1)",
		"+49 30":      "'+49 30",
		"-":           "'-",
		"@home":       "'@home",
		"\tx":         "'\tx",
		"\rx":         "'\rx",
		"'=1":         "''=1",
		"''=1":        "'''=1",
		"'-5":         "''-5", // else the reader would make -5 of it
		"'":           "'",
		"''":          "''",
		"'tis":        "'tis",
		"3-4":         "3-4",
		"-5":          "-5",
		"+3.2e1":      "+3.2e1",
		"-.5":         "-.5",
		"-5.":         "-5.",
		"-12,50":      "-12,50",
		"-1E-05":      "-1E-05",
		"-5%":         "'-5%",
		"-1,234.50":   "'-1,234.50",
		"-5e":         "'-5e",
		"-5e+":        "'-5e+",
		"--5":         "'--5",
		"-5+3":        "'-5+3",
		"+.":          "'+.",
		"=5":          "'=5",
		"-٥":          "'-٥",
		"=cmd|'/C'!A": "'=cmd|'/C'!A",
	} {
		if got := escapeFormula(text); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}
