package cli

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"bcetl/internal/emulator"
)

// productModes are what runs do with products and variants.
func productModes() []tortureMode {
	var modes []tortureMode
	for _, name := range []string{"create", "update", "upsert", "delete", "variants", "planned"} {
		modes = append(modes, tortureMode{
			name: name, planned: map[string]int{"planned": 1}[name], again: name == "update" || name == "upsert" || name == "variants",
			sheet: func(random *rand.Rand, seed uint64) string { return tortureSheet(random, name, seed) },
			victim: func(t *testing.T, sheet string, seed uint64, workers int) *victim {
				return tortureVictim(t, name, sheet, seed, workers)
			},
			contents: func(t *testing.T, v *victim) map[string]string {
				contents := v.products()
				for _, name := range v.names(t) {
					contents[name] = "there"
				}
				return contents
			},
		})
	}
	return modes
}

// newVictim has a job that writes products.
func newVictim(t *testing.T, mode, sheet string, seed uint64) *victim {
	t.Helper()
	return productVictim(t, mode, sheet, seed, 0, "")
}

// tortureVictim is a newVictim whose products take a text and a list from the sheet as well, with at most so many workers.
func tortureVictim(t *testing.T, mode, sheet string, seed uint64, workers int) *victim {
	t.Helper()
	more := ""
	if mode != "delete" && mode != "variants" {
		more = "  description: Text\n  meta_keywords: { from: Keywords, split: \";\" }\n"
	}
	return productVictim(t, mode, sheet, seed, workers, more)
}

func productVictim(t *testing.T, mode, sheet string, seed uint64, workers int, more string) *victim {
	t.Helper()
	mapping := "  sku: SKU\n  name: Name\n  price: { from: Price, type: decimal }\n  type: { value: physical, only: create }\n" +
		"  weight: { value: 1, only: create }\n  brand_id: { from: Brand, lookup: brand, create_missing: true }\n" +
		"  categories: { from: Category, split: \";\", lookup: category, create_missing: true }\n"
	if mode == "update" {
		mapping = "  sku: SKU\n  price: { from: Price, type: decimal }\n  brand_id: { from: Brand, lookup: brand, create_missing: true }\n"
	}
	object, asked := "products", mode
	switch mode {
	case "delete":
		mapping = "  sku: SKU\n"
	case "variants":
		object, asked = "variants", "update"
		mapping = "  sku: SKU\n  price: { from: Price, type: decimal }\n"
	case "planned":
		asked = "upsert"
	}
	v := victimOf(t, "source: { csv: sheet.csv }\nmapping:\n"+more+mapping+"sink: { bigcommerce: "+object+", mode: "+asked+", match: sku }\n", sheet, workers)
	v.store.Seed(emulator.Demo{Products: 40, Seed: int64(seed)})
	return v
}

// tortureSheet makes rows: known and new records, values that the store refuses, new brands and categories.
func tortureSheet(random *rand.Rand, mode string, seed uint64) string {
	demo := emulator.New(emulator.Options{})
	demo.Seed(emulator.Demo{Products: 40, Seed: int64(seed)})
	taken, _ := demo.Product(demo.ProductIDs()[0])
	variants := variantSKUs(demo)
	rows := [][]string{{"SKU", "Name", "Price", "Brand", "Category", "Text", "Keywords"}}
	for i := range 30 + random.IntN(40) {
		sku, name := fmt.Sprintf("NEW-%03d", i), fmt.Sprintf("New product %d", i)
		if mode != "create" && random.IntN(3) > 0 {
			ids := demo.ProductIDs()
			product, _ := demo.Product(ids[i%len(ids)])
			if known := fmt.Sprint(product["sku"]); i < len(ids) && known != "" {
				sku, name = known, fmt.Sprint(product["name"])
			}
		}
		if mode == "variants" && random.IntN(4) > 0 {
			sku = variants[random.IntN(len(variants))]
		}
		price := fmt.Sprintf("%d.%02d", 5+random.IntN(90), random.IntN(100))
		switch random.IntN(20) {
		case 0:
			price = "a lot"
		case 1:
			if sku != taken["sku"] {
				name = fmt.Sprint(taken["name"]) // the store refuses it
			}
		}
		brand := []string{"", "", "Brand A", "Brand B"}[random.IntN(4)]
		category := []string{"", "", "Torture/Deep/Deeper", "Torture/Wide"}[random.IntN(4)]
		text := []string{"", fmt.Sprintf("<p>Text %d, \"größer\" &amp; cheaper</p>", random.IntN(3)), "Two\nlines; and more"}[random.IntN(3)]
		keywords := []string{"", "one", "tea; green,fresh;Größe"}[random.IntN(3)]
		rows = append(rows, []string{sku, name, price, brand, category, text, keywords})
	}
	return sheetOf(rows)
}

// productHands: products are put into one more category, and get a text that no row names.
func productHands() []hand {
	const shelf = 3 // a category of the demo store
	return []hand{{
		name: "products-shelved", mode: "upsert",
		strike: func(t *testing.T, v *victim, rows, before map[string]string) (keys, records []string) {
			now := v.products()
			keys = lastOf(rows, "updated ", func(key string) bool { return now[key] == before[key] })
			for _, key := range keys {
				id, _, _ := v.store.ProductBySKU(key)
				product, _ := v.store.Product(id)
				shelves, _ := product["categories"].([]any)
				if err := v.store.UpdateProduct(id, map[string]any{"warranty": "theirs", "categories": append(shelves, shelf)}); err != nil {
					t.Fatal(err)
				}
			}
			return keys, keys
		},
		theirs: func(_ *testing.T, v *victim, record string) string {
			id, _, _ := v.store.ProductBySKU(record)
			product, _ := v.store.Product(id)
			shelves, _ := product["categories"].([]any)
			return fmt.Sprintf("%v, category 3 %v", product["warranty"], slices.Contains(shelves, any(json.Number("3"))))
		},
		ends: []string{"updated ", "rejected changed_since_plan", "in_doubt in_doubt"},
	}}
}
