package apply

import (
	"context"
	"errors"
	"io"

	"bcetl/internal/bigcommerce"
)

// eachRecord visits all records of a walk.
func eachRecord(ctx context.Context, walker *bigcommerce.Walker, visit func(bigcommerce.Record)) error {
	for {
		records, err := walker.Next(ctx)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		for i := range records {
			visit(records[i])
		}
	}
}
