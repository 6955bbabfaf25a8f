package emulator

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
)

// snapshotVersion is the version of the snapshot's layout; others are refused.
const snapshotVersion = 1

// Snapshot writes the whole state as one JSON object: {version, last, channels, trees, brands,
// categories, metafields, coupons, promotions, codes, customers, orders, order_ids, demo_orders, products}; what an older store did not
// have may be missing. Options, log and faults are no part of it.
func (s *Store) Snapshot(w io.Writer) error {
	s.mu.RLock()
	defer s.mu.RUnlock()
	st := &s.st
	b := bufio.NewWriterSize(w, 1<<16)
	dst := []byte(`{"version":` + strconv.Itoa(snapshotVersion) + `,"last":{`)
	for i, name := range slices.Sorted(maps.Keys(st.last)) {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(append(appendQuoted(dst, name), ':'), textInt(st.last[name])...)
	}
	dst = append(dst, `},"trees":[`...)
	for i, t := range st.trees {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = t.append(dst)
	}
	dst = append(dst, ']')
	for _, list := range st.lists() {
		dst = appendRows(append(dst, `,"`+list.name+`":`...), list.table, *list.rows)
	}
	dst = st.orders.appendSnapshot(dst)
	dst = append(dst, `,"products":[`...)
	for i, p := range st.products {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = p.appendSnapshot(append(dst, '\n'))
		if _, err := b.Write(dst); err != nil {
			return fmt.Errorf("write snapshot: %w", err)
		}
		dst = dst[:0]
	}
	_, _ = b.Write(append(dst, "\n]}\n"...)) // Flush reports a failure
	if err := b.Flush(); err != nil {
		return fmt.Errorf("write snapshot: %w", err)
	}
	return nil
}

// rowList is a table of the state that is nothing but rows.
type rowList struct {
	name  string
	table *table
	rows  *[]row
}

func (st *state) lists() []rowList {
	return []rowList{
		{"channels", channelFields, &st.channels},
		{"brands", brandFields, &st.brands},
		{"categories", categoryFields, &st.categories},
		{"metafields", metafieldFields, &st.metafields.rows},
		{"coupons", couponFields, &st.coupons},
		{"promotions", promotionFields, &st.promotions},
		{"codes", codeFields, &st.codes.rows},
		{"customers", customerFields, &st.customers},
	}
}

func (p *product) appendSnapshot(dst []byte) []byte {
	dst = productFields.append(append(dst, `{"fields":`...), p.f, nil)
	dst = append(dst, `,"base_id":`+textInt(p.baseID)+`,"channels":`+textInts(p.channels)...)
	if p.base != nil {
		dst = variantFields.append(append(dst, `,"base":`...), p.base, nil)
	}
	if len(p.variants) > 0 {
		dst = append(dst, `,"variants":[`...)
		for i, v := range p.variants {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = variantFields.append(append(dst, `{"fields":`...), v.f, nil)
			var pairs []int
			for _, c := range v.values {
				pairs = append(pairs, c.option, c.value)
			}
			dst = append(dst, `,"choices":`+textInts(pairs)+`}`...)
		}
		dst = append(dst, ']')
	}
	if len(p.options) > 0 {
		dst = append(dst, `,"options":[`...)
		for i, o := range p.options {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = optionFields.append(append(dst, `{"fields":`...), o, nil)
			dst = append(appendRows(append(dst, `,"values":`...), valueFields, p.values[number(o[0])]), '}')
		}
		dst = append(dst, ']')
	}
	if len(p.modifiers) > 0 {
		dst = append(dst, `,"modifiers":[`...)
		for i, m := range p.modifiers {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = modifierFields.append(append(dst, `{"fields":`...), m.f, nil)
			dst = append(appendRows(append(dst, `,"values":`...), modifierValueFields, m.values), '}')
		}
		dst = append(dst, ']')
	}
	for _, ch := range children {
		if rows := *ch.rows(p); len(rows) > 0 {
			dst = appendRows(append(dst, `,"`+ch.path+`":`...), ch.table, rows)
		}
	}
	return append(dst, '}')
}

// Restore replaces the whole state by a snapshot; on an error the state stays as it was.
func (s *Store) Restore(r io.Reader) error {
	var st state
	st.clear()
	if err := st.read(r); err != nil {
		if errors.Is(err, io.EOF) {
			err = io.ErrUnexpectedEOF
		}
		return fmt.Errorf("read snapshot: %w", err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	st.rev += s.st.rev + 1
	st.orders.opts = &s.opts
	s.st = st
	return nil
}

func (st *state) read(r io.Reader) error {
	dec := json.NewDecoder(bufio.NewReaderSize(r, 1<<16))
	if err := expect(dec, json.Delim('{')); err != nil {
		return err
	}
	version := 0
	for dec.More() {
		key, err := dec.Token()
		if err != nil {
			return err
		}
		if key == "products" {
			if version != snapshotVersion {
				return fmt.Errorf("version %d, want %d", version, snapshotVersion)
			}
			if err := st.readProducts(dec); err != nil {
				return err
			}
			continue
		}
		var raw json.RawMessage
		if err := dec.Decode(&raw); err != nil {
			return err
		}
		switch key {
		case "version":
			version = number(string(raw))
		case "last":
			err = json.Unmarshal(raw, &st.last)
		case "trees":
			err = st.readTrees(raw)
		case "orders", "order_ids", "demo_orders":
			err = st.orders.readSnapshot(key, string(raw))
		default:
			for _, list := range st.lists() {
				if list.name == key {
					*list.rows, err = list.table.readRows(string(raw))
				}
			}
		}
		if err != nil {
			return fmt.Errorf("%v: %w", key, err)
		}
	}
	for _, list := range st.lists() {
		slices.SortFunc(*list.rows, func(a, b row) int { return number(a[0]) - number(b[0]) })
	}
	for _, r := range st.metafields.rows {
		on := resource{unquote(r[mfKind]), number(r[mfResource])}
		st.metafields.of[on] = append(st.metafields.of[on], number(r[0]))
	}
	if err := st.codes.index(); err != nil {
		return err
	}
	return expect(dec, json.Delim('}'))
}

func expect(dec *json.Decoder, want json.Token) error {
	got, err := dec.Token()
	if err == nil && got != want {
		err = fmt.Errorf("%v instead of %v", got, want)
	}
	return err
}

func (st *state) readTrees(raw []byte) error {
	var list []struct {
		ID       int    `json:"id"`
		Name     string `json:"name"`
		Channels []int  `json:"channels"`
	}
	err := json.Unmarshal(raw, &list)
	for _, t := range list {
		st.trees = append(st.trees, &tree{id: t.ID, name: t.Name, channels: t.Channels})
	}
	return err
}

func (st *state) readProducts(dec *json.Decoder) error {
	if err := expect(dec, json.Delim('[')); err != nil {
		return err
	}
	for dec.More() {
		var raw json.RawMessage
		if err := dec.Decode(&raw); err != nil {
			return err
		}
		p, err := readProduct(string(raw))
		if err != nil {
			return fmt.Errorf("product %d: %w", len(st.products)+1, err)
		}
		if st.findProduct(p.id) != nil || st.clash(p) != nil {
			return fmt.Errorf("product %d: id, name or sku is a duplicate", p.id)
		}
		st.swap(nil, p)
	}
	return expect(dec, json.Delim(']'))
}
