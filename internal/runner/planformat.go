package runner

import (
	"encoding/json"
	"fmt"

	"bcetl/internal/ledger"
	"bcetl/internal/record"
	"bcetl/internal/report"
)

// A plan file is one JSON document: the head, for each step its facts, its items and its summary, and a checksum of all that. It is
// written and read item by item, so that a plan of a million rows needs no more memory than one of ten. docs/plan-file.md says what
// its parts mean.

// planHead is what a plan must agree with when it is applied.
type planHead struct {
	report.Plan
	JobText string `json:"job_sha256"` // of the job file: a plan belongs to the job that made it
	// Params is the checksum of the parameters that the command line gave.
	Params string `json:"params_sha256"`
}

// planInput are the facts of a step's input, and what several of its items need.
type planInput struct {
	Rows    int64        `json:"rows"`
	Records int64        `json:"records"`
	Next    int64        `json:"next"` // sequence number after the step's last item
	Sheets  []planSheet  `json:"sheets"`
	Names   []planName   `json:"names"`      // brands and categories that are created
	Shared  []planSingle `json:"shared_ops"` // what creates them
}

// planSheet says how an input was written, so that its rejects can be written alike.
type planSheet struct {
	File      string     `json:"file"`
	Format    string     `json:"format"`
	Sheet     string     `json:"sheet,omitempty"`
	Delimiter string     `json:"delimiter,omitempty"`
	Encoding  string     `json:"encoding,omitempty"`
	CRLF      bool       `json:"crlf,omitempty"`
	Formulas  string     `json:"formulas,omitempty"`
	Preamble  [][]string `json:"preamble,omitempty"`
	HeaderRow int        `json:"header_row"`
	Header    []string   `json:"header"`
}

// planName is a name that an op of the plan creates.
type planName struct {
	Kind string `json:"kind"` // brand, category
	Fold string `json:"fold"` // the form under which rows find it
	Key  string `json:"key"`
	Op   int64  `json:"op"`
}

// planSingle is an op as it stands in a plan: its item and its place are those where it stands.
type planSingle struct {
	ID     int64          `json:"id"`
	N      int            `json:"n,omitempty"` // of a category: how deep it is
	Kind   string         `json:"kind"`
	Target int64          `json:"target,omitempty"`
	Key    string         `json:"key,omitempty"`
	Body   *record.Object `json:"body,omitempty"`
	Before *record.Object `json:"before,omitempty"`
	Needs  []int64        `json:"needs,omitempty"`
}

// plannedRecord is an item with its ops.
type plannedRecord struct {
	Seq     int64           `json:"seq"`
	Key     string          `json:"key"`
	Outcome string          `json:"outcome"`
	StoreID int64           `json:"store_id,omitempty"`
	Changed []string        `json:"changed,omitempty"`
	Problem *record.Problem `json:"problem,omitempty"`
	Rows    []plannedRow    `json:"rows"`
	Ops     []planSingle    `json:"ops,omitempty"`
}

// plannedRow is a row of an item: what is needed to hand it back.
type plannedRow struct {
	File  string     `json:"file"`
	Sheet string     `json:"sheet,omitempty"`
	Line  int        `json:"row"`
	Cells []planCell `json:"cells"`
	Extra []planCell `json:"extra,omitempty"`
}

// planCell is a cell: its text or, where there is more to it, an object.
type planCell record.Cell

// fullCell is a cell that is more than its text.
type fullCell struct {
	Text   string          `json:"text"`
	Raw    string          `json:"raw,omitempty"`
	Format string          `json:"format,omitempty"`
	Kind   record.CellKind `json:"kind,omitempty"`
	Lossy  bool            `json:"lossy,omitempty"`
}

// MarshalJSON writes a cell of mere text as a string.
func (c planCell) MarshalJSON() ([]byte, error) {
	if c == (planCell{Text: c.Text}) {
		return json.Marshal(c.Text)
	}
	return json.Marshal(fullCell(c))
}

// UnmarshalJSON reads either form.
func (c *planCell) UnmarshalJSON(data []byte) error {
	if len(data) > 0 && data[0] == '"' {
		*c = planCell{}
		return json.Unmarshal(data, &c.Text)
	}
	var full fullCell
	if err := json.Unmarshal(data, &full); err != nil {
		return err
	}
	*c = planCell(full)
	return nil
}

func planCells(cells []record.Cell) []planCell {
	planned := make([]planCell, len(cells))
	for i := range cells {
		planned[i] = planCell(cells[i])
	}
	return planned
}

func recordCells(cells []planCell) []record.Cell {
	if len(cells) == 0 {
		return nil
	}
	plain := make([]record.Cell, len(cells))
	for i := range cells {
		plain[i] = record.Cell(cells[i])
	}
	return plain
}

func planSingles(ops []record.Op) []planSingle {
	singles := make([]planSingle, len(ops))
	for i := range ops {
		op := &ops[i]
		singles[i] = planSingle{ID: op.ID, Kind: op.Kind, Target: op.Target, Key: op.Key, Body: op.Body, Before: op.Before, Needs: op.Needs}
		if op.Item == 0 {
			singles[i].N = op.N
		}
	}
	return singles
}

// recordOps gives the ops of an item, or with item 0 those that several share.
func recordOps(singles []planSingle, item int64) []record.Op {
	ops := make([]record.Op, len(singles))
	for i := range singles {
		s := &singles[i]
		ops[i] = record.Op{
			ID: s.ID, Item: item, N: s.N, Kind: s.Kind, Target: s.Target, Key: s.Key, Body: s.Body, Before: s.Before, Needs: s.Needs, State: record.OpPlanned,
		}
		if item != 0 {
			ops[i].N = i
		}
	}
	return ops
}

func planSheets(layouts []record.Layout) []planSheet {
	sheets := make([]planSheet, len(layouts))
	for i := range layouts {
		l := &layouts[i]
		sheets[i] = planSheet{
			File: l.File, Format: l.Format, Sheet: l.Sheet, Encoding: l.Encoding, CRLF: l.CRLF, Formulas: l.Formulas,
			Preamble: l.Preamble, HeaderRow: l.HeaderRow,
		}
		if l.Delimiter != 0 {
			sheets[i].Delimiter = string(l.Delimiter)
		}
		if l.Header != nil {
			sheets[i].Header = l.Header.Names()
		}
	}
	return sheets
}

func (p *planInput) layouts() []record.Layout {
	layouts := make([]record.Layout, len(p.Sheets))
	for i := range p.Sheets {
		s := &p.Sheets[i]
		layouts[i] = record.Layout{
			File: s.File, Format: s.Format, Sheet: s.Sheet, Encoding: s.Encoding, CRLF: s.CRLF, Formulas: s.Formulas,
			Preamble: s.Preamble, HeaderRow: s.HeaderRow, Header: record.NewHeader(s.Header),
		}
		for _, r := range s.Delimiter {
			layouts[i].Delimiter = r
		}
	}
	return layouts
}

func (p *planInput) refs() []ledger.RefEntry {
	refs := make([]ledger.RefEntry, len(p.Names))
	for i, name := range p.Names {
		refs[i] = ledger.RefEntry{Kind: name.Kind, Fold: name.Fold, Key: name.Key, Create: true, Op: name.Op}
	}
	return refs
}

// stepPlace names a step in messages.
func stepPlace(number int) string { return fmt.Sprintf("step %d", number) }
