package sources

// xlsxStyles gives the number format of each cell format (the index in a cell's attribute s).
type xlsxStyles struct{ formats []*numberFormat }

// builtinFormats are the codes of ECMA-376 part 1, 18.8.30 that files refer to by number alone.
var builtinFormats = map[int]string{
	1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00",
	5: `"$"#,##0_);\("$"#,##0\)`, 6: `"$"#,##0_);[Red]\("$"#,##0\)`, 7: `"$"#,##0.00_);\("$"#,##0.00\)`, 8: `"$"#,##0.00_);[Red]\("$"#,##0.00\)`,
	9: "0%", 10: "0.00%", 11: "0.00E+00", 12: "# ?/?", 13: "# ??/??",
	14: "mm-dd-yy", 15: "d-mmm-yy", 16: "d-mmm", 17: "mmm-yy", 18: "h:mm AM/PM", 19: "h:mm:ss AM/PM", 20: "h:mm", 21: "h:mm:ss", 22: "m/d/yy h:mm",
	27: "yyyy\"年\"m\"月\"", 28: "m\"月\"d\"日\"", 29: "m\"月\"d\"日\"", 30: "m-d-yy", 31: "yyyy\"年\"m\"月\"d\"日\"",
	32: "h\"时\"mm\"分\"", 33: "h\"时\"mm\"分\"ss\"秒\"", 34: "h\"时\"mm\"分\"", 35: "h\"时\"mm\"分\"ss\"秒\"", 36: "yyyy\"年\"m\"月\"",
	37: `#,##0_);\(#,##0\)`, 38: `#,##0_);[Red]\(#,##0\)`, 39: `#,##0.00_);\(#,##0.00\)`, 40: `#,##0.00_);[Red]\(#,##0.00\)`,
	41: `_(* #,##0_);_(* \(#,##0\);_(* "-"_);_(@_)`, 42: `_("$"* #,##0_);_("$"* \(#,##0\);_("$"* "-"_);_(@_)`,
	43: `_(* #,##0.00_);_(* \(#,##0.00\);_(* "-"??_);_(@_)`, 44: `_("$"* #,##0.00_);_("$"* \(#,##0.00\);_("$"* "-"??_);_(@_)`,
	45: "mm:ss", 46: "[h]:mm:ss", 47: "mm:ss.0", 48: "##0.0E+0", 49: "@",
	50: "yyyy\"年\"m\"月\"", 57: "yyyy\"年\"m\"月\"", 58: "m\"月\"d\"日\"",
}

// shownFormats are built-in formats that programs show in the form of the user's region, not by the code that stands for them
// in the standard; here that of the United States.
var shownFormats = map[int]string{14: "m/d/yyyy", 22: "m/d/yyyy h:mm", 47: "mm:ss.0"}

// readStyles reads the part, if there is one. A cell that refers to no format has General.
func (p *xlsxPackage) readStyles(part string) (*xlsxStyles, error) {
	styles := &xlsxStyles{}
	if !p.has(part) {
		return styles, nil
	}
	var read struct {
		Formats []struct {
			ID   int    `xml:"numFmtId,attr"`
			Code string `xml:"formatCode,attr"`
		} `xml:"numFmts>numFmt"`
		Cells []struct {
			Format int `xml:"numFmtId,attr"`
		} `xml:"cellXfs>xf"`
	}
	if err := p.decode(part, &read); err != nil {
		return nil, err
	}
	codes := make(map[int]string, len(read.Formats))
	for _, format := range read.Formats {
		codes[format.ID] = unescapeXLSX(format.Code)
	}
	compiled := map[int]*numberFormat{}
	for _, cell := range read.Cells {
		format, done := compiled[cell.Format]
		if !done {
			format = formatOf(cell.Format, codes)
			compiled[cell.Format] = format
		}
		styles.formats = append(styles.formats, format)
	}
	return styles, nil
}

func formatOf(id int, codes map[int]string) *numberFormat {
	code, custom := codes[id]
	if !custom {
		code = builtinFormats[id]
	}
	format := compileFormat(code)
	if shown := shownFormats[id]; shown != "" && (!custom || code == builtinFormats[id]) {
		format = compileFormat(shown)
		format.code = builtinFormats[id]
	}
	return format
}

var generalFormat = compileFormat("General")

func (s *xlsxStyles) format(index int) *numberFormat {
	if index < 0 || index >= len(s.formats) {
		return generalFormat
	}
	return s.formats[index]
}
