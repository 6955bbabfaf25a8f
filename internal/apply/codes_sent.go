package apply

import (
	"context"
	"fmt"
	"strings"

	"bcetl/internal/bigcommerce"
	"bcetl/internal/bigcommerce/catalogue"
	"bcetl/internal/record"
)

// createdCodes finds the codes that creates would make.
func createdCodes(ctx context.Context, e *Executor, _ opKind, ops []record.Op) (map[int64]bigcommerce.Record, error) {
	found := map[int64]bigcommerce.Record{}
	for i := range ops {
		records, err := e.codes(ctx, &ops[i], ops[i].Body.Get("code").String())
		if err != nil {
			return nil, err
		}
		for j := range records {
			if strings.EqualFold(records[j].Doc.Get("code").String(), ops[i].Body.Get("code").String()) {
				found[ops[i].ID] = records[j]
			}
		}
	}
	return found, nil
}

// eachCode lists the codes of a promotion; one that is gone has none.
func eachCode(ctx context.Context, e *Executor, promotion, n int64, visit visitor) (listed bool, err error) {
	if n == 1 {
		return false, nil
	}
	total, err := e.Client.CountCodes(ctx, promotion)
	if isGone(err) {
		return true, nil
	}
	if err != nil {
		return false, fmt.Errorf("count the codes of promotion %d: %w", promotion, err)
	}
	if n <= codePages(total) {
		return false, nil
	}
	if total == 0 {
		return true, nil
	}
	walker := e.Client.Walk(ctx, &catalogue.PromotionCodes, bigcommerce.WalkOptions{
		Filter: map[string][]string{catalogue.PromotionCodes.OfField: {fmt.Sprint(promotion)}},
	})
	defer walker.Close()
	return true, eachPage(ctx, walker, e.Stop, visit)
}

// storedCodes reads the codes that deletes are about.
func storedCodes(ctx context.Context, e *Executor, ops []record.Op) (map[int64]*record.Object, error) {
	now := map[int64]*record.Object{}
	for i := range ops {
		records, err := e.codes(ctx, &ops[i], ops[i].Before.Get("code").String())
		if err != nil {
			return nil, err
		}
		for j := range records {
			if records[j].ID == ops[i].Target {
				now[ops[i].Target] = records[j].Doc
			}
		}
	}
	return now, nil
}

// codes asks for a code of an op's promotion; a promotion that is gone has none.
func (e *Executor) codes(ctx context.Context, op *record.Op, code string) ([]bigcommerce.Record, error) {
	records, err := e.Client.PromotionCode(ctx, opOwner(op, catalogue.PromotionCodes.OfField), code)
	if isGone(err) {
		return nil, nil
	}
	return records, err
}
