package bigcommerce_test

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"

	"bcetl/internal/bigcommerce"
	"bcetl/internal/bigcommerce/catalogue"
)

// codes is a store with codes 1 to n of each promotion, whose cursors are ids. The readings differ in what stands in a page's links.
type codes struct {
	n        int
	link     string // none, end, start
	lastLink bool   // a link stands on the last page too
	ignores  bool   // the cursor
	swapped  bool   // start_cursor is the end's
	asked    []string
}

func (s *codes) RoundTrip(r *http.Request) (*http.Response, error) {
	s.asked = append(s.asked, strings.TrimPrefix(r.URL.Path, "/stores/emulator/v3/promotions/")+"?"+r.URL.RawQuery)
	query := r.URL.Query()
	after, _ := strconv.Atoi(query.Get("after"))
	limit, _ := strconv.Atoi(query.Get("limit"))
	if s.ignores {
		after = 0
	}
	last := min(s.n, after+limit)
	data := []string{}
	for id := after + 1; id <= last; id++ {
		data = append(data, fmt.Sprintf(`{"id":%d,"code":"C%d","max_uses":1}`, id, id))
	}
	links := ""
	if s.link != "none" && (last < s.n || s.lastLink) && len(data) > 0 {
		links = fmt.Sprintf(`"next":"?limit=%d&after=%d"`, limit, map[string]int{"end": last, "start": after + 1}[s.link])
	}
	begins, ends := after+1, last
	if s.swapped {
		begins, ends = ends, begins
	}
	meta := fmt.Sprintf(`"cursor_pagination":{"count":%d,"per_page":%d,"start_cursor":"%d","end_cursor":"%d","links":{%s}}`, len(data), limit, begins, ends, links)
	if !query.Has("after") {
		meta += fmt.Sprintf(`,"pagination":{"total":%d,"count":%d,"per_page":%d,"current_page":1,"total_pages":1}`, s.n, len(data), limit)
	}
	return answer(r, 200, `{"data":[`+strings.Join(data, ",")+`],"meta":{`+meta+`}}`, nil), nil
}

// TestCursors: every code comes once, whatever the links to next pages hold, and in few requests.
func TestCursors(t *testing.T) {
	for _, test := range []struct {
		store    codes
		requests int
	}{
		{codes{n: 0, link: "end"}, 1},
		{codes{n: 3, link: "end"}, 1},
		{codes{n: 250, link: "end"}, 2}, // a full page may not be the last
		{codes{n: 251, link: "end"}, 2},
		{codes{n: 700, link: "end"}, 3},
		{codes{n: 700, link: "end", lastLink: true}, 4},
		{codes{n: 700, link: "none"}, 3},
		{codes{n: 750, link: "none"}, 4},
		{codes{n: 700, link: "none", swapped: true}, 4},
		{codes{n: 700, link: "start", swapped: true}, 5},
		{codes{n: 700, link: "start"}, 4},
		{codes{n: 3, link: "start", lastLink: true}, 2},
		{codes{n: 700, link: "start", lastLink: true}, 5},
	} {
		store := test.store
		client := newClient(t, &store, nil)
		got, err := readAll(t.Context(), client.Walk(t.Context(), &catalogue.PromotionCodes, bigcommerce.WalkOptions{
			Filter: url.Values{"promotion_id": {"5"}}, Paths: paths(t, "code"),
		}))
		if err != nil || len(got) != store.n || len(store.asked) != test.requests {
			t.Errorf("%+v: %d codes in %d requests (%v), want %d", test.store, len(got), len(store.asked), err, test.requests)
			continue
		}
		for i := range got {
			if want := fmt.Sprintf(`{"code":"C%d","id":%d,"promotion_id":5}`, i+1, i+1); string(got[i].Doc.AppendJSON(nil)) != want {
				t.Errorf("%+v: got %s, want %s", test.store, got[i].Doc.AppendJSON(nil), want)
				break
			}
		}
	}
}

// TestCursorsOfSeveral reads the codes of promotions one after the other, and counts them as they come to light.
func TestCursorsOfSeveral(t *testing.T) {
	store := &codes{n: 300, link: "end"}
	walker := newClient(t, store, nil).Walk(t.Context(), &catalogue.PromotionCodes, bigcommerce.WalkOptions{
		Filter: url.Values{"promotion_id": {"7,5,7"}, "code": {"C1"}},
	})
	got, err := readAll(t.Context(), walker)
	if err != nil || len(got) != 600 || walker.Total() != 600 {
		t.Fatalf("%d of %d codes, %v", len(got), walker.Total(), err)
	}
	if got[0].Doc.Get("promotion_id").String() != "7" || got[300].Doc.Get("promotion_id").String() != "5" {
		t.Error(got[0], got[300])
	}
	want := []string{"7/codes?code=C1&limit=250", "7/codes?after=250&code=C1&limit=250", "5/codes?code=C1&limit=250", "5/codes?after=250&code=C1&limit=250"}
	if !slices.Equal(store.asked, want) {
		t.Errorf("asked %q", store.asked)
	}
	few, err := readAll(t.Context(), newClient(t, store, nil).Walk(t.Context(), &catalogue.PromotionCodes, bigcommerce.WalkOptions{
		Filter: url.Values{"promotion_id": {"7"}}, Limit: 3,
	}))
	if err != nil || len(few) != 3 {
		t.Errorf("%d codes, %v", len(few), err)
	}
}

// TestCursorsThatFail: a walk that cannot be complete is an error, and so is one that would be of no promotion.
func TestCursorsThatFail(t *testing.T) {
	for name, test := range map[string]struct {
		transport http.RoundTripper
		filter    url.Values
		want      string
	}{
		"the cursor is ignored": {&codes{n: 700, link: "none", ignores: true}, url.Values{"promotion_id": {"5"}}, "there are 700 and gives 250"},
		"the link is ignored":   {&codes{n: 700, link: "end", ignores: true}, url.Values{"promotion_id": {"5"}}, "there are 700 and gives 250"},
		"no promotion":          {&codes{}, nil, "by the filter promotion_id"},
		"promotion 0":           {&codes{}, url.Values{"promotion_id": {"0"}}, "by the filter promotion_id"},
		"an unknown filter":     {&codes{}, url.Values{"promotion_id": {"5"}, "colour": {"red"}}, `"colour" is not a filter`},
		"a link to nowhere": {
			scripted(`{"data":[{"id":1}],"meta":{"cursor_pagination":{"links":{"next":"?limit=5"}}}}`), url.Values{"promotion_id": {"5"}}, "names no place",
		},
		"no list": {scripted(`{"data":{}}`), url.Values{"promotion_id": {"5"}}, "no list"},
	} {
		_, err := readAll(t.Context(), newClient(t, test.transport, nil).Walk(t.Context(), &catalogue.PromotionCodes, bigcommerce.WalkOptions{Filter: test.filter}))
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: got %v", name, err)
		}
	}
}
