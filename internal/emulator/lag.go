package emulator

import (
	"slices"
	"time"
)

// lagging is a stock level that reads still show although it has been overwritten.
type lagging struct {
	variant int // 0 = the product's own level
	text    string
	until   time.Time
}

// note remembers on p, which is about to replace old, the levels that readers go on seeing for
// Options.InventoryLag. A level that was overwritten twice shows what was there first.
func (s *Store) note(old, p *product) {
	if s.opts.InventoryLag <= 0 || old == nil {
		return
	}
	now := s.now()
	p.lag = slices.DeleteFunc(slices.Clone(old.lag), func(l lagging) bool { return !now.Before(l.until) })
	add := func(variant int, before, after string) {
		if before != after && !slices.ContainsFunc(p.lag, func(l lagging) bool { return l.variant == variant }) {
			p.lag = append(p.lag, lagging{variant, before, now.Add(s.opts.InventoryLag)})
		}
	}
	add(0, old.f[pInventory], p.f[pInventory])
	for _, v := range p.allVariants() {
		if before := old.variant(v.id); before != nil {
			add(v.id, before.f[vInventory], v.f[vInventory])
		}
	}
}

// seen gives the row with the stock level that a reader sees now.
func (s *Store) seen(p *product, variant, at int, r row) row {
	for _, l := range p.lag {
		if l.variant == variant && s.now().Before(l.until) {
			r = slices.Clone(r)
			r[at] = l.text
		}
	}
	return r
}
