package bigcommerce

import (
	"context"
	"errors"
	"fmt"
	"net/url"
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
	if key.Query == "" {
		return nil, fmt.Errorf("look up %s: %s cannot be looked up", object.Name, key.Field)
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

// Count asks how many records match, in one request. Nil counts all.
func (c *Client) Count(ctx context.Context, object *catalogue.Object, filter url.Values) (int64, error) {
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

func (c *Client) listAll(ctx context.Context, object *catalogue.Object, filter url.Values, paths []record.Path) ([]Record, error) {
	l, err := c.newListing(object, filter, shapeOf(object, paths))
	if err != nil {
		return nil, err
	}
	return l.readAll(ctx)
}
