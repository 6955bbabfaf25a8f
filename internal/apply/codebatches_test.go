package apply_test

import (
	"fmt"
	"strings"
	"testing"

	"bcetl/internal/bigcommerce/catalogue"
	"bcetl/internal/emulator"
)

func onBatches(t testing.TB, store *emulator.Store, mode string) *bench {
	t.Helper()
	b := onProducts(t, store, mode, "prefix")
	b.target.Object = &catalogue.CodeBatches
	return b
}

// beginning counts the codes of a promotion with that beginning.
func beginning(store *emulator.Store, promotion int, prefix string) (n int) {
	for _, code := range codesOf(store, promotion) {
		if strings.HasPrefix(code, prefix) {
			n++
		}
	}
	return n
}

func TestBatchesGenerateWhatIsMissing(t *testing.T) {
	store := strictStore()
	id := promote(store, "Spring", "BULK", 40)
	row := func(count int) string {
		return fmt.Sprintf(`{"promotion_id":%d,"prefix":"SPRING","delimiter":"-","count":%d,"code_length":8,"max_uses":3,"exclude_characters":["O","0"]}`, id, count)
	}
	b := onBatches(t, store, "upsert").ok(row(600), fmt.Sprintf(`{"promotion_id":%d,"prefix":"VIP","suffix":"X","count":7}`, id))
	b.wants("created, created")
	if got := beginning(store, id, "SPRING-"); got != 600 {
		t.Errorf("%d codes", got)
	}
	if got := beginning(store, id, "VIP"); got != 7 {
		t.Errorf("%d codes of the second batch", got)
	}
	writes := strings.Split(wrote(store), "\n")
	first := fmt.Sprintf(`POST /v3/promotions/%d/codegen {"batch_size":250,"prefix":"SPRING","delimiter":"-","code_length":8,"max_uses":3,"exclude_characters":["O","0"]}`, id)
	if len(writes) != 4 || writes[0] != first || !strings.Contains(writes[2], `"batch_size":100,`) {
		t.Errorf("wrote %s", strings.Join(writes, "\n"))
	}

	// Again, nothing is missing; of more, only the difference.
	store.ResetLog()
	again := onBatches(t, store, "upsert").ok(row(600))
	again.wants("unchanged")
	again.wantsWrites()
	again.wantsAllRequests()
	store.ResetLog()
	more := onBatches(t, store, "upsert").ok(row(610))
	more.wants("updated")
	more.wantsAllRequests()
	if got := beginning(store, id, "SPRING-"); got != 610 || len(store.Writes()) != 1 {
		t.Errorf("%d codes, %d writes", got, len(store.Writes()))
	}
	onBatches(t, store, "upsert").ok(row(5)).wants("unchanged")
	onBatches(t, store, "create").ok(row(700)).wants("rejected exists")
}

func TestBatchesThatAreRejected(t *testing.T) {
	store := strictStore()
	bulk, single, automatic := promote(store, "Bulk", "BULK", 0), promote(store, "Single", "SINGLE", 0), promote(store, "Auto", "AUTOMATIC", 0)
	for _, test := range []struct{ row, code, message string }{
		{fmt.Sprintf(`{"promotion_id":%d,"prefix":"A","count":1}`, single), "no_bulk_codes", "is of coupon_type SINGLE"},
		{fmt.Sprintf(`{"promotion_id":%d,"prefix":"A","count":1}`, automatic), "no_bulk_codes", "codes are generated for promotions of coupon_type BULK only"},
		{`{"promotion_id":99,"prefix":"A","count":1}`, "not_found", "no promotion 99"},
		{fmt.Sprintf(`{"promotion_id":%d,"prefix":"spring","count":1}`, bulk), "bad_form", `"spring" is refused by stores: they take capital letters, digits, _ and -`},
		{fmt.Sprintf(`{"promotion_id":%d,"prefix":"ABCDEFGHIJKLMNOPQRST","suffix":"ABCDEFGHIJKLMNOPQRST","delimiter":"-","count":1}`, bulk), "bad_code", "58 characters"},
		{fmt.Sprintf(`{"promotion_id":%d,"prefix":"A"}`, bulk), "missing_required", "count"},
		{fmt.Sprintf(`{"promotion_id":%d,"prefix":"","count":1}`, bulk), "empty_key", "needs prefix"},
	} {
		b := onBatches(t, store, "upsert").ok(test.row)
		b.wants("rejected " + test.code)
		b.wantsProblem(1, test.message)
		b.wantsWrites()
	}
	b := onBatches(t, store, "upsert").ok(
		fmt.Sprintf(`{"promotion_id":%d,"prefix":"A","count":1,"code_length":7}`, bulk),
		fmt.Sprintf(`{"promotion_id":%d,"prefix":"AB","count":1,"code_length":6}`, bulk),
		fmt.Sprintf(`{"promotion_id":%d,"prefix":"AB","delimiter":"-","count":1,"code_length":7}`, bulk+100),
	)
	b.wants("created, rejected codes_overlap, rejected not_found")
}

// Whatever becomes of answers, there are as many codes as the row says.
func TestLostBatches(t *testing.T) {
	for _, kind := range []emulator.FaultKind{emulator.ResetBefore, emulator.ResetAfter, emulator.StatusAfter, emulator.TruncatedBody} {
		for seed := range uint64(4) {
			store := strictStore()
			id := promote(store, "Spring", "BULK", 0)
			store.AddFault(emulator.Fault{Kind: kind, Method: "POST", Probability: 0.5, Seed: seed, Times: 3})
			b := onBatches(t, store, "upsert")
			b.concurrency = 3
			b.ok(fmt.Sprintf(`{"promotion_id":%d,"prefix":"A","delimiter":"-","count":600}`, id), fmt.Sprintf(`{"promotion_id":%d,"prefix":"B","delimiter":"-","count":300}`, id))
			b.wants("created, created")
			if a, c := beginning(store, id, "A-"), beginning(store, id, "B-"); a != 600 || c != 300 {
				t.Errorf("fault %d, seed %d: %d and %d codes", kind, seed, a, c)
			}
		}
	}
}

// A run that died between two batches goes on with what is missing, and one whose codes are all there is done.
func TestBatchesAfterACrash(t *testing.T) {
	for there, want := range map[int]string{0: "250 50", 100: "200", 300: ""} {
		store := strictStore()
		id := promote(store, "Spring", "BULK", 0)
		b := onBatches(t, store, "upsert")
		b.planOnly = true
		b.ok(fmt.Sprintf(`{"promotion_id":%d,"prefix":"A","delimiter":"-","count":300}`, id))
		ops, err := b.run.Ops(t.Context(), 1, "code_batches.create", 0, 10)
		if err != nil || len(ops) != 1 {
			t.Fatal(ops, err)
		}
		b.must(b.run.Sent(t.Context(), []int64{ops[0].ID}))
		for made := 0; made < there; made += 100 {
			send(store, "POST", fmt.Sprintf("/v3/promotions/%d/codegen", id), `{"batch_size":100,"prefix":"A","delimiter":"-"}`)
		}
		store.ResetLog()
		executor := b.executor()
		if _, err := executor.Settle(t.Context()); err != nil {
			t.Fatal(err)
		}
		b.must(executor.Apply(t.Context()))
		b.collect(t.Context(), 1)
		b.wants("created")
		var sizes []string
		for _, e := range store.Writes() {
			sizes = append(sizes, fmt.Sprint(decoded(t, e.Body).(map[string]any)["batch_size"]))
		}
		if got := strings.Join(sizes, " "); got != want || beginning(store, id, "A-") != 300 {
			t.Errorf("%d codes were there: generated %q more, want %q; now %d", there, got, want, beginning(store, id, "A-"))
		}
	}
}
