package bigcommerce

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"

	"bcetl/internal/bigcommerce/catalogue"
	"bcetl/internal/record"
)

// OrderStatus is a status that orders of the store can have (orders.v2.oas2.yml). The label is the merchant's own.
type OrderStatus struct {
	ID          int64  `json:"id"`
	Name        string `json:"name"`
	SystemLabel string `json:"system_label"`
	CustomLabel string `json:"custom_label"`
}

// OrderStatuses lists the statuses of orders, in one request; it needs the scope Orders.
func (c *Client) OrderStatuses(ctx context.Context) ([]OrderStatus, error) {
	answer, err := c.read(ctx, "v2", "/order_statuses", "/order_statuses", nil)
	if err != nil {
		return nil, err
	}
	var statuses []OrderStatus
	if err := json.Unmarshal(answer.Body, &statuses); err != nil || len(statuses) == 0 {
		return nil, fmt.Errorf("list order statuses: %w", &ProtocolError{Message: "the answer is no list of statuses"})
	}
	return statuses, nil
}

// CustomersByEmail gives the customers who have one of the e-mail addresses, many to a request; case does not count. Their documents
// have id and email. It needs the scope Customers.
func (c *Client) CustomersByEmail(ctx context.Context, emails []string) ([]Record, error) {
	key, _ := catalogue.Customers.KeyNamed("email")
	var found []Record
	for _, batch := range BulkBatches(key, emails) {
		var records []Record
		var err error
		if len(batch) == 1 {
			records, err = c.FindOne(ctx, &catalogue.Customers, key, batch[0], namedBy("email"))
		} else {
			records, err = c.FindBulk(ctx, &catalogue.Customers, key, batch, namedBy("email"))
		}
		if err != nil {
			return nil, err
		}
		found = append(found, records...)
	}
	return found, nil
}

// PromotionsByName gives the promotions of that name: the store does not say that there is one at most. Their documents have id, name,
// redemption_type, coupon_type and status. It needs the scope Marketing.
func (c *Client) PromotionsByName(ctx context.Context, name string) ([]Record, error) {
	key, _ := catalogue.Promotions.KeyNamed("name")
	return c.FindOne(ctx, &catalogue.Promotions, key, name, namedBy("name", "redemption_type", "coupon_type", "status"))
}

// Promotion gives the promotion of that id, as PromotionsByName does; ok is false where there is none.
func (c *Client) Promotion(ctx context.Context, id int64) (found Record, ok bool, err error) {
	key, _ := catalogue.Promotions.KeyNamed("id")
	records, err := c.FindOne(ctx, &catalogue.Promotions, key, idText(id), namedBy("name", "redemption_type", "coupon_type", "status"))
	if err != nil || len(records) == 0 {
		return Record{}, false, err
	}
	if records[0].ID != id {
		return Record{}, false, &ProtocolError{Message: fmt.Sprintf("promotion %d was asked for and %d came", id, records[0].ID)}
	}
	return records[0], true, nil
}

// PromotionCode gives the code of a promotion, if it has it; upper and lower case are the same.
func (c *Client) PromotionCode(ctx context.Context, promotion int64, code string) ([]Record, error) {
	if code == "" {
		return nil, fmt.Errorf("look up %s: the code is empty", catalogue.PromotionCodes.Name)
	}
	l, _, err := c.newCursorListing(&catalogue.PromotionCodes, url.Values{
		catalogue.PromotionCodes.OfField: {idText(promotion)}, "code": {code},
	}, nil)
	if err != nil {
		return nil, err
	}
	p, _, err := l.cursorPage(ctx, promotion, "")
	if err != nil {
		return nil, err
	}
	return p.records, nil
}

// CountCodes tells how many codes a promotion has, in one request. A promotion that the store does not have is an *APIError of
// status 404.
func (c *Client) CountCodes(ctx context.Context, promotion int64) (int64, error) {
	l, _, err := c.newCursorListing(&catalogue.PromotionCodes, url.Values{catalogue.PromotionCodes.OfField: {idText(promotion)}}, nil)
	if err != nil {
		return 0, err
	}
	l.limit = 1
	p, _, err := l.cursorPage(ctx, promotion, "")
	if err != nil {
		return 0, err
	}
	if p.total < 0 {
		return 0, fmt.Errorf("count %s of %d: %w", l.object.Name, promotion, &ProtocolError{Message: "the answer does not say how many there are"})
	}
	return p.total, nil
}

// GenerateCodes has the store make random codes for a promotion, at most catalogue.MaxCodes, and gives them as it made them. body is
// that of POST /promotions/{id}/codegen, with batch_size (promotions.v3.yml). It is never sent again by itself: see ErrUnsettled.
func (c *Client) GenerateCodes(ctx context.Context, promotion int64, body json.RawMessage) ([]string, error) {
	op := catalogue.CodeBatches.Create
	answer, err := c.Send(ctx, op, PathArgs{catalogue.CodeBatches.OfField: promotion}, nil, body)
	if err != nil {
		return nil, err
	}
	var made struct {
		Data struct {
			Codes []struct {
				Code string `json:"code"`
			} `json:"codes"`
		} `json:"data"`
	}
	if err := json.Unmarshal(answer.Body, &made); err != nil {
		return nil, fmt.Errorf("%w: the answer does not hold the codes", ErrUnsettled)
	}
	codes := make([]string, len(made.Data.Codes))
	for i, code := range made.Data.Codes {
		codes[i] = code.Code
	}
	return codes, nil
}

// namedBy are the paths of fields.
func namedBy(fields ...string) []record.Path {
	paths := make([]record.Path, len(fields))
	for i, field := range fields {
		paths[i] = record.Path{{Name: field}}
	}
	return paths
}
