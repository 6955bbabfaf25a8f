package cli

import (
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"testing"

	"bcetl/internal/emulator"
)

// The promotions of the demo store that take many codes.
const (
	bulkPromotion = 3
	nextPromotion = 4
)

// codeModes are what runs do with codes of promotions, by name and by their number.
func codeModes() []tortureMode {
	var modes []tortureMode
	for _, name := range []string{"codes-upsert", "codes-delete", "batches"} {
		mode := tortureMode{name: name, planned: 3, again: name != "codes-delete", contents: codeContents}
		mode.sheet = func(random *rand.Rand, _ uint64) string { return codeSheet(random, name) }
		rest := "source: { csv: sheet.csv }\nmapping:\n  promotion_id: { from: Promotion, type: int }\n  code: Code\n  max_uses: { from: Uses, type: int }\nsink: { bigcommerce: promotion_codes, mode: upsert }\n"
		switch name {
		case "codes-delete":
			rest = "source: { csv: sheet.csv }\nmapping:\n  promotion_id: { from: Promotion, type: int }\n  code: Code\nsink: { bigcommerce: promotion_codes, mode: delete }\n"
		case "batches":
			mode.contents = batchContents
			mode.sheet = func(random *rand.Rand, _ uint64) string { return batchSheet(random) }
			rest = "source: { csv: sheet.csv }\nmapping:\n  promotion_id: { from: Promotion, type: int }\n  prefix: Prefix\n  delimiter: { value: \"-\" }\n" +
				"  code_length: { value: \"8\", type: int }\n  count: { from: Count, type: int }\n  max_uses: { value: \"1\", type: int }\nsink: { bigcommerce: code_batches, mode: upsert }\n"
		}
		mode.victim = func(t *testing.T, sheet string, _ uint64, workers int) *victim {
			v := victimOf(t, rest, sheet, workers)
			v.store.Seed(emulator.Demo{Products: 4, Orders: -1, Coupons: -1})
			for i := range 20 {
				v.store.InsertPromotionCode(bulkPromotion, map[string]any{"code": fmt.Sprintf("OLD-%02d", i), "max_uses": 5})
			}
			for i := range 6 {
				v.store.InsertPromotionCode(bulkPromotion, map[string]any{"code": fmt.Sprintf("PREFIX1-ABCDEFG%d", i), "max_uses": 1})
			}
			return v
		}
		modes = append(modes, mode)
	}
	return modes
}

// codeSheet makes rows: known and new codes, some in other case, codes of another promotion, uses that are no number.
func codeSheet(random *rand.Rand, mode string) string {
	rows := [][]string{{"Code", "Promotion", "Uses"}}
	for i := range 14 + random.IntN(6) {
		promotion, code, uses := bulkPromotion, fmt.Sprintf("NEW-%02d", i), fmt.Sprint(random.IntN(3))
		if random.IntN(4) == 0 {
			promotion = nextPromotion // where old ones are taken and cannot be found
		}
		if mode == "codes-delete" && random.IntN(6) > 0 || random.IntN(4) == 0 {
			code = fmt.Sprintf("OLD-%02d", i)
			if random.IntN(3) == 0 {
				code = strings.ToLower(code)
			}
		}
		if random.IntN(14) == 0 {
			uses = "a lot"
		}
		rows = append(rows, []string{code, fmt.Sprint(promotion), uses})
	}
	return sheetOf(rows)
}

// batchSheet makes rows that declare numbers of codes: none yet, some there already, more than a request generates, and no number.
func batchSheet(random *rand.Rand) string {
	rows := [][]string{{"Prefix", "Promotion", "Count"}}
	for i := range 3 + random.IntN(3) {
		count := fmt.Sprint(1 + random.IntN(40))
		switch random.IntN(6) {
		case 0:
			count = "many"
		case 1:
			count = fmt.Sprint(255 + random.IntN(20))
		}
		rows = append(rows, []string{fmt.Sprintf("PREFIX%d", i), fmt.Sprint(bulkPromotion + i%2), count})
	}
	return sheetOf(rows)
}

func codeContents(t *testing.T, v *victim) map[string]string {
	contents := map[string]string{}
	for _, promotion := range v.store.PromotionIDs() {
		for _, code := range v.store.PromotionCodes(promotion) {
			addOnce(t, contents, fmt.Sprintf("code %v of %d", code["code"], promotion), []any{code["max_uses"], code["max_uses_per_customer"]})
		}
	}
	return contents
}

// batchContents counts the codes by promotion and prefix: what they are otherwise is drawn by the store.
func batchContents(_ *testing.T, v *victim) map[string]string {
	counts := map[string]int{}
	for _, promotion := range v.store.PromotionIDs() {
		for _, code := range v.store.PromotionCodes(promotion) {
			prefix, _, _ := strings.Cut(fmt.Sprint(code["code"]), "-")
			counts[fmt.Sprintf("codes %s of %d with %v uses", prefix, promotion, code["max_uses"])]++
		}
	}
	contents := map[string]string{}
	for name, n := range counts {
		contents[name] = fmt.Sprint(n)
	}
	return contents
}

// codeHands: somebody else makes codes of the form of a batch. They count, so that the batch has as many as it declares with them.
func codeHands() []hand {
	return []hand{{
		name: "codes-made", mode: "batches",
		strike: func(t *testing.T, v *victim, rows, _ map[string]string) (keys, records []string) {
			sheet := readAll(t, filepath.Join(v.dir, "sheet.csv"))
			now := batchContents(t, v)
			for _, row := range sheet[1:] {
				var there, wanted, promotion int
				if _, err := fmt.Sscan(row[2], &wanted); err != nil {
					continue // it declares no number
				}
				if _, err := fmt.Sscan(row[1], &promotion); err != nil {
					t.Fatal(err)
				}
				if text := now[fmt.Sprintf("codes %s of %d with 1 uses", row[0], promotion)]; text != "" {
					if _, err := fmt.Sscan(text, &there); err != nil {
						t.Fatal(err)
					}
				}
				if strings.HasPrefix(rows[row[0]], "rejected ") || there+2 > wanted {
					continue
				}
				for i := range 2 {
					v.store.InsertPromotionCode(promotion, map[string]any{"code": fmt.Sprintf("%s-THEIRS%02d", row[0], i), "max_uses": 1})
				}
				keys, records = append(keys, row[0]), append(records, row[0]+"-THEIRS")
			}
			return keys, records
		},
		theirs: func(t *testing.T, v *victim, record string) string {
			n := 0
			for name := range codeContents(t, v) {
				if strings.Contains(name, record) {
					n++
				}
			}
			return fmt.Sprint(n)
		},
	}}
}
