package runner

import (
	"time"

	"bcetl/internal/bigcommerce/catalogue"
	"bcetl/internal/record"
	"bcetl/internal/report"
)

// wireMoment is how V2 writes moments, RFC 2822; a day may have one digit.
const wireMoment = "Mon, 2 Jan 2006 15:04:05 -0700"

// showMoments writes the moments of V2 as a person of the job's timezone does: 2026-05-31 23:59:59 +10:00, and none for one that never
// comes. Those of V3 are legible as they are.
func showMoments(change *report.PlanChange, location *time.Location) {
	object, ok := catalogue.Find(change.Object)
	if !ok || object.Version != "v2" {
		return
	}
	for i := range change.Fields {
		f := &change.Fields[i]
		if field, known := object.Field(f.Field); known && field.Type == catalogue.Date {
			f.Before, f.After = shownMoment(f.Before, location), shownMoment(f.After, location)
		}
	}
}

func shownMoment(v record.Value, location *time.Location) record.Value {
	if v.Kind() != record.Text {
		return v
	}
	if v.String() == "" {
		return record.NullValue()
	}
	moment, err := time.Parse(wireMoment, v.String())
	if err != nil {
		return v // as the store writes it
	}
	return record.TextValue(moment.In(location).Format("2006-01-02 15:04:05 -07:00"))
}
