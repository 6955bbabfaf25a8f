package emulator

import (
	"net/http"
	"slices"
	"strconv"
)

func (h *metaHost) createAll(c *call) *reply {
	return h.each(c, func(item any) ([]byte, *failure) {
		body, ok := item.(map[string]any)
		if !ok {
			return nil, wrongJSON("error.expected.jsobject")
		}
		id, _ := wholeNumber(body["resource_id"])
		if !h.exists(&c.s.st, []int{id}) {
			return nil, notFound(h.kind, id)
		}
		r, f := h.put(c, resource{h.kind, id}, nil, body)
		return encoded(r, f)
	})
}

func (h *metaHost) updateAll(c *call) *reply {
	return h.each(c, func(item any) ([]byte, *failure) {
		body, ok := item.(map[string]any)
		if !ok {
			return nil, wrongJSON("error.expected.jsobject")
		}
		id, _ := wholeNumber(body["id"])
		old := findRow(c.s.st.metafields.rows, id)
		if old == nil || old[mfKind] != quote(h.kind) {
			return nil, notFound("metafield", id)
		}
		r, f := h.put(c, resource{h.kind, number(old[mfResource])}, old, body)
		return encoded(r, f)
	})
}

func encoded(r row, f *failure) ([]byte, *failure) {
	if f != nil {
		return nil, f
	}
	return metafieldFields.append(nil, r, nil), nil
}

func (h *metaHost) removeAll(c *call) *reply {
	return h.each(c, func(item any) ([]byte, *failure) {
		id, _ := wholeNumber(item)
		old := findRow(c.s.st.metafields.rows, id)
		if old == nil || old[mfKind] != quote(h.kind) {
			return nil, notFound("metafield", id)
		}
		c.s.st.metafields.drop(old)
		return strconv.AppendInt(nil, int64(id), 10), nil
	})
}

// each runs one step per item of the body. Bad items do not undo good ones: the answer is then a
// 422 that carries what was saved, and the errors by the item's index.
func (h *metaHost) each(c *call, step func(item any) ([]byte, *failure)) *reply {
	items, refused := c.array()
	if refused != nil {
		return refused
	}
	if limit := c.s.opts.batchLimit(); len(items) > limit {
		return tooMany(textInt(limit)).reply()
	}
	data, errors := []byte{'['}, []byte{'['}
	done := 0
	for i, item := range items {
		text, f := step(item)
		if f != nil {
			if len(errors) > 1 {
				errors = append(errors, ',')
			}
			f.errors = map[string]string{strconv.Itoa(i): f.title}
			errors = append(errors, f.body()...)
			continue
		}
		if done++; done > 1 {
			data = append(data, ',')
		}
		data = append(data, text...)
	}
	status := http.StatusOK
	if done < len(items) {
		status = http.StatusUnprocessableEntity
	}
	meta := `],"meta":{"total":` + textInt(len(items)) + `,"success":` + textInt(done) + `,"failed":` + textInt(len(items)-done) + `}}`
	return &reply{status: status, body: slices.Concat([]byte(`{"data":`), data, []byte(`],"errors":`), errors, []byte(meta))}
}
