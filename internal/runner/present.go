package runner

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"bcetl/internal/apply"
	"bcetl/internal/bigcommerce/catalogue"
	"bcetl/internal/ledger"
	"bcetl/internal/record"
	"bcetl/internal/report"
	"bcetl/mappings"
)

// present shows what planning decided about the step.
func (r *importRun) present(ctx context.Context, plan *apply.Plan) error {
	view := r.view
	step := r.planStep(plan)
	view.start()
	if view.text != nil {
		view.text.Step(step)
	}
	if view.file != nil {
		if err := view.file.begin(ctx, r, step); err != nil {
			return err
		}
	}
	effects := map[string]int64{}
	if err := r.run.EachPlanned(ctx, r.number, func(item *ledger.PlannedItem) error {
		change := r.planChange(item)
		countChange(step, &change)
		r.noteEffects(effects, &change)
		showMoments(&change, r.file.Location)
		if view.file != nil {
			if err := view.file.item(item); err != nil {
				return err
			}
		}
		return view.change(change)
	}); err != nil {
		return err
	}
	for _, effect := range slices.Sorted(maps.Keys(effects)) {
		step.Effects = append(step.Effects, fmt.Sprintf("%s (%d)", effect, effects[effect]))
	}
	if err := r.noteNames(ctx, step); err != nil {
		return err
	}
	view.plan.Steps = append(view.plan.Steps, *step)
	if view.file != nil {
		if err := view.file.end(step); err != nil {
			return err
		}
	}
	if view.text != nil {
		return view.text.End(step)
	}
	return nil
}

// planStep gathers what is known of the step before its changes are walked through.
func (r *importRun) planStep(plan *apply.Plan) *report.PlanStep {
	target := &r.step.Target
	step := &report.PlanStep{
		Object: target.Object.Name, Mode: target.Mode, Match: target.Match, Rows: r.rows, Records: r.records,
		Names: plan.NewNames, LookUps: plan.LookUps.Requests + plan.LookUps.VariantRequests + plan.LookUps.NameRequests, Requests: plan.Requests, Reads: plan.Reads,
		Scopes: r.file.Needs("").Texts(), Least: r.leastTime(plan),
	}
	if len(r.file.Job.Steps) > 1 {
		step.Name = r.step.Name
	}
	for _, column := range r.step.Policies {
		step.Columns = append(step.Columns, planColumn(&column))
	}
	for _, guard := range plan.Guards {
		step.Guards = append(step.Guards, report.PlanGuard{Name: guard.Name, Message: guard.Message, Accepted: r.options.accepts(guard.Name)})
	}
	return step
}

// leastTime is the least time that the writes take under the store's quota, as far as the store has told it.
func (r *importRun) leastTime(plan *apply.Plan) time.Duration {
	quota := r.store.Client.Stats().Quota
	if !quota.Known || quota.Size == 0 {
		return 0
	}
	var total int64
	for _, requests := range []map[string]int64{plan.Requests, plan.Reads} {
		for _, n := range requests {
			total += n
		}
	}
	reserve := r.file.Job.Limits.Reserve().InexactFloat64() / 100
	usable := max(1, int64(float64(quota.Size)*(1-reserve)))
	windows := (total + usable - 1) / usable
	return time.Duration(max(0, windows-1)) * quota.Window
}

func planColumn(c *mappings.ColumnPolicy) report.PlanColumn {
	from := strings.Join(c.From, ", ")
	switch {
	case c.Value != "":
		from = fmt.Sprintf("%q", c.Value)
	case c.Expr != "" && from == "":
		from = "= " + c.Expr
	case c.Expr != "":
		from += " = " + c.Expr
	}
	lookup := c.Lookup
	if lookup != "" && c.Create {
		lookup += ", creates what is missing"
	}
	blank := c.Blank
	if c.Key && blank == "keep" {
		blank = "reject" // a row without a key is none
	}
	return report.PlanColumn{Target: c.Target, From: from, Blank: blank, Default: c.Default, List: c.List, Lookup: lookup, Only: c.Only}
}

// planChange shows an item as a change.
func (r *importRun) planChange(item *ledger.PlannedItem) report.PlanChange {
	change := report.PlanChange{
		Step: r.step.Name, Key: item.Key, Object: r.step.Target.Object.Name, StoreID: item.StoreID, Problem: r.blamed(item.Problem),
		Action: planActions[item.Outcome],
	}
	if len(item.Rows) > 0 {
		change.Origin = item.Rows[0].Origin
	}
	for i := range item.Ops {
		op := &item.Ops[i]
		if operation, ok := catalogue.OperationNamed(op.Kind); ok {
			change.Object = operation.Object()
		}
		if op.Body == nil {
			for _, f := range op.Before.Fields() {
				change.Fields = append(change.Fields, report.PlanField{Field: f.Name, Before: f.Value})
			}
			continue
		}
		change.Fields = appendFields(change.Fields, "", op.Before, op.Body)
	}
	return change
}

// appendFields lists what a body changes, field by field; a part of an object is a field by its path, such as custom_url.url. A part that
// goes along as it is, for the store takes the object whole, is no change.
func appendFields(fields []report.PlanField, within string, before, body *record.Object) []report.PlanField {
	for _, f := range body.Fields() {
		had := before.At(f.Name)
		if within != "" && !had.IsMissing() && bytes.Equal(had.AppendJSON(nil), f.Value.AppendJSON(nil)) {
			continue
		}
		if f.Value.Kind() == record.Objects {
			fields = appendFields(fields, within+f.Name+".", had.Object(), f.Value.Object())
			continue
		}
		fields = append(fields, report.PlanField{Field: within + f.Name, Before: had, After: named(f.Value)})
	}
	return fields
}

var planActions = map[record.Outcome]string{
	record.Created: "create", record.Updated: "update", record.Deleted: "delete", record.Unchanged: "unchanged",
	record.Rejected: "reject", record.Filtered: "filtered",
}

// named shows a reference to a brand or category that the run would create by its name.
func named(v record.Value) record.Value {
	switch v.Kind() {
	case record.Reference:
		ref, _ := v.Ref()
		return record.TextValue(ref.Key + " (new)")
	case record.List:
		items := make([]record.Value, len(v.List()))
		for i, item := range v.List() {
			items[i] = named(item)
		}
		return record.ListValue(items)
	}
	return v
}

func countChange(step *report.PlanStep, change *report.PlanChange) {
	switch change.Action {
	case "create":
		step.Create++
	case "update":
		step.Update++
	case "delete":
		step.Delete++
	case "unchanged":
		step.Unchanged++
	case "reject":
		step.Rejected++
	case "filtered":
		step.Filtered++
	}
}

// noteEffects counts what else the changes do: what the catalogue says of a field, and fields that are emptied.
func (r *importRun) noteEffects(effects map[string]int64, change *report.PlanChange) {
	for i := range change.Fields {
		f := &change.Fields[i]
		object, ok := catalogue.Find(change.Object)
		if !ok || change.Action == "delete" {
			continue
		}
		field, known := object.Field(f.Field)
		if known && field.Effect != "" && !(field.Reaches && change.Action == "create") {
			effects[f.Field+" "+field.Effect]++
		}
		if change.Action == "update" && f.After.IsEmpty() && !f.Before.IsEmpty() {
			effects[f.Field+" is emptied"]++
		}
	}
	r.noteOperation(effects, change.Action)
}

// noteOperation counts what the catalogue says of the kind of write.
func (r *importRun) noteOperation(effects map[string]int64, action string) {
	object := r.step.Target.Object
	operation, usual := &object.Create, ""
	switch action {
	case "create":
	case "update":
		operation = &object.Update
	case "delete":
		operation, usual = &object.Delete, "records are deleted for good"
	default:
		return
	}
	if effect := cmp.Or(operation.Effect, usual); effect != "" {
		effects[effect]++
	}
}

// noteNames lists the brands and categories that would be created, the first hundred.
func (r *importRun) noteNames(ctx context.Context, step *report.PlanStep) error {
	const most = 100
	ops, err := r.run.SharedOps(ctx, r.number)
	if err != nil {
		return err
	}
	for i := range ops[:min(most, len(ops))] {
		kind, _, _ := strings.Cut(ops[i].Kind, ".")
		step.NewNames = append(step.NewNames, kind+" "+ops[i].Key)
	}
	return nil
}
