package job

// Pos is a place in a job file: line and column from 1. The zero Pos is nowhere.
type Pos struct{ Line, Column int }

// Scalar is a value of a job file: always its written text, with its place. What type it has is decided by the field that it fills.
type Scalar struct {
	Pos
	Text string
	Set  bool // written in the file, or given by a default that says so
	// Quoted tells "x" or 'x' from a plain scalar; only messages care.
	Quoted bool
	// Secret says that the text holds a value of the environment: it is never printed. See Scalar.String.
	Secret bool
	// Unknown says that a placeholder in the text has no value because the job was resolved without one
	// (Environment.Static): the text is incomplete and nothing may be concluded from it.
	Unknown bool
}

// String is the text for messages: *** where it holds a value of the environment.
func (s Scalar) String() string {
	if s.Secret {
		return "***"
	}
	return s.Text
}

// The tags say what Resolve leaves alone: `job:"expr"` expressions, which say params.x; `job:"key"` names; `job:"param"`
// defaults of parameters, whose values are given by Job.ParamValues.

// Job is a parsed job file. Steps always has at least one element: a job without `steps` is one step.
type Job struct {
	File       string // as given on the command line
	Dir        string // folder against which relative paths are resolved
	Source     []byte // the file's text, for snippets
	Version    Scalar
	Name       Scalar
	Connection Scalar
	Timezone   Scalar
	Params     []Param
	Steps      []Step
	Limits     Limits

	pending map[Pos][]pending // checks of texts with placeholders, by place
	values  map[string]value  // of the parameters, after Resolve
}

// Param is a parameter with its default.
type Param struct {
	Name     Scalar `job:"key"`
	Default  Scalar `job:"param"`
	Required bool
	Type     Scalar // text int decimal bool date
}

// Step is one movement of records.
type Step struct {
	Name    Scalar
	Pos     Pos
	Source  Source
	Outputs []Output // one, of the step's own each, mapping and sink, unless `outputs` is written
}

// Source says where records come from; exactly one of CSV, XLSX, BigCommerce is set.
type Source struct {
	Pos        Pos
	CSV        Scalar // path or glob, "-" for standard input
	XLSX       Scalar
	Object     Scalar // `bigcommerce:`
	Connection Scalar // overrides the job's

	Delimiter, Encoding Scalar // csv
	Formulas            Scalar // csv: escape | raw
	HeaderRow           Scalar // number or "none"
	Sheet, Range        Scalar // xlsx
	Dialect             Scalar // csv, xlsx: whose sheet it is, such as bigcommerce-orders
	Headers             Headers
	Empty               []Scalar // cell texts that mean an empty cell
	Columns             []Named  `job:"expr"` // computed columns: name and expression
	Fill                []Scalar
	Where               Scalar `job:"expr"`
	Assert              []Assert
	GroupBy             []Scalar
	Gather              Scalar // neighbours | anywhere

	Filter []FilterEntry // bigcommerce
	Period []Named       // field -> range
	Also   []Scalar      // bigcommerce: incomplete, archived
}

// Headers renames columns: by letter, or as a full list.
type Headers struct {
	Pos      Pos
	ByLetter []Named
	List     []Scalar
}

// Named is a key with a scalar.
type Named struct {
	Name  Scalar `job:"key"`
	Value Scalar
}

// Assert is a condition on a row and what to say where it does not hold.
type Assert struct {
	That Scalar `job:"expr"`
	Else Scalar
}

// FilterEntry is one filter of a store source: the API's own name and one or more values.
type FilterEntry struct {
	Name   Scalar `job:"key"`
	Values []Scalar
}

// Output is one sheet or store object that a step writes.
type Output struct {
	Name    Scalar
	Pos     Pos
	Each    Scalar // list of the record of which every element is a row
	Where   Scalar `job:"expr"`
	Mapping []Mapping
	Sink    Sink
	mapped  bool // mapping is written
}

// Mapping is one target with its rule.
type Mapping struct {
	Target Scalar `job:"key"`
	Rule   Rule
}

// Rule says where a target's value comes from and what is done to it, in the order of the contract.
type Rule struct {
	Pos  Pos
	From []Scalar // columns or paths; the first that is not empty
	// Value is a constant; a list constant has Values. Value.Set or len(Values) > 0 says that it is written.
	Value  Scalar
	Values []Scalar

	Trim     Scalar // bool
	Blank    Scalar // keep clear default error
	Default  Scalar
	Required Scalar // bool

	Split     Scalar
	Join      Scalar
	Pairs     *Pairs
	Table     []Named
	Type      Scalar // text int decimal bool date list
	Layout    Scalar
	WhenTrue  []Scalar
	WhenFalse []Scalar

	Lookup        Scalar // category brand product ...
	LookupFile    *LookupFile
	Separator     Scalar
	Tree          Scalar
	CreateMissing Scalar // bool
	Else          Scalar

	Expr   Scalar `job:"expr"`
	Assert Scalar `job:"expr"`

	Only   Scalar // create update unset
	List   Scalar // add replace remove
	Format Scalar
	Style  Scalar

	Skip Scalar // bool: of a dialect's fields, this one is left out

	// Native says that the rule is a dialect's own: where the sheet lacks its columns it does not apply.
	Native bool

	Take Scalar // same first last min max sum count join
	When Scalar `job:"expr"`

	// Fields are the rules of a nested mapping: the elements of a list, or the fields of an object.
	Fields []Mapping
	Each   *Each
	// Elements are Fields once for each of Each.Values, with ${it} and ${index} replaced; Resolve makes them. Where Each has
	// values, Fields itself keeps its placeholders.
	Elements [][]Mapping
}

// Each says what the elements of a nested mapping are made of: one of Rows, From and Values.
type Each struct {
	Pos    Pos
	Rows   Scalar   // the word rows: the rows of a group
	From   []Scalar // a cell that is split
	Split  Scalar
	Unpack string   // what takes the cell apart instead of split; only a dialect has it
	Values []Scalar // literals
}

// Pairs splits a cell into name and value pieces.
type Pairs struct {
	Pos       Pos
	Item, Key Scalar
}

// LookupFile is a table in a file.
type LookupFile struct {
	Pos              Pos
	File, Key, Value Scalar
}

// Sink says where records go; exactly one of CSV, XLSX, Object is set.
type Sink struct {
	Pos        Pos
	CSV        Scalar
	XLSX       Scalar
	Object     Scalar // `bigcommerce:`
	Connection Scalar

	Delimiter, Encoding, Quote, Formulas Scalar // csv
	CRLF                                 Scalar
	Sheet                                Scalar // xlsx
	Dialect                              Scalar // csv, xlsx: the form of the sheet, such as bigcommerce-orders
	OnReject                             Scalar // publish | keep_last

	Mode  Scalar // create update upsert delete
	Match Scalar // natural key, or any_sku
}

// Limits bound a run; an unset one has the contract's default.
type Limits struct {
	Pos          Pos
	MaxRejects   Scalar // 100 or 5%
	MinRows      Scalar
	Concurrency  Scalar
	ReserveQuota Scalar  // 20%
	MaxChanges   []Named // rows create delete price stock zero_price new_names customers irreversible
}
