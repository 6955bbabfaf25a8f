package bigcommerce

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"bcetl/internal/bigcommerce/catalogue"
	"bcetl/internal/record"
)

// FindBulk asks for the records of many key values in one request. It gives those that exist, in no order that follows the
// values; the caller matches them by key. The values must fit a request, see BulkBatches.
func (c *Client) FindBulk(ctx context.Context, object *catalogue.Object, key *catalogue.Key, values []string, paths []record.Path) ([]Record, error) {
	switch {
	case key.BulkName == "":
		return nil, fmt.Errorf("look up %s: %s cannot be looked up many at a time", object.Name, key.Field)
	case len(values) == 0:
		return nil, errors.New("look up: no values are given")
	case len(values) > key.MaxBulk:
		return nil, fmt.Errorf("look up %s: %d values are more than the %d of one request", object.Name, len(values), key.MaxBulk)
	}
	for _, value := range values {
		if value == "" || strings.Contains(value, ",") {
			return nil, fmt.Errorf("look up %s: %q cannot stand in a list", object.Name, value)
		}
	}
	return c.find(ctx, object, key.BulkName, strings.Join(values, ","), paths)
}

// FindOne asks for the records of one key value: none, one, or several where the store does not keep the key unique.
func (c *Client) FindOne(ctx context.Context, object *catalogue.Object, key *catalogue.Key, value string, paths []record.Path) ([]Record, error) {
	if value == "" {
		return nil, fmt.Errorf("look up %s: the key is empty", object.Name)
	}
	if key.Query == "" && key.Path == "" {
		return nil, fmt.Errorf("look up %s: %s cannot be looked up", object.Name, key.Field)
	}
	if object.MinID != "" {
		return c.findV2(ctx, object, key, value, paths)
	}
	return c.find(ctx, object, key.Query, value, paths)
}

// find reads all that a filter finds: one page, unless the store caps pages or a key is not unique.
func (c *Client) find(ctx context.Context, object *catalogue.Object, name, value string, paths []record.Path) ([]Record, error) {
	s := shapeOf(object, paths)
	if paths != nil {
		s.want.child(object.IDField).all = true
	}
	l, err := c.newListing(object, url.Values{name: {value}}, s)
	if err != nil {
		return nil, err
	}
	if !object.SortedByID {
		return l.readAll(ctx)
	}
	var records []Record
	var from bounds
	for {
		p, err := l.page(ctx, ask{bounds: from, limit: l.limit})
		if err != nil {
			return nil, err
		}
		records = append(records, p.records...)
		if p.whole() {
			return records, nil
		}
		if len(p.ids) == 0 {
			return nil, &ProtocolError{Message: fmt.Sprintf("look up %s: the store says that there are %d more and gives none", object.Name, p.total)}
		}
		from.above = p.last()
	}
}

// findV2 reads all records of V2 of one key value, archived orders only by their id.
func (c *Client) findV2(ctx context.Context, object *catalogue.Object, key *catalogue.Key, value string, paths []record.Path) ([]Record, error) {
	filter := url.Values{}
	if key.Query != "" {
		filter.Set(key.Query, value)
	}
	l, err := c.newListingV2(object, filter, paths)
	if err != nil {
		return nil, err
	}
	var rows []rowV2
	if key.Path != "" {
		row, found, err := l.find(ctx, value)
		if err != nil || !found {
			return nil, err
		}
		rows = []rowV2{row}
	} else if rows, err = l.all(ctx, strand{status: -1}); err != nil {
		return nil, err
	}
	return c.whole(ctx, rows)
}

// whole asks for the parts that rows still miss.
func (c *Client) whole(ctx context.Context, rows []rowV2) ([]Record, error) {
	records := make([]Record, len(rows))
	for i := range rows {
		for _, p := range rows[i].missing {
			part, err := c.partOf(ctx, p, rows[i].ID)
			if err != nil {
				return nil, err
			}
			rows[i].Doc.Set(p.sub.Field, part)
		}
		records[i] = rows[i].Record
	}
	return records, nil
}

// find gives the record of an id, if there is one.
func (l *listingV2) find(ctx context.Context, value string) (row rowV2, found bool, err error) {
	id, err := strconv.ParseInt(value, 10, 64)
	if err != nil || id <= 0 {
		return row, false, fmt.Errorf("look up %s: %q is not an id", l.object.Name, value)
	}
	row, err = l.one(ctx, id)
	var refused *APIError
	if errors.As(err, &refused) && refused.Status == http.StatusNotFound {
		return row, false, nil
	}
	return row, err == nil, err
}

// all reads what the listing matches by key.
func (l *listingV2) all(ctx context.Context, s strand) (rows []rowV2, err error) {
	for at := (bounds{}); ; {
		page, _, err := l.page(ctx, askV2{strand: s, bounds: at, limit: l.object.MaxLimit})
		if err != nil {
			return nil, err
		}
		for i := range page {
			if l.check != nil && err == nil {
				err = l.check(&page[i])
			}
		}
		if err != nil {
			return nil, err
		}
		rows = append(rows, page...)
		if !mayBeCut(len(page), l.object.MaxLimit) {
			return rows, nil
		}
		at.above = page[len(page)-1].ID
	}
}

// countV2 asks how many match; what the store cannot count is listed.
func (c *Client) countV2(ctx context.Context, object *catalogue.Object, filter url.Values) (int64, error) {
	l, err := c.newListingV2(object, filter, []record.Path{})
	if err != nil || l.empty() {
		return 0, err
	}
	if !l.countable() {
		rows, err := l.all(ctx, strand{status: -1})
		return int64(len(rows)), err
	}
	found, err := l.count(ctx, strand{status: -1})
	if err != nil {
		return 0, err
	}
	return found.of(l.statuses), nil
}

// Count asks how many records match, in one request. Nil counts all. Archived orders do not count, and on some stores incomplete
// ones do not either.
func (c *Client) Count(ctx context.Context, object *catalogue.Object, filter url.Values) (int64, error) {
	if object.MinID != "" {
		return c.countV2(ctx, object, filter)
	}
	l, err := c.newListing(object, filter, shapeOf(object, nil))
	if err != nil {
		return 0, err
	}
	if l.empty() {
		return 0, nil
	}
	p, err := l.page(ctx, ask{bounds: l.within, limit: 1, bare: true})
	if err != nil {
		return 0, err
	}
	return p.total, nil
}

// ListBrands reads all brands.
func (c *Client) ListBrands(ctx context.Context, paths []record.Path) ([]Record, error) {
	return c.listAll(ctx, &catalogue.Brands, nil, paths)
}

// ListCategories reads all categories of a tree; tree 0 is all trees.
func (c *Client) ListCategories(ctx context.Context, tree int64, paths []record.Path) ([]Record, error) {
	filter := url.Values{}
	if tree > 0 {
		filter.Set("tree_id:in", idText(tree))
	}
	return c.listAll(ctx, &catalogue.Categories, filter, paths)
}

// ListTrees reads all category trees.
func (c *Client) ListTrees(ctx context.Context) ([]Record, error) {
	return c.listAll(ctx, &catalogue.Trees, nil, nil)
}

// ListChannels reads all channels.
func (c *Client) ListChannels(ctx context.Context, paths []record.Path) ([]Record, error) {
	return c.listAll(ctx, &catalogue.Channels, nil, paths)
}

func (c *Client) listAll(ctx context.Context, object *catalogue.Object, filter url.Values, paths []record.Path) ([]Record, error) {
	l, err := c.newListing(object, filter, shapeOf(object, paths))
	if err != nil {
		return nil, err
	}
	return l.readAll(ctx)
}
