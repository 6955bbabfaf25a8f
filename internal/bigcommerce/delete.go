package bigcommerce

import (
	"context"
	"fmt"
	"net/http"
	"net/url"

	"bcetl/internal/bigcommerce/catalogue"
)

// DeleteByIDs deletes the records of those ids in one request, or the one of a single id where the object has no bulk delete. At
// least one id must be given, and at most the operation's batch; there is no way to delete by any other filter. A record that is
// gone counts as deleted where an earlier attempt may have deleted it. An order is not deleted by this, but archived.
func (c *Client) DeleteByIDs(ctx context.Context, op catalogue.Operation, ids []int64) (*WriteResult, error) {
	return c.DeleteIn(ctx, op, 0, ids)
}

// DeleteIn is DeleteByIDs for records that lie below another one in the path; owner is that one's id, 0 where there is none.
func (c *Client) DeleteIn(ctx context.Context, op catalogue.Operation, owner int64, ids []int64) (*WriteResult, error) {
	if op.Method != http.MethodDelete || len(ids) == 0 || len(ids) > op.Batch {
		return nil, fmt.Errorf("delete %s: %d ids do not fit a request, which takes 1 to %d", op.Object(), len(ids), op.Batch)
	}
	for _, id := range ids {
		if id <= 0 {
			return nil, fmt.Errorf("delete %s: %d is not an id", op.Object(), id)
		}
	}
	var args PathArgs
	var query url.Values
	if op.ByIDs != "" {
		query = url.Values{op.ByIDs: {joinIDs(ids)}}
	} else {
		args = PathArgs{"id": ids[0]}
	}
	object, ok := catalogue.Find(op.Object())
	if !ok {
		return nil, fmt.Errorf("delete %s: the catalogue has no such object", op.Object())
	}
	args, err := withOwner(object, op, owner, args)
	if err != nil {
		return nil, fmt.Errorf("delete %s: %w", op.Object(), err)
	}
	answer, err := c.write(ctx, op, args, query, nil, ids)
	if err != nil {
		return nil, err
	}
	result := &WriteResult{Status: answer.Status, RequestID: answer.RequestID()}
	for _, id := range ids {
		result.Elements = append(result.Elements, Written{Settled: true, ID: id})
	}
	return result, nil
}
