package emulator

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// appendSnapshot appends the members of a snapshot that hold the orders: the orders that exist, the
// last ids given, and the recipes of demo orders that nobody has asked for yet. Fields at their
// defaults are left out: an order has a hundred, most of them zero.
func (b *orderBook) appendSnapshot(dst []byte) []byte {
	b.mu.Lock()
	defer b.mu.Unlock()
	dst = append(dst, `,"order_ids":{`...)
	for i, name := range slices.Sorted(maps.Keys(b.last)) {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(append(appendQuoted(dst, name), ':'), textInt(b.last[name])...)
	}
	dst = append(dst, `},"orders":[`...)
	for i, o := range b.list {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = orderFields.appendChanged(append(dst, "\n{\"fields\":"...), o.f)
		for _, part := range orderParts {
			rows := *part.rows(o)
			if len(rows) == 0 {
				continue
			}
			dst = append(dst, `,"`+part.name+`":[`...)
			for j, r := range rows {
				if j > 0 {
					dst = append(dst, ',')
				}
				dst = part.table.appendChanged(dst, r)
			}
			dst = append(dst, ']')
		}
		dst = append(dst, '}')
	}
	dst = append(dst, ']')
	if len(b.pending) > 0 {
		recipes, err := json.Marshal(b.pending)
		if err == nil { // plain strings and numbers always encode
			dst = append(append(dst, `,"demo_orders":`...), recipes...)
		}
	}
	return dst
}

// appendChanged appends the fields of a row that differ from their defaults.
func (t *table) appendChanged(dst []byte, r row) []byte {
	m := make(mask, len(r))
	for i, text := range r {
		m[i] = text != t.fields[i].def
	}
	return t.append(dst, r, m)
}

func (b *orderBook) readSnapshot(key any, text string) error {
	switch key {
	case "order_ids":
		last := map[string]int{}
		err := json.Unmarshal([]byte(text), &last)
		maps.Copy(b.last, last)
		return err
	case "demo_orders":
		if err := json.Unmarshal([]byte(text), &b.pending); err != nil {
			return err
		}
		for _, d := range b.pending {
			if d == nil || !d.valid() {
				return errShape
			}
		}
		return nil
	}
	if !strings.HasPrefix(text, "[") {
		return errShape
	}
	for item := range elements(text) {
		o, err := readOrder(item)
		if err != nil {
			return fmt.Errorf("order %d: %w", len(b.list)+1, err)
		}
		if len(b.list) > 0 && b.list[len(b.list)-1].id >= o.id {
			return fmt.Errorf("order %d: not in the order of ids", o.id)
		}
		b.list = append(b.list, o)
	}
	return nil
}

func readOrder(text string) (*order, error) {
	o := &order{}
	for name, value := range members(text) {
		var err error
		if name == "fields" {
			o.f, err = orderFields.readRow(value)
		} else if part, ok := partNamed(name); ok {
			*part.rows(o), err = part.table.readRows(value)
		} else {
			err = fmt.Errorf("unknown part %q", name)
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
	}
	if o.f == nil || number(o.f[0]) == 0 {
		return nil, errShape
	}
	o.settle()
	return o, nil
}
