package cli

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"bcetl/internal/bigcommerce/catalogue"
	"bcetl/internal/judge"
	"bcetl/internal/runner"
)

var recordedFolder = filepath.Join("..", "..", "..", "shared", "data", "api")

// recording is an answer that somebody recorded, of an endpoint that bcetl reads.
type recording struct {
	file   string
	object string // what is exported
	in     string // the field of the object that holds the recorded list; "" where the records themselves were recorded
}

var recordings = []recording{
	{"aligent/v3_catalog__products__77__get.json", "products", ""},
	{"aligent/v3_catalog__products__174__get.json", "products", ""},
	{"aligent/v3_catalog__products__get_all.json", "products", ""},
	{"vsf/v3_product_77_full.json", "products", ""},
	{"aligent/v3_catalog__products__158__images__get_all.json", "products", "images"},
	{"aligent/v3_catalog__products__bulk_pricing_rules__get_all.json", "products", "bulk_pricing_rules"},
	{"aligent/v3_catalog__products__modifiers__6962__values__get_all.json", "products", "modifiers"},
	{"aligent/v3_catalog__products__variants__384__get.json", "products", "variants"},
	{"aligent/v3_catalog__products__variants__get_all.json", "products", "variants"},
	{"aligent/v3_no-data-paginated.json", "products", ""},
	{"aligent/v2_orders_list.json", "orders", ""},
	{"aligent/v2_order_101.json", "orders", ""},
	{"aligent/v2_order_create_218_docs.json", "orders", ""},
	{"aligent/v2_order_149_products_docs.json", "orders", "products"},
	{"aligent/v2_order_229_shipping_addresses_docs.json", "orders", "shipping_addresses"},
	{"aligent/blank_204_body.json", "orders", "coupons"},
	{"aligent/v3_orders__transactions__get.json", "orders", "transactions"},
	{"aligent/v3_orders__1__metafields__get_all.json", "orders", "metafields"},
	{"aligent/v3_orders__order_refunds__get_all.json", "refunds", ""},
}

// TestRecordedAnswersAreExported: each field of each recorded answer arrives in an export as it was recorded.
func TestRecordedAnswersAreExported(t *testing.T) {
	cells := 0
	for _, r := range recordings {
		t.Run(r.file, func(t *testing.T) { cells += r.export(t) })
	}
	var files []string
	for _, r := range recordings {
		files = append(files, r.file)
	}
	page, err := judge.ReadDocument(filepath.Join("..", "..", "docs", "fidelity.md"))
	if err != nil {
		t.Fatal(err)
	}
	rows, err := page.Table("recorded")
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows {
		if strings.Contains(row[1], t.Name()) {
			if diff := cmp.Diff(files, strings.Split(strings.Trim(row[0], "`"), "`, `")); diff != "" {
				t.Errorf("docs/fidelity.md, -tested +listed:\n%s", diff)
			}
		}
	}
	figure := fmt.Sprintf("recorded answers: %d exported, %d cells as recorded\n", len(recordings), cells)
	t.Log(figure)
	if err := judge.AppendFigure(os.Getenv(judge.FiguresVariable), figure); err != nil {
		t.Error(err)
	}
}

// export runs the command line against the recorded answer and gives the number of cells that were compared.
func (r recording) export(t *testing.T) int {
	records, body := r.read(t)
	object, _ := catalogue.Find(r.object)
	paths := leavesOf(t, object, records)
	dir := t.TempDir()
	mapping := &strings.Builder{}
	for i, path := range paths {
		rule := ""
		if strings.Contains(path, "[]") {
			rule = `, join: "¦"`
		}
		fmt.Fprintf(mapping, "  C%d: { from: %q%s }\n", i, path, rule)
	}
	if len(paths) == 0 {
		mapping.WriteString("  C0: id\n")
	}
	also := ""
	if r.object == "orders" {
		also = ", also: [incomplete]"
	}
	writeFiles(t, dir, map[string]string{
		"job.yaml": "version: 1\nname: recorded\nconnection: shop\ntimezone: UTC\nlimits: { min_rows: 0 }\nsource: { bigcommerce: " + r.object + also + " }\nmapping:\n" + mapping.String() +
			"sink: { csv: out.csv, formulas: raw }\n",
		"connections.yaml": "connections:\n  shop: { store_hash: demo, access_token: demo, api_url: \"http://127.0.0.1:9\" }\n",
	})
	var stderr strings.Builder
	app := &App{World: runner.World{
		Stdin: strings.NewReader(""), Stdout: io.Discard, Stderr: &stderr, Now: time.Now, ConfigDir: filepath.Join(dir, "config"),
		Env:   func(string) (string, bool) { return "", false },
		Judge: func(http.RoundTripper) http.RoundTripper { return r.server(body) },
	}}
	if code := app.Run(t.Context(), []string{"run", "-q", filepath.Join(dir, "job.yaml")}); code != exitOK {
		t.Fatalf("exit %d:\n%s", code, stderr.String())
	}
	rows, err := csv.NewReader(strings.NewReader(exported(t, dir, "out.csv"))).ReadAll()
	if err != nil || len(rows) != 1+len(records) {
		t.Fatalf("%d rows of %d records, %v", len(rows)-1, len(records), err)
	}
	for i, record := range records {
		for j, path := range paths {
			want := textAt(record, strings.Split(path, "."))
			if field, _ := object.Field(path); field.Type == catalogue.Date {
				want = moments(want)
			}
			if diff := cmp.Diff(want, sortedJSON(rows[i+1][j])); diff != "" {
				t.Errorf("record %d, %s (-recorded +exported):\n%s", i, path, diff)
			}
		}
	}
	return len(records) * len(paths)
}

// read gives the recorded records as decoded JSON, and as the text that the list's endpoint answers.
func (r recording) read(t *testing.T) (records []any, body []byte) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(recordedFolder, filepath.FromSlash(r.file)))
	if err != nil {
		t.Skip("the recorded answers are not beside this clone: ", err)
	}
	if len(text) == 0 {
		text = []byte("[]")
	}
	var envelope struct{ Data json.RawMessage }
	if json.Unmarshal(text, &envelope) == nil && envelope.Data != nil {
		text = envelope.Data
	}
	if text = bytes.TrimSpace(text); text[0] != '[' {
		text = slices.Concat([]byte("["), text, []byte("]"))
	}
	var elements []json.RawMessage
	if err := json.Unmarshal(text, &elements); err != nil {
		t.Fatal(err)
	}
	slices.SortStableFunc(elements, func(a, b json.RawMessage) int { return idOf(a) - idOf(b) })                           // lists are asked for in the order of ids
	elements = slices.CompactFunc(elements, func(a, b json.RawMessage) bool { return idOf(a) == idOf(b) && idOf(a) != 0 }) // and have each id once
	body = slices.Concat([]byte("["), bytes.Join(bytesOf(elements), []byte(",")), []byte("]"))
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.UseNumber()
	if err := decoder.Decode(&records); err != nil {
		t.Fatal(err)
	}
	if r.in != "" {
		return []any{map[string]any{r.in: records}}, body
	}
	return records, body
}

func idOf(element json.RawMessage) int {
	var record struct{ ID int }
	_ = json.Unmarshal(element, &record) // an element without an id stays where it is
	return record.ID
}

func bytesOf(elements []json.RawMessage) [][]byte {
	all := make([][]byte, len(elements))
	for i, element := range elements {
		all[i] = element
	}
	return all
}

// server answers the lists that the export asks for with the recorded text.
func (r recording) server(body []byte) http.RoundTripper {
	object, _ := catalogue.Find(r.object)
	list := "/" + object.Version + object.ListPath
	sub, isSub := object.Sub(r.in)
	return roundTrip(func(request *http.Request) (*http.Response, error) {
		page := bytes.Clone(body)
		part := "/stores/demo/" + object.Version + strings.ReplaceAll("/orders/{id}/"+r.in, "{id}", "1")
		if isSub {
			part = "/stores/demo/" + sub.Version + strings.ReplaceAll(sub.Path, "{id}", "1")
		}
		switch {
		case request.URL.Path == "/stores/demo/v2/orders/count":
			return storeAnswer(http.StatusOK, []byte(`{"statuses":[],"count":0}`)), nil
		case request.URL.Path == "/stores/demo"+list && request.URL.Query().Has("is_deleted"):
			return storeAnswer(http.StatusNoContent, nil), nil
		case request.URL.Path == "/stores/demo"+list && isSub:
			page = []byte(`[{"id":1,"status_id":1}]`)
		case request.URL.Path == "/stores/demo"+list && r.in != "":
			page = fmt.Appendf(nil, `[{"id":1,%q:%s}]`, r.in, body)
		case request.URL.Path == "/stores/demo"+list, isSub && request.URL.Path == part:
		default:
			return storeAnswer(http.StatusNotFound, nil), nil
		}
		if strings.Contains(request.URL.Path, "/v3/") {
			var elements []json.RawMessage
			if err := json.Unmarshal(page, &elements); err != nil {
				return nil, err
			}
			n := len(elements)
			page = fmt.Appendf(nil, `{"data":%s,"meta":{"pagination":{"total":%d,"count":%d,"per_page":50,"current_page":1,"total_pages":1}}}`, page, n, n)
		} else if string(page) == "[]" {
			return storeAnswer(http.StatusNoContent, nil), nil
		}
		return storeAnswer(http.StatusOK, page), nil
	})
}

func storeAnswer(status int, body []byte) *http.Response {
	return &http.Response{
		StatusCode: status, Header: http.Header{"Content-Type": {"application/json"}}, Body: io.NopCloser(bytes.NewReader(body)), ContentLength: int64(len(body)),
	}
}

// leavesOf lists the fields by which all values of the records are read, in order of their paths. A value inside a field that the catalogue
// holds only as a whole is read with that. Links to what has a request of its own are left out.
func leavesOf(t *testing.T, object *catalogue.Object, records []any) []string {
	t.Helper()
	found := map[string]bool{}
	add := func(path string) {
		field, ok := object.FieldUnder(path)
		if !ok {
			t.Errorf("%s was recorded and cannot be read", path)
			return
		}
		found[field.Path] = true
	}
	var visit func(prefix string, value any)
	visit = func(prefix string, value any) {
		switch value := value.(type) {
		case map[string]any:
			if value["resource"] != nil && value["url"] != nil {
				return
			}
			for name, field := range value {
				visit(strings.TrimPrefix(prefix+"."+name, "."), field)
			}
		case []any:
			for _, element := range value {
				if _, nested := element.(map[string]any); nested {
					visit(prefix+"[]", element)
				} else {
					add(prefix)
				}
			}
		default:
			add(prefix)
		}
	}
	for _, record := range records {
		visit("", record)
	}
	return slices.Sorted(maps.Keys(found))
}

// textAt is what a cell shows of the values at a path: those of lists joined, a value that is a record as JSON.
func textAt(value any, path []string) string {
	if list, ok := value.([]any); ok && len(path) == 0 {
		return strings.Join(textsAt(list, nil), ", ")
	}
	return strings.Join(textsAt(value, path), "¦")
}

func textsAt(value any, path []string) []string {
	switch value := value.(type) {
	case []any:
		var texts []string
		for _, element := range value {
			texts = append(texts, textsAt(element, path)...)
		}
		return texts
	case map[string]any:
		if len(path) > 0 {
			field := value[strings.TrimSuffix(path[0], "[]")]
			if list, ok := field.([]any); ok && len(path) == 1 {
				return []string{textAt(list, nil)}
			}
			return textsAt(field, path[1:])
		}
		text, _ := json.Marshal(value) // it came from JSON
		return []string{string(text)}
	case nil:
		return []string{""}
	}
	return []string{fmt.Sprint(value)}
}

// moments writes the dates of a cell as an export in UTC shows them: a moment is the same in any form.
func moments(cell string) string {
	dates := strings.Split(cell, "¦")
	for i, date := range dates {
		for _, layout := range []string{time.RFC3339, time.RFC1123Z} {
			if moment, err := time.Parse(layout, date); err == nil {
				dates[i] = moment.UTC().Format(time.RFC3339)
			}
		}
	}
	return strings.Join(dates, "¦")
}

// sortedJSON writes the records in a cell with their fields in order, as textAt does; other texts stay as they are.
func sortedJSON(cell string) string {
	pieces := strings.Split(cell, "¦")
	for i, piece := range pieces {
		var fields map[string]any
		decoder := json.NewDecoder(strings.NewReader(piece))
		decoder.UseNumber()
		if strings.HasPrefix(piece, "{") && decoder.Decode(&fields) == nil {
			text, _ := json.Marshal(fields) // it came from JSON
			pieces[i] = string(text)
		}
	}
	return strings.Join(pieces, "¦")
}
