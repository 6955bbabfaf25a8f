package ledger

import (
	"context"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"

	"bcetl/internal/record"
)

// ErrDamaged says that a journal is not what was written: a bit that fell over, a page of another time, a file cut off. What it holds
// is then not to be trusted, so nothing is sent for it.
var ErrDamaged = errors.New("the journal is damaged")

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// sumOf is the checksum that stands beside what it is of: SQLite itself has none over a cell's bytes. Strings, byte slices and whole
// numbers are told apart by their lengths and places.
func sumOf(parts ...any) int64 {
	var crc uint32
	var number [binary.MaxVarintLen64]byte
	whole := func(n int64) { crc = crc32.Update(crc, castagnoli, number[:binary.PutVarint(number[:], n)]) }
	for _, part := range parts {
		switch v := part.(type) {
		case nil:
			whole(0) // as an empty text: the driver gives an empty blob back as none
		case string:
			whole(int64(len(v)))
			crc = crc32.Update(crc, castagnoli, []byte(v))
		case []byte:
			whole(int64(len(v)))
			crc = crc32.Update(crc, castagnoli, v)
		case int:
			whole(int64(v))
		case int64:
			whole(v)
		case record.Outcome:
			whole(int64(v))
		case record.OpState:
			whole(int64(len(v)))
			crc = crc32.Update(crc, castagnoli, []byte(v))
		default:
			panic(fmt.Sprintf("ledger: no checksum of %T", part))
		}
	}
	return int64(crc)
}

// itemColumnsOfSum and opColumnsOfSum are, in the order of their checksums, what never changes of a row; the others what does.
const (
	itemColumnsOfSum  = `seq, step, key, fold, line, nrows, rows, grp`
	itemColumnsOfMark = `seq, stage, outcome, store_id, changed, problem`
	opColumnsOfSum    = `id, step, item, n, kind, target, key, body, before, needs`
	opColumnsOfMark   = `id, state, store_id, problem`
)

// Check reads the whole journal and compares it with its checksums. Its error is ErrDamaged when something is not as it was written.
func (r *Run) Check(ctx context.Context) error {
	if err := r.checkFile(ctx); err != nil {
		return err
	}
	for _, table := range []struct {
		name, columns, sum string
	}{
		{"meta", "name, value", "sum"},
		{"sheets", "id, file, sheet, header", "sum"},
		{"refs", "kind, fold, key, id, op", "sum"},
		{"items", itemColumnsOfSum, "sum"},
		{"items", itemColumnsOfMark, "mark"},
		{"ops", opColumnsOfSum, "sum"},
		{"ops", opColumnsOfMark, "mark"},
	} {
		if err := r.checkTable(ctx, table.name, table.columns, table.sum); err != nil {
			return fmt.Errorf("check journal: %w", err)
		}
	}
	if step := r.Manifest.Writing; step > 0 {
		if wrote, err := r.Get(ctx, writing(step)); err != nil || wrote == "" {
			return errors.Join(fmt.Errorf("check journal: %w: it does not know that step %d was written", ErrDamaged, step), err)
		}
	}
	return r.checkOwners(ctx)
}

// checkFile lets SQLite look at its own structure.
func (r *Run) checkFile(ctx context.Context) error {
	var verdict string
	if err := r.db.QueryRowContext(ctx, `PRAGMA integrity_check(1)`).Scan(&verdict); err != nil {
		return fmt.Errorf("check journal: %w", damaged(explained(err)))
	}
	if verdict != "ok" {
		return fmt.Errorf("check journal: %w: %s", ErrDamaged, oneLine(verdict))
	}
	return nil
}

func (r *Run) checkTable(ctx context.Context, table, columns, sum string) error {
	rows, err := r.db.QueryContext(ctx, `SELECT `+sum+`, `+columns+` FROM `+table)
	if err != nil {
		return fmt.Errorf("%w: %s: %s", ErrDamaged, table, oneLine(err.Error()))
	}
	defer rows.Close()
	names, err := rows.Columns()
	if err != nil {
		return err
	}
	values := make([]any, len(names))
	places := make([]any, len(names))
	for i := range values {
		places[i] = &values[i]
	}
	for rows.Next() {
		if err := rows.Scan(places...); err != nil {
			return fmt.Errorf("%w: %s: %s", ErrDamaged, table, oneLine(err.Error()))
		}
		for i := range values {
			switch values[i].(type) {
			case nil, int64, string, []byte:
			default: // a number with a fraction, which is written nowhere
				return fmt.Errorf("%w: row %v of %s holds a %T", ErrDamaged, values[1], table, values[i])
			}
		}
		if values[0] != sumOf(values[1:]...) {
			return fmt.Errorf("%w: row %v of %s is not what was written", ErrDamaged, values[1], table)
		}
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("%w: %s: %s", ErrDamaged, table, oneLine(err.Error()))
	}
	return nil
}

// checkOwners looks for rows that have gone: an op whose item is not there, a planned item without ops.
func (r *Run) checkOwners(ctx context.Context) error {
	for _, q := range []struct{ what, query string }{
		{"the item of an op", `SELECT ops.id FROM ops LEFT JOIN items ON items.seq = ops.item WHERE ops.item <> 0 AND items.seq IS NULL LIMIT 1`},
		{"the ops of an item", `SELECT seq FROM items WHERE stage = 1 AND seq NOT IN (SELECT item FROM ops) LIMIT 1`},
		{"the op that makes a name", `SELECT op FROM refs WHERE op <> 0 AND op NOT IN (SELECT id FROM ops) LIMIT 1`},
	} {
		var id int64
		err := r.db.QueryRowContext(ctx, q.query).Scan(&id)
		if errors.Is(err, sql.ErrNoRows) {
			continue
		}
		if err != nil {
			return fmt.Errorf("check journal: %w: %s", ErrDamaged, oneLine(err.Error()))
		}
		return fmt.Errorf("check journal: %w: %s is missing (%d)", ErrDamaged, q.what, id)
	}
	return nil
}
