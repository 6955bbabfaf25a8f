package cli

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestTortureOthers kills runs and has somebody else at the store before they go on: it creates what the run still means to create, and
// edits records of a saved plan. None of that is written over or called the run's own, and all other rows end as undisturbed.
func TestTortureOthers(t *testing.T) {
	tally := &tortureTally{kills: map[string]int{}, faults: map[string]int{}}
	ends := map[string]int{} // of the rows that somebody else had a hand in
	cases := max(4, *tortureCases/9)
	for i := range cases {
		seed := *tortureSeed + uint64(i)
		mode := []string{"create", "planned", "upsert", "planned"}[i%4]
		meddle := (*victim).createElsewhere
		if i%4 == 3 {
			meddle = (*victim).editElsewhere
		}
		if !t.Run(fmt.Sprintf("%s-%d", mode, seed), func(t *testing.T) { tortureOthers(t, mode, seed, i%4 == 3, meddle, tally, ends) }) {
			return
		}
	}
	t.Logf("seed %d: %d cases, %d runs; kills %v; faults %v; rows with somebody else's hand in them: %v",
		*tortureSeed, cases, tally.runs, tally.kills, tally.faults, ends)
}

// meddling changes the store as somebody else would and gives the SKUs of the records it touched. rows are those that end so undisturbed,
// outcome by SKU; before is the store's products as they were before the run.
type meddling func(v *victim, t *testing.T, rows map[string]string, before map[string]string) []string

func tortureOthers(t *testing.T, mode string, seed uint64, edits bool, meddle meddling, tally *tortureTally, ends map[string]int) {
	random := rand.New(rand.NewPCG(seed, 2))
	sheet := tortureSheet(random, mode, seed)
	calm, v := tortureVictim(t, mode, sheet, seed, 1), tortureVictim(t, mode, sheet, seed, 1)
	before := v.products()
	var flags []string
	if mode == "planned" {
		flags = []string{"--plan", "plan.json"}
		calm.makePlan(t)
		v.makePlan(t)
	}
	if code := calm.run(t, "", 0, flags...); code != exitOK && code != exitRows {
		t.Fatalf("the undisturbed run ended with %d\n%s", code, calm.output)
	}
	// With one worker nothing but the request at which it dies is under way. One that has left may still arrive after an edit, which
	// would then be written over with good reason.
	// A run that dies before its first intent is begun anew, and an upsert may then well update what it finds. One that applies a saved
	// plan makes none of its own.
	phases := []string{"commit", "unread", "answer"}
	if mode == "create" {
		phases = append(phases, "plan")
	}
	if !edits {
		phases = append(phases, "sent")
	}
	phase := phases[random.IntN(len(phases))]
	crash := phase + ":1"
	if phase != "plan" && random.IntN(3) > 0 {
		crash = fmt.Sprintf("%s:%d", phase, 1+random.IntN(12))
	}
	tally.runs++
	if code := v.run(t, crash, 0, flags...); code != -1 {
		return // it has fewer requests than that
	}
	tally.kills[phase]++
	skus := meddle(v, t, calm.ends(t, sheet), before)
	t.Logf("killed at %s; somebody else had a hand in %v", crash, skus)
	theirs := v.whole(t, skus)
	tally.runs += v.survive(t, random, tally, flags)
	v.heal()
	v.late.underWay.Wait()

	if diff := cmp.Diff(theirs, v.whole(t, skus)); diff != "" {
		t.Errorf("somebody else's values were written over (-theirs +now):\n%s", diff)
	}
	expected, got := calm.ends(t, sheet), v.ends(t, sheet)
	for _, sku := range skus {
		end := got[sku]
		ends[end]++
		// By the first intent, which is a brand's or a category's, no product is under way that could be in doubt.
		strict := mode == "planned" && crash == "commit:1"
		switch {
		case strict && end != "rejected changed_since_plan":
			t.Errorf("%s: nothing had been sent when somebody else changed it, yet it ended as %q", sku, end)
		case edits && end != "rejected changed_since_plan" && end != "in_doubt in_doubt",
			!edits && !strings.HasPrefix(end, "rejected ") && end != "in_doubt in_doubt":
			t.Errorf("%s ended as %q", sku, end)
		}
		delete(expected, sku)
		delete(got, sku)
	}
	if diff := cmp.Diff(expected, got); diff != "" {
		t.Errorf("outcomes of other rows differ from those of an undisturbed run (-undisturbed +resumed):\n%s", diff)
	}
	v.rejectsAgree(t)
	products, undisturbed := v.products(), calm.products()
	for _, sku := range skus {
		delete(products, sku)
		delete(undisturbed, sku)
	}
	if diff := cmp.Diff(undisturbed, products); diff != "" {
		t.Errorf("other products differ from those after an undisturbed run (-undisturbed +resumed):\n%s", diff)
	}
	if diff := cmp.Diff(calm.names(t), v.names(t)); diff != "" {
		t.Errorf("brands and categories differ from those after an undisturbed run (-undisturbed +resumed):\n%s", diff)
	}
}

// createElsewhere creates two products with keys that the run has still to create, with values of their own.
func (v *victim) createElsewhere(t *testing.T, rows, _ map[string]string) (skus []string) {
	t.Helper()
	for _, sku := range sortedBy(rows, "created ") {
		if len(skus) == 2 {
			break
		}
		_, err := v.store.AddProduct(map[string]any{
			"sku": sku, "name": "Somebody else's " + sku, "price": "777.77", "type": "physical", "weight": "9", "description": "theirs",
		})
		if err == nil { // else the run's own is there already
			skus = append(skus, sku)
		}
	}
	return skus
}

// editElsewhere edits two records that the saved plan has still to change, the last ones: those least likely to be in the batch at which
// the run died.
func (v *victim) editElsewhere(t *testing.T, rows, before map[string]string) (skus []string) {
	t.Helper()
	now := v.products()
	updates := sortedBy(rows, "updated ")
	slices.Reverse(updates)
	for _, sku := range updates {
		if len(skus) == 2 {
			break
		}
		if now[sku] != before[sku] {
			continue
		}
		id, _, ok := v.store.ProductBySKU(sku)
		if !ok {
			t.Fatalf("the store has no %s", sku)
		}
		if err := v.store.UpdateProduct(id, map[string]any{"price": "777.77"}); err != nil {
			t.Fatal(err)
		}
		skus = append(skus, sku)
	}
	return skus
}

// sortedBy lists the keys whose outcome begins so.
func sortedBy(rows map[string]string, outcome string) (keys []string) {
	for key, end := range rows {
		if strings.HasPrefix(end, outcome) {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	return keys
}

// ends gives the outcome of each row of the last run by its SKU.
func (v *victim) ends(t *testing.T, sheet string) map[string]string {
	t.Helper()
	rows, err := csv.NewReader(strings.NewReader(sheet)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	outcomes, ends := v.outcomes(t), map[string]string{}
	for i, row := range rows[1:] {
		ends[row[0]] = outcomes[fmt.Sprint(i+2)]
	}
	return ends
}

// whole gives products with all that the store knows of them, times and ids among it.
func (v *victim) whole(t *testing.T, skus []string) map[string]string {
	t.Helper()
	whole := map[string]string{}
	for _, sku := range skus {
		id, _, ok := v.store.ProductBySKU(sku)
		if !ok {
			t.Fatalf("the store has no %s", sku)
		}
		product, _ := v.store.Product(id)
		text, err := json.Marshal(product)
		if err != nil {
			t.Fatal(err)
		}
		whole[sku] = string(text)
	}
	return whole
}
