package runner

import (
	"context"
	"fmt"
	"strings"

	"bcetl/internal/bigcommerce"
	"bcetl/internal/bigcommerce/catalogue"
	"bcetl/internal/compile"
	"bcetl/internal/record"
	"bcetl/internal/report"
)

// walkOptions says what an export reads. Where records have parts that take requests of their own, how many requests the export
// takes is counted and said first.
func (s *session) walkOptions(ctx context.Context, step *compile.ExportStep, st *Store) (bigcommerce.WalkOptions, error) {
	options := bigcommerce.WalkOptions{
		Filter: step.Filter, Paths: withKey(step.Object, step.Paths), Concurrency: step.File.Job.Limits.Workers(), Limit: s.options.Limit,
	}
	for _, kind := range step.Source.Also {
		options.Also = append(options.Also, kind.Text)
	}
	if step.Object.CountPath == "" && step.Object.Holder() != catalogue.Orders.Name {
		return options, nil
	}
	estimate, err := st.Client.Estimate(ctx, step.Object, options)
	if err != nil {
		return options, err
	}
	if estimate.Records > 0 {
		s.log.Info(estimateText(step.Object, estimate))
	}
	options.Counted = estimate
	return options, nil
}

// estimateText says what an export reads and what that takes; looking up the names that it shows takes some requests more.
func estimateText(object *catalogue.Object, e *bigcommerce.Estimate) string {
	what, requests := "about "+report.Counted(e.Records, "record"), report.Counted(e.Requests, "request")
	if holder, ok := catalogue.Find(e.Of); ok && e.Of != object.Name {
		what = "those of about " + report.Counted(e.Records, holder.Singular)
	}
	if e.AtLeast {
		return fmt.Sprintf("%s: %s, in %s or more", object.Name, what, requests)
	}
	return fmt.Sprintf("%s: %s, in about %s", object.Name, what, requests)
}

// planExport says what an export would take. Nothing of it is read but how much there is.
func (s *session) planExport(ctx context.Context, step *compile.ExportStep, number int) error {
	st := s.storeFor(step.Source.Connection)
	options, err := s.walkOptions(ctx, step, st)
	if err == nil && options.Counted == nil {
		options.Counted, err = st.Client.Estimate(ctx, step.Object, options)
	}
	if err != nil {
		return fmt.Errorf("count %s: %w", step.Object.Name, err)
	}
	text := fmt.Sprintf("step %d is an export and left out of a plan; a run would read %s", number, estimateText(step.Object, options.Counted))
	s.find("", "not_run", "%s", text)
	if s.view != nil && s.view.text != nil {
		s.view.start()
		fmt.Fprintln(s.view, strings.ToUpper(text[:1])+text[1:]+".")
	}
	return nil
}

// exportStage names the export for those who watch it, with the requests that it takes where they were counted.
func exportStage(e *compile.ExportStep, counted *bigcommerce.Estimate) string {
	if counted == nil || counted.Records == 0 || counted.AtLeast {
		return "exporting " + e.Object.Name
	}
	return fmt.Sprintf("exporting %s in about %d requests", e.Object.Name, counted.Requests)
}

// leftKinds are the kinds of records that are left out unless `also` names them, in the order in which they are told.
var leftKinds = []string{bigcommerce.AlsoIncomplete, bigcommerce.AlsoArchived}

// noteLeft tells how many records were left out.
func (s *session) noteLeft(step *compile.ExportStep, left map[string]int64) {
	var counts, kinds []string
	for _, kind := range leftKinds {
		if left[kind] > 0 {
			counts, kinds = append(counts, fmt.Sprintf("%d %s", left[kind], kind)), append(kinds, kind)
		}
	}
	if len(counts) == 0 {
		return
	}
	what, them := "orders were", "them"
	if len(counts) == 1 && left[kinds[0]] == 1 {
		what, them = "order was", "it"
	}
	s.find(step.Name, "left_out", "%s %s left out; `also: [%s]` reads %s", strings.Join(counts, " and "), what, strings.Join(kinds, ", "), them)
}

// keyField is the field that names a record in results beside its id; "" where it has none.
func keyField(object *catalogue.Object) string {
	for _, name := range []string{"sku", "code"} {
		if _, ok := object.KeyNamed(name); ok {
			return name
		}
	}
	return ""
}

// withKey adds what names a record in results.
func withKey(object *catalogue.Object, paths []record.Path) []record.Path {
	all := append([]record.Path{}, paths...)
	if name := keyField(object); name != "" {
		all = append(all, record.Path{{Name: name}})
	}
	return all
}

func keyOf(object *catalogue.Object, doc *record.Object) string {
	if name := keyField(object); name != "" {
		if key := doc.Get(name).String(); key != "" {
			return key
		}
	}
	return doc.Get(object.IDField).String()
}
