package bigcommerce

import (
	"context"
	"time"

	"bcetl/internal/bigcommerce/catalogue"
	"bcetl/internal/record"
)

// CountArchived asks how many orders are archived, in one request. It is asked only of stores that hide them, see HidesArchived.
func (c *Client) CountArchived(ctx context.Context) (int64, error) {
	l, err := c.newListingV2(&catalogue.Orders, nil, []record.Path{})
	if err != nil {
		return 0, err
	}
	found, err := l.count(ctx, strand{status: -1, archived: true})
	if err != nil {
		return 0, err
	}
	return found.all, nil
}

// EachArchived gives the archived orders of a store that hides them, page after page in the order of ids.
func (c *Client) EachArchived(ctx context.Context, paths []record.Path, visit func([]Record) error) error {
	l, err := c.newListingV2(&catalogue.Orders, nil, paths)
	if err != nil {
		return err
	}
	for at := (bounds{}); ; {
		page, _, err := l.page(ctx, askV2{strand: strand{status: -1, archived: true}, bounds: at, limit: l.object.MaxLimit})
		if err != nil {
			return err
		}
		records, err := c.whole(ctx, page)
		if err != nil {
			return err
		}
		if err := visit(records); err != nil {
			return err
		}
		if !mayBeCut(len(page), l.object.MaxLimit) {
			return nil
		}
		at.above = page[len(page)-1].ID
	}
}

// Wait lets time pass on the client's clock.
func (c *Client) Wait(ctx context.Context, d time.Duration) error { return sleep(ctx, c.clock, d) }
