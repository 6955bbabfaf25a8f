package apply

import (
	"slices"
	"strings"

	"bcetl/internal/bigcommerce/catalogue"
	"bcetl/internal/record"
)

// AnySKU is the match that finds whichever product or variant has the SKU, and never creates.
const AnySKU = "any_sku"

// Target is what a job's sink says about the store.
type Target struct {
	Object    *catalogue.Object
	Mode      string            // create, update, upsert, delete
	Match     string            // field of the natural key, or AnySKU
	KeyColumn string            // the sheet's column that the key comes from, for messages
	Fields    []string          // the mapped targets
	Lists     map[string]string // list policy by target
	Only      map[string]string // create, update or unset by target
}

// AddField notes a mapped target with its list policy and when it is sent.
func (t *Target) AddField(path, list, only string) {
	if path == brandName {
		path = "brand_id"
	}
	path = strings.TrimSuffix(path, "[]")
	t.Fields = append(t.Fields, path)
	if list != "" {
		t.Lists[path] = list
	}
	if only != "" {
		t.Only[path] = only
	}
}

// brandName is a field that a store takes and never gives back, so it could not be compared: it is written as the brand's id, the brand
// created when it is new, which is what the store does with it (API facts 4.3).
const brandName = "brand_name"

// Prepare brings a mapped document into the form in which it is compared. What is to be taken out of a list is never created for it.
func (t *Target) Prepare(doc *record.Object) {
	for path, policy := range t.Lists {
		if v := doc.Get(path); policy == "remove" && v.Kind() == record.List {
			doc.Set(path, neverCreated(v))
		}
	}
	if h := handlingOf(t.Object.Name); h != nil && h.prepare != nil {
		h.prepare(doc)
	}
	if t.Object.Version == "v2" {
		for _, f := range doc.Fields() {
			doc.Set(f.Name, valueOnWire(t.Object, f.Name, f.Value))
		}
	}
}

// prepareProduct writes a brand that is given by its name as a reference.
func prepareProduct(doc *record.Object) {
	if name := doc.Get(brandName); name.Kind() == record.Text {
		doc.Delete(brandName)
		if name.String() == "" {
			doc.Set("brand_id", record.IntValue(0))
			return
		}
		doc.Set("brand_id", record.RefValue(record.Ref{Kind: "brand", Key: name.String(), Create: true}))
	}
}

func neverCreated(list record.Value) record.Value {
	items := make([]record.Value, len(list.List()))
	for i, item := range list.List() {
		items[i] = item
		if ref, ok := item.Ref(); ok {
			ref.Create = false
			items[i] = record.RefValue(ref)
		}
	}
	return record.ListValue(items)
}

// keyField is the field that holds the natural key.
func (t *Target) keyField() string {
	if t.Match == AnySKU {
		return "sku"
	}
	return t.Match
}

// key is the catalogue's entry of the natural key. Variants are found by SKU as products are; their catalogue says how.
func (t *Target) key() *catalogue.Key {
	key, ok := t.Object.KeyNamed(t.keyField())
	if !ok { // the job was checked against the catalogue
		panic("apply: " + t.Object.Name + " have no key " + t.keyField())
	}
	return key
}

// FoldKey is the form under which equal keys are equal: ids without leading zeros, names and SKUs without case.
func (t *Target) FoldKey(key string) string {
	key = strings.TrimSpace(key)
	if t.keyField() == t.Object.IDField {
		if trimmed := strings.TrimLeft(key, "0"); trimmed != "" {
			return trimmed
		}
		return key
	}
	if t.key().FoldCase {
		return strings.ToLower(key)
	}
	return key
}

// FoldOf is the folded key of an item: of records that lie below another one, whose keys differ below that one only, with what the
// document says of that one before it.
func (t *Target) FoldOf(key string, doc *record.Object) string {
	if !t.Object.Owned() {
		return t.FoldKey(key)
	}
	return ownerText(doc.Get(t.Object.OfField)) + ownerEnd + t.FoldKey(key)
}

// modifiedField shows any edit of a record between a plan and its application.
const modifiedField = "date_modified"

// readPaths lists what must be read of a record to compare the mapped fields.
func (t *Target) readPaths(h *handling) []record.Path {
	if h.paths != nil {
		return h.paths(t)
	}
	return t.ownPaths()
}

// ownPaths are the id, the key and the mapped fields.
func (t *Target) ownPaths() []record.Path {
	texts := append([]string{t.Object.IDField, t.keyField()}, t.fieldPaths()...)
	if _, ok := t.Object.Field(modifiedField); ok && t.Mode == "delete" {
		texts = append(texts, modifiedField)
	}
	return parsePaths(texts)
}

// fieldPaths are the mapped fields, and of objects the parts without which a store takes none of it.
func (t *Target) fieldPaths() []string {
	texts := slices.Clone(t.Fields)
	for _, field := range t.Fields {
		if whole, _, inner := strings.Cut(field, "."); inner {
			for _, part := range wholeParts(t.Object, whole) {
				texts = append(texts, whole+"."+part)
			}
		}
	}
	return texts
}

func parsePaths(texts []string) []record.Path {
	seen := map[string]bool{}
	var paths []record.Path
	for _, text := range texts {
		if seen[text] {
			continue
		}
		seen[text] = true
		path, err := record.ParsePath(text)
		if err != nil { // targets were checked against the catalogue
			panic("apply: " + err.Error())
		}
		paths = append(paths, path)
	}
	return paths
}
