package emulator

import (
	"net/http"
	"slices"
)

// sale is what one line takes from the stock of a variant, and how many units it orders in all: a line that is raised takes the difference.
type sale struct{ product, variant, units, ordered int }

// unsold are the statuses whose orders take nothing: the sale did not happen, or was undone.
var unsold = []int{statusIncomplete, statusRefunded, 5, 6}

// migrated is the external_source of orders that were made elsewhere; they do not count as sold (orders.v2.oas2.yml).
const migrated = "M-MIG"

// stock judges whether the catalogue has what the lines sell: stock where it is tracked, and the quantities that a product allows in an order.
func (w *orderWrite) stock(status int) *reply {
	if slices.Contains(unsold, status) {
		w.sold = nil
		return nil
	}
	units, ordered := map[[2]int]int{}, map[int]int{}
	for _, sold := range w.sold {
		units[[2]int{sold.product, sold.variant}] += sold.units
		units[[2]int{sold.product, 0}] += sold.units
		ordered[sold.product] += sold.ordered
	}
	for id, n := range ordered {
		p := w.s.st.findProduct(id)
		least, most := productFields.int(p.f, "order_quantity_minimum"), productFields.int(p.f, "order_quantity_maximum")
		if n < least || most > 0 && n > most {
			return outOfStock()
		}
	}
	for key, n := range units {
		p := w.s.st.findProduct(key[0])
		tracking := productFields.str(p.f, "inventory_tracking")
		if n > 0 && (key[1] == 0 && tracking == "product" && n > number(p.f[pInventory]) ||
			key[1] != 0 && tracking == "variant" && n > number(p.variant(key[1]).f[vInventory])) {
			return outOfStock()
		}
	}
	return nil
}

func outOfStock() *reply {
	return failV2(http.StatusBadRequest, "Quantities of one or more products are out of stock or did not meet quantity requirements.", "")
}

// sell takes what the lines sell from the catalogue. Nothing ever comes back by itself: on the platform the store's settings decide that.
func (w *orderWrite) sell(source string) {
	for _, sold := range w.sold {
		old := w.s.st.findProduct(sold.product)
		p := old.clone()
		switch productFields.str(p.f, "inventory_tracking") {
		case "product":
			p.f[pInventory] = textInt(number(p.f[pInventory]) - sold.units)
		case "variant":
			w.sellVariant(p, sold)
		}
		if source != migrated {
			productFields.set(p.f, "total_sold", textInt(productFields.int(p.f, "total_sold")+sold.units))
		}
		p.settle()
		w.s.note(old, p)
		w.s.st.swap(old, p)
	}
}

func (w *orderWrite) sellVariant(p *product, sold sale) {
	if p.simple() {
		p.f[pInventory] = textInt(number(p.f[pInventory]) - sold.units)
		return
	}
	for i, v := range p.variants {
		if v.id == sold.variant {
			f := slices.Clone(v.f)
			f[vInventory] = textInt(number(f[vInventory]) - sold.units)
			p.variants[i] = &variant{id: v.id, f: f, values: v.values}
		}
	}
}
