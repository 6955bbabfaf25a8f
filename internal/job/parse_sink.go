package job

import (
	"slices"

	"gopkg.in/yaml.v3"
)

// sinkKinds are the keys of a sink that go with one kind of it only.
var sinkKinds = []ofKind{
	{[]string{"delimiter", "encoding", "crlf", "quote", "formulas"}, []string{"csv"}},
	{[]string{"sheet"}, []string{"xlsx"}},
	{[]string{"on_reject", "dialect"}, []string{"csv", "xlsx"}},
	{[]string{"mode", "match", "connection"}, []string{"bigcommerce"}},
}

func (p *parser) readSink(n *yaml.Node, s *Sink) {
	placed, kind := p.readKind(n, "sink", &s.Pos, p.sinkKeys(s), laterInSink, sinkKinds)
	if kind != "bigcommerce" {
		return
	}
	if !placed["mode"].Set {
		p.report(s.Pos, 1, "required", "a sink into a store needs `mode`: %s", joinOr(modes))
	}
	if !placed["match"].Set && s.Mode.Text != "create" && !slices.Contains(matchedByDefault, s.Object.Text) {
		p.report(s.Pos, 1, "required", "a sink into a store needs `match`, the key by which records are found, such as sku")
	}
}

// matchedByDefault are the objects whose records have one key that is meant where none is written. Products have several, and a job
// says which.
var matchedByDefault = []string{"orders", "coupons", "shipments", "promotion_codes", "code_batches"}

// sinkKeys are the keys that a sink has. By what an object's records can be matched is known where its fields are.
func (p *parser) sinkKeys(s *Sink) []key {
	return []key{
		{name: "csv", read: p.text(&s.CSV, "csv", notEmpty)},
		{name: "xlsx", read: p.text(&s.XLSX, "xlsx", notEmpty)},
		{name: "bigcommerce", read: p.word(&s.Object, "bigcommerce", notEmpty)},
		{name: "connection", read: p.text(&s.Connection, "connection", notEmpty)},
		{name: "delimiter", read: p.word(&s.Delimiter, "delimiter", isDelimiter)},
		{name: "encoding", read: p.word(&s.Encoding, "encoding", oneOf("utf-8", "utf-8-bom", "utf-16", "windows-1252"))},
		{name: "crlf", read: p.word(&s.CRLF, "crlf", isBool)},
		{name: "quote", read: p.word(&s.Quote, "quote", oneOf("minimal", "all"))},
		{name: "formulas", read: p.word(&s.Formulas, "formulas", oneOf("escape", "refuse", "raw"))},
		{name: "sheet", read: p.text(&s.Sheet, "sheet", notEmpty)},
		{name: "dialect", read: p.word(&s.Dialect, "dialect", oneOfOr(laterDialects, dialects...))},
		{name: "on_reject", read: p.word(&s.OnReject, "on_reject", oneOf("publish", "keep_last"))},
		{name: "mode", read: p.word(&s.Mode, "mode", oneOf(modes...))},
		{name: "match", read: p.word(&s.Match, "match", notEmpty)},
	}
}

var modes = []string{"create", "update", "upsert", "delete"}

// Changes that a guard can bound, by their name under limits.max_changes.
var changeNames = []string{"rows", "create", "delete", "price", "stock", "zero_price", "new_names", "customers", "irreversible"}

func (p *parser) readLimits(n *yaml.Node) {
	if p.object(n, "limits", p.limitKeys(&p.job.Limits)) {
		p.job.Limits.Pos = p.placeOf(n)
	}
}

func (p *parser) limitKeys(l *Limits) []key {
	return []key{
		{name: "max_rejects", read: p.word(&l.MaxRejects, "max_rejects", isBound(false))},
		{name: "min_rows", read: p.word(&l.MinRows, "min_rows", wholeNumber(0, 1_000_000_000))},
		{name: "concurrency", read: p.word(&l.Concurrency, "concurrency", wholeNumber(1, maxConcurrency))},
		{name: "reserve_quota", read: p.word(&l.ReserveQuota, "reserve_quota", isBound(true))},
		{name: "max_changes", read: p.readMaxChanges},
	}
}

func (p *parser) readMaxChanges(n *yaml.Node) {
	bounds := make([]Scalar, len(changeNames))
	keys := make([]key, len(changeNames))
	for i, name := range changeNames {
		keys[i] = key{name: name, read: p.word(&bounds[i], name, isBound(false))}
	}
	if !p.object(n, "max_changes", keys) {
		return
	}
	for i, bound := range bounds {
		if bound.Set {
			p.job.Limits.MaxChanges = append(p.job.Limits.MaxChanges, Named{
				Name: Scalar{Pos: bound.Pos, Text: changeNames[i], Set: true}, Value: bound,
			})
		}
	}
}
