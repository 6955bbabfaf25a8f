package bigcommerce

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"bcetl/internal/bigcommerce/catalogue"
	"bcetl/internal/record"
)

// Fields of orders that look-ups go by.
const (
	externalField = "external_order_id"
	archivedField = "is_deleted"
)

// OrdersByExternalID gives all orders of an external_order_id, which the store does not keep unique, in the order of ids. Whether one
// is archived stands in its is_deleted, which always comes. With hidden, archived orders that the store keeps out of its list are
// asked for too, see HidesArchived.
func (c *Client) OrdersByExternalID(ctx context.Context, value string, paths []record.Path, hidden bool) ([]Record, error) {
	if value == "" {
		return nil, fmt.Errorf("look up orders: the %s is empty", externalField)
	}
	if paths != nil {
		paths = append(slices.Clone(paths), record.Path{{Name: externalField}}, record.Path{{Name: archivedField}})
	}
	l, err := c.newListingV2(&catalogue.Orders, url.Values{externalField: {value}}, paths)
	if err != nil {
		return nil, err
	}
	l.check = func(row *rowV2) error {
		if got := row.Doc.Get(externalField).String(); !strings.EqualFold(got, value) {
			return &ProtocolError{Message: fmt.Sprintf("the store ignores the filter %s: order %d has %q, not %q", externalField, row.ID, got, value)}
		}
		return nil
	}
	found, err := l.all(ctx, strand{status: -1})
	if err != nil {
		return nil, err
	}
	if hidden {
		archived, err := l.all(ctx, strand{status: -1, archived: true})
		if err != nil {
			return nil, err
		}
		for _, row := range archived {
			if !slices.ContainsFunc(found, func(listed rowV2) bool { return listed.ID == row.ID }) {
				found = append(found, row)
			}
		}
	}
	// A filter that ignores letter case also gives the order of another external id.
	found = slices.DeleteFunc(found, func(row rowV2) bool { return row.Doc.Get(externalField).String() != value })
	return c.whole(ctx, found)
}

// HidesArchived tells whether the store has archived orders that its list does not give, in one request. A store that lists them
// always, or that does not know the filter for them, hides none.
func (c *Client) HidesArchived(ctx context.Context) (bool, error) {
	l, err := c.newListingV2(&catalogue.Orders, nil, []record.Path{})
	if err != nil {
		return false, err
	}
	rows, _, err := l.page(ctx, askV2{strand: strand{status: -1, archived: true}, limit: 1, bare: true})
	return err == nil && len(rows) > 0 && rows[0].archived, err
}

// OrderShipments gives the shipments of an order, with all their fields. An order that the store does not have is an *APIError of
// status 404.
func (c *Client) OrderShipments(ctx context.Context, order int64) ([]Record, error) {
	return c.orderPart(ctx, order, "shipments")
}

// OrderLines gives the lines of an order: id, product_id, sku, quantity, quantity_shipped and the rest.
func (c *Client) OrderLines(ctx context.Context, order int64) ([]Record, error) {
	return c.orderPart(ctx, order, "products")
}

// OrderAddresses gives the addresses to which an order goes.
func (c *Client) OrderAddresses(ctx context.Context, order int64) ([]Record, error) {
	return c.orderPart(ctx, order, "shipping_addresses")
}

// orderPart asks for a part of an order, page after page.
func (c *Client) orderPart(ctx context.Context, order int64, field string) ([]Record, error) {
	sub, ok := catalogue.Orders.Sub(field)
	if !ok || order <= 0 {
		return nil, fmt.Errorf("read %s of order %d: there are none", field, order)
	}
	list, err := c.fetchPart(ctx, &part{sub: sub, want: everything}, order)
	if err != nil {
		return nil, err
	}
	records := make([]Record, 0, len(list.List()))
	for _, item := range list.List() {
		id, err := item.Object().Get("id").Int()
		if err != nil || id <= 0 {
			return nil, &ProtocolError{Message: fmt.Sprintf("read %s of order %d: one has no id", field, order)}
		}
		records = append(records, Record{ID: id, Doc: item.Object()})
	}
	return records, nil
}
