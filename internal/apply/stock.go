package apply

import (
	"fmt"

	"bcetl/internal/bigcommerce/catalogue"
	"bcetl/internal/record"
)

const (
	stockField    = "inventory_level"
	trackingField = "inventory_tracking"
)

// dropUntracked takes a stock level out of a change where the store would not take it (API facts 4.3): the level of a product counts
// only while inventory_tracking is product. Sent all the same, it would be sent again by every run. Where the row itself says how
// the product is tracked, that is the row's own choice; else the problem says why the level was left alone. Of a variant by itself it is
// not known how its product is tracked, and those of a product with several are the product's own affair.
func dropUntracked(change *Change, doc *record.Object, f *found) *record.Problem {
	if change.Body.Get(stockField).IsMissing() {
		return nil
	}
	product := f.record
	if f.object == &catalogue.Variants {
		if product = f.holder; product.Get("base_variant_id").IsEmpty() {
			return nil
		}
	}
	said, stored := doc.Get(trackingField), product.Get(trackingField)
	tracking := stored
	if !said.IsMissing() {
		tracking = said
	}
	if tracking.IsEmpty() || tracking.String() == "product" {
		return nil
	}
	level := change.Body.Get(stockField)
	change.drop(stockField)
	if !said.IsMissing() {
		return nil
	}
	remedy := "map inventory_tracking: product as well"
	if tracking.String() == "variant" {
		remedy = "its stock is that of its variants, see `bigcommerce: variants`"
	}
	return &record.Problem{
		Code: "stock_untracked", Field: stockField,
		Message: fmt.Sprintf("the stock level %s was left alone: the product's inventory_tracking is %s; %s", level, tracking, remedy),
	}
}
