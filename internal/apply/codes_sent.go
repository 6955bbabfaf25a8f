package apply

import (
	"context"
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
