package mappings

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"bcetl/internal/bigcommerce/catalogue"
	"bcetl/internal/job"
	"bcetl/internal/record"
)

// TestInverse exports every writable field of products and variants to the text of a cell and imports that: the same JSON
// value comes back.
func TestInverse(t *testing.T) {
	location, err := time.LoadLocation("Australia/Sydney")
	if err != nil {
		t.Fatal(err)
	}
	for _, object := range []*catalogue.Object{&catalogue.Products, &catalogue.Variants} {
		for _, field := range object.Fields {
			if !field.Writable || field.WriteOnly || strings.Contains(field.Path, "[]") {
				continue
			}
			t.Run(object.Name+"/"+field.Path, func(t *testing.T) {
				out, in := inverse(t, object, field, location)
				rapid.Check(t, func(t *rapid.T) {
					sample := sampleOf(t, field)
					text := exportText(t, out, field.Path, sample)
					row := rowOf([]string{"X"}, text)
					doc, _, _, problem := in.Map([]record.Row{row})
					if problem != nil {
						t.Fatalf("%s as %q: %s", sample, text, problem)
					}
					got := doc.At(strings.Split(field.Path, ".")...)
					if empty, err := record.ParseJSON([]byte(sample)); err == nil && empty.IsEmpty() {
						if !got.IsMissing() {
							t.Fatalf("an empty cell gave %s", got)
						}
						return
					}
					if back := string(got.AppendJSON(nil)); back != sample {
						t.Fatalf("%s as %q came back as %s", sample, text, back)
					}
				})
			})
		}
	}
}

// inverse compiles both ways for a field.
func inverse(t *testing.T, object *catalogue.Object, field catalogue.Field, location *time.Location) (*Export, *Import) {
	s := Scope{Location: location}
	scalar := func(text string) job.Scalar { return job.Scalar{Text: text, Set: true} }
	out := job.Rule{From: []job.Scalar{scalar(field.Path)}}
	in := job.Rule{From: []job.Scalar{scalar("X")}}
	if field.Type == catalogue.IntList || field.Type == catalogue.TextList {
		out.Join, in.Split = scalar(";"), scalar(";")
	}
	export, diagnostics := CompileExport("job.yaml", []job.Mapping{{Target: scalar("X"), Rule: out}}, job.Scalar{}, job.Scalar{}, object, s)
	if export == nil {
		t.Fatal(diagnostics)
	}
	back, diagnostics := CompileImport("job.yaml", []job.Mapping{{Target: scalar(field.Path), Rule: in}}, record.NewHeader([]string{"X"}), object, "", "update", s)
	if back == nil {
		t.Fatal(diagnostics)
	}
	return export, back
}

// sampleOf draws a value of the field, as the store's JSON.
func sampleOf(t *rapid.T, field catalogue.Field) string {
	text := func() string {
		most := 14
		if field.MaxLength == 0 || field.MaxLength > 14 {
			most = 40
		}
		drawn := rapid.StringOfN(rapid.RuneFrom([]rune("aZ0 1.-=+,\"'<>&é漢\n")), field.MinLength, most, -1).Draw(t, "text")
		if !isLong(&field) {
			drawn = strings.TrimSpace(drawn)
		}
		if field.MinLength > 0 && strings.TrimSpace(drawn) == "" {
			return "x"
		}
		if strings.TrimSpace(drawn) == "" {
			return ""
		}
		return drawn
	}
	quoted := func(s string) string { return string(record.TextValue(s).AppendJSON(nil)) }
	whole := func(low, high int64) string {
		return fmt.Sprint(rapid.Int64Range(low, high).Draw(t, "int"))
	}
	switch field.Type {
	case catalogue.Int:
		if field.Max == "255" {
			return whole(0, 255)
		}
		return whole(0, 1_000_000_000)
	case catalogue.Decimal:
		if field.Nullable && rapid.Bool().Draw(t, "null") {
			return "null"
		}
		places := rapid.IntRange(0, 4).Draw(t, "places")
		if places == 0 {
			return whole(0, 9_999_999_999)
		}
		return fmt.Sprintf("%s.%0*d", whole(0, 9_999_999), places, rapid.IntRange(0, 9).Draw(t, "decimals"))
	case catalogue.Bool:
		return fmt.Sprint(rapid.Bool().Draw(t, "bool"))
	case catalogue.Date:
		moment := time.Unix(rapid.Int64Range(0, 2_000_000_000).Draw(t, "moment"), 0).UTC()
		if rapid.Bool().Draw(t, "midnight") {
			moment = moment.Truncate(24 * time.Hour)
		}
		return quoted(moment.Format("2006-01-02T15:04:05+00:00"))
	case catalogue.IntList:
		return "[" + strings.Join(rapid.SliceOfN(rapid.StringMatching(`[1-9][0-9]{0,6}|-1`), 0, 5).Draw(t, "ids"), ",") + "]"
	case catalogue.TextList:
		words := rapid.SliceOfN(rapid.StringMatching(`[a-z0-9é]{1,8}( [a-z,"]{1,3})?`), 0, 5).Draw(t, "words")
		for i, word := range words {
			words[i] = quoted(word)
		}
		return "[" + strings.Join(words, ",") + "]"
	}
	if len(field.Enum) > 0 {
		return quoted(rapid.SampledFrom(field.Enum).Draw(t, "enum"))
	}
	return quoted(text())
}

func exportText(t *rapid.T, out *Export, path, sample string) string {
	for _, name := range slices.Backward(strings.Split(path, ".")) {
		sample = fmt.Sprintf("{%q:%s}", name, sample)
	}
	v, err := record.ParseJSON([]byte(sample))
	if err != nil {
		t.Fatal(err)
	}
	rows, problem := out.Rows(v.Object())
	if problem != nil {
		t.Fatal(problem)
	}
	return rows[0][0].String()
}
