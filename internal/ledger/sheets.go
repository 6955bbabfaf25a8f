package ledger

import (
	"context"
	"encoding/json"
	"fmt"

	"bcetl/internal/record"
)

// sheet is one input sheet that rows of the journal came from.
type sheet struct {
	file, name string
	header     *record.Header
}

type sheetKey struct {
	file, name string
	header     *record.Header
}

// sheetID gives the journal's number of the row's sheet, writing the sheet down when it is new. Staging writes one batch at a
// time, so the insert belongs to the transaction that is open.
func (r *Run) sheetID(row *record.Row) (int64, error) {
	r.sheetsMutex.Lock()
	defer r.sheetsMutex.Unlock()
	key := sheetKey{row.Origin.File, row.Origin.Sheet, row.Header}
	if id, ok := r.sheetIDs[key]; ok {
		return id, nil
	}
	id := int64(len(r.sheets) + 1)
	r.sheetIDs[key] = id
	r.sheets[id] = sheet{row.Origin.File, row.Origin.Sheet, row.Header}
	r.newSheets = append(r.newSheets, id)
	return id, nil
}

func (r *Run) sheet(id int64) (sheet, bool) {
	r.sheetsMutex.Lock()
	defer r.sheetsMutex.Unlock()
	s, ok := r.sheets[id]
	return s, ok
}

// flushSheets writes down the sheets that were met since the last call.
func (r *Run) flushSheets(ctx context.Context, tx execer) error {
	r.sheetsMutex.Lock()
	defer r.sheetsMutex.Unlock()
	for _, id := range r.newSheets {
		s := r.sheets[id]
		names, err := json.Marshal(s.header.Names())
		if err != nil {
			return fmt.Errorf("encode header: %w", err)
		}
		if _, err := tx.ExecContext(ctx, `INSERT INTO sheets (id, file, sheet, header, sum) VALUES (?, ?, ?, ?, ?)`,
			id, s.file, s.name, string(names), sumOf(id, s.file, s.name, string(names))); err != nil {
			return err
		}
	}
	r.newSheets = r.newSheets[:0]
	return nil
}

// loadSheets reads the sheets of a journal that another process wrote.
func (r *Run) loadSheets(ctx context.Context) error {
	rows, err := r.db.QueryContext(ctx, `SELECT id, file, sheet, header FROM sheets`)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var id int64
		var s sheet
		var header string
		if err := rows.Scan(&id, &s.file, &s.name, &header); err != nil {
			return err
		}
		var names []string
		if err := json.Unmarshal([]byte(header), &names); err != nil {
			return fmt.Errorf("header of sheet %d: %w", id, err)
		}
		s.header = record.NewHeader(names)
		r.sheets[id] = s
		r.sheetIDs[sheetKey(s)] = id
	}
	return rows.Err()
}
