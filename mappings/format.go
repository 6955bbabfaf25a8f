package mappings

import (
	"strings"

	"bcetl/internal/job"
	"bcetl/internal/record"
)

// format checks a column's format and style.
func (c *ruleCompiler) format(j *job.Rule, of record.ColumnType) {
	if j.Format.Set {
		switch of {
		case record.ColumnDate:
			if !strings.Contains(j.Format.Text, "%") {
				c.at("rule", j.Format, "%q is not a date format such as \"%%Y-%%m-%%d\"", j.Format.Text)
			}
		case record.ColumnDecimal, record.ColumnInt:
			if _, ok := record.ParsePlaces(j.Format.Text); !ok {
				c.at("rule", j.Format, "%q is not a number format such as \"0.00\" or \"0.00##\"", j.Format.Text)
			}
		default:
			c.at("rule", j.Format, "format says how numbers and dates are written; give the column type: decimal or date")
		}
	}
	if j.Style.Set && j.Style.Text != "currency" && j.Style.Text != "percent" {
		c.at("rule", j.Style, "style is currency or percent%s", suggest(j.Style.Text, []string{"currency", "percent"}))
		return
	}
	if j.Style.Set && of != record.ColumnDecimal && of != record.ColumnInt {
		c.at("rule", j.Style, "style: %s is for numbers; give the column type: decimal", j.Style.Text)
	}
}
