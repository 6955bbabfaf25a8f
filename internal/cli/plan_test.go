package cli

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// planned makes the plan of a job that creates, updates and leaves records alone, and gives its document.
func planned(t *testing.T) (*victim, map[string]any) {
	t.Helper()
	known := demoStore(3)
	sheet := numbered(known, 4) + "NEW-1,New product,5,Brand A,Deep/Deeper\nNEW-2,Other product,a lot,,\n"
	v := newVictim(t, "upsert", sheet, 3)
	if code := v.command(t, "plan", "--quiet", "--yes", "--out", "plan.json", "job.yaml"); code != exitRows {
		t.Fatalf("exit code %d\n%s", code, v.output)
	}
	data, err := os.ReadFile(filepath.Join(v.dir, "plan.json"))
	if err != nil {
		t.Fatal(err)
	}
	var document map[string]any
	if err := json.Unmarshal(data, &document); err != nil {
		t.Fatal(err)
	}
	return v, document
}

// A plan is one JSON document that holds what docs/plan-file.md says.
func TestAPlanIsOneDocument(t *testing.T) {
	_, document := planned(t)
	steps := document["steps"].([]any)
	items := steps[0].(map[string]any)["items"].([]any)
	if len(steps) != 1 || len(items) != 6 {
		t.Fatalf("%d steps, %d items", len(steps), len(items))
	}
	first := items[0].(map[string]any)
	op := first["ops"].([]any)[0].(map[string]any)
	if first["outcome"] != "updated" || op["kind"] != "products.update" || op["body"].(map[string]any)["price"] == nil || op["before"].(map[string]any)["price"] == nil {
		t.Errorf("the first item: %v", first)
	}
	created := items[4].(map[string]any)
	if created["outcome"] != "created" || len(created["ops"].([]any)[0].(map[string]any)["needs"].([]any)) != 2 {
		t.Errorf("the created item: %v", created)
	}
	rejected := items[5].(map[string]any)
	if rejected["outcome"] != "rejected" || rejected["problem"].(map[string]any)["code"] != "bad_number" || rejected["ops"] != nil {
		t.Errorf("the rejected item: %v", rejected)
	}
	input := steps[0].(map[string]any)["input"].(map[string]any)
	if len(input["shared_ops"].([]any)) != 3 || len(input["names"].([]any)) != 3 {
		t.Errorf("what several items need: %v", input)
	}
}

// Even one whose checksum is right is looked at whole before any of it is applied.
func TestAPlanThatPlanningDoesNotMakeIsRefused(t *testing.T) {
	v, document := planned(t)
	whole, err := json.Marshal(document)
	if err != nil {
		t.Fatal(err)
	}
	step := func(d map[string]any) map[string]any { return d["steps"].([]any)[0].(map[string]any) }
	item := func(d map[string]any, n int) map[string]any { return step(d)["items"].([]any)[n].(map[string]any) }
	op := func(d map[string]any, n int) map[string]any { return item(d, n)["ops"].([]any)[0].(map[string]any) }
	shared := func(d map[string]any, n int) map[string]any {
		return step(d)["input"].(map[string]any)["shared_ops"].([]any)[n].(map[string]any)
	}
	for name, edit := range map[string]struct {
		change func(d map[string]any)
		says   string
	}{
		"an id twice":         {func(d map[string]any) { op(d, 1)["id"] = op(d, 0)["id"] }, "stands there twice"},
		"a shared id twice":   {func(d map[string]any) { op(d, 1)["id"] = shared(d, 0)["id"] }, "stands there twice"},
		"no id":               {func(d map[string]any) { op(d, 1)["id"] = 0 }, "no id that a plan gives"},
		"a huge id":           {func(d map[string]any) { op(d, 1)["id"] = 1 << 60 }, "no id that a plan gives"},
		"an unknown kind":     {func(d map[string]any) { op(d, 1)["kind"] = "orders.refund" }, "nothing that this step does"},
		"another kind":        {func(d map[string]any) { op(d, 1)["kind"] = "products.delete" }, "nothing that this step does"},
		"a target of text":    {func(d map[string]any) { op(d, 1)["target"] = "2" }, "target"},
		"a target below zero": {func(d map[string]any) { op(d, 1)["target"] = -2 }, "has not what a products.update needs"},
		"no target":           {func(d map[string]any) { delete(op(d, 1), "target") }, "has not what a products.update needs"},
		"a create's target":   {func(d map[string]any) { op(d, 4)["target"] = 5 }, "has not what a products.create needs"},
		"no before":           {func(d map[string]any) { delete(op(d, 1), "before") }, "has not what"},
		"no body":             {func(d map[string]any) { delete(op(d, 1), "body") }, "has not what"},
		"a body of a list":    {func(d map[string]any) { op(d, 1)["body"] = []any{} }, ""},
		"a need of nothing":   {func(d map[string]any) { op(d, 4)["needs"] = []any{99} }, "needs op 99"},
		"a need of a row's":   {func(d map[string]any) { op(d, 4)["needs"] = []any{op(d, 0)["id"]} }, "creates nothing before it"},
		"an outcome":          {func(d map[string]any) { item(d, 1)["outcome"] = "painted" }, `"painted" is not an outcome`},
		"unchanged with ops":  {func(d map[string]any) { item(d, 1)["outcome"] = "unchanged" }, "unchanged with 1 ops"},
		"updated without":     {func(d map[string]any) { delete(item(d, 1), "ops") }, "updated with 0 ops"},
		"items out of order":  {func(d map[string]any) { item(d, 1)["seq"] = 1 }, "does not follow"},
		"more items":          {func(d map[string]any) { step(d)["input"].(map[string]any)["next"] = 3 }, "more items than it says"},
		"another sheet": {func(d map[string]any) {
			item(d, 1)["rows"].([]any)[0].(map[string]any)["file"] = "other.csv"
		}, "not among the plan's inputs"},
		"shared by kind":  {func(d map[string]any) { shared(d, 0)["kind"] = "products.create" }, "nothing that several records need"},
		"another step":    {func(d map[string]any) { step(d)["number"] = 2 }, "the plan has step 2 instead"},
		"no steps":        {func(d map[string]any) { d["steps"] = []any{} }, "the plan ends before it"},
		"an unknown part": {func(d map[string]any) { op(d, 1)["extra"] = true }, "unknown field"},
		"another version": {func(d map[string]any) { d["head"].(map[string]any)["schema"] = 99 }, "another version"},
	} {
		var edited map[string]any
		if err := json.Unmarshal(whole, &edited); err != nil {
			t.Fatal(err)
		}
		edit.change(edited)
		v.write(t, "edited.json", signed(t, edited))
		v.store.ResetLog()
		if code := v.command(t, "run", "--plan", "edited.json", "--yes", "job.yaml"); code != exitWrong || !strings.Contains(v.output, edit.says) {
			t.Errorf("%s: exit code %d, wants to say %q\n%s", name, code, edit.says, v.output)
		}
		if writes := v.store.Writes(); len(writes) > 0 {
			t.Errorf("%s: it wrote %v", name, writes)
		}
	}
	var same map[string]any
	if err := json.Unmarshal(whole, &same); err != nil {
		t.Fatal(err)
	}
	v.write(t, "same.json", signed(t, same))
	if code := v.command(t, "run", "--plan", "same.json", "--yes", "job.yaml"); code != exitRows || !strings.Contains(v.output, "1 created, 4 updated, 1 rejected") {
		t.Errorf("the plan itself: exit code %d\n%s", code, v.output)
	}
}

// signed gives a plan's document as bcetl writes it, with its checksum.
func signed(t *testing.T, document map[string]any) string {
	t.Helper()
	head, err := json.Marshal(document["head"])
	if err != nil {
		t.Fatal(err)
	}
	body := `{"head":` + string(head) + `,"steps":[`
	for i, s := range document["steps"].([]any) {
		step := s.(map[string]any)
		if i > 0 {
			body += ","
		}
		parts := map[string]string{}
		for _, name := range []string{"number", "input", "items", "summary"} {
			text, err := json.Marshal(step[name])
			if err != nil {
				t.Fatal(err)
			}
			parts[name] = string(text)
		}
		body += fmt.Sprintf(`{"number":%s,"input":%s,"items":%s,"summary":%s}`, parts["number"], parts["input"], parts["items"], parts["summary"])
	}
	sum := sha256.Sum256([]byte(body))
	return body + fmt.Sprintf("],\"sha256\":\"%s\"}\n", hex.EncodeToString(sum[:]))
}
