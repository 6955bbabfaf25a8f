// Package catalogue describes the objects of a BigCommerce store as a table of data: paths, natural keys and how they are found,
// batch limits, filters, fields with their types and limits, children and scopes. It drives the validation of mappings,
// `bcetl fields`, scopes, the look-up planner and the client. It does no I/O and imports nothing of ours.
package catalogue

// Type is the type of a field on the wire.
type Type uint8

// The types of fields.
const (
	Text Type = iota
	HTML      // text that is kept verbatim, never trimmed
	Int
	Decimal // a number of money, weight or size
	Bool
	Date // an ISO 8601 moment (V3) or RFC 2822 (V2), as the object's version has it
	IntList
	TextList
	Struct     // an object whose own fields are listed under their dotted paths
	StructList // a list of children
)

func (t Type) String() string {
	return [...]string{"text", "html", "int", "decimal", "bool", "date", "int list", "text list", "object", "list"}[t]
}

// Clear says what `blank: clear` sends for a field.
type Clear string

// What clearing sends. NoClear: the field cannot be emptied and `blank: clear` is an error of check.
const (
	NoClear    Clear = ""
	ClearText  Clear = `""`
	ClearZero  Clear = "0"
	ClearNull  Clear = "null"
	ClearList  Clear = "[]"
	ClearFalse Clear = "false"
)

// Field is one field of an object. Its facts come from the object's spec file and section 4 of the API facts.
type Field struct {
	Path       string   // "price", "custom_url.url", "variants[].sku"
	Type       Type     //
	Enum       []string // the allowed values, as written
	MinLength  int      // characters
	MaxLength  int      // characters, 0 = no documented limit
	Form       string   // a regular expression for a whole text, or each of a list, "" = any
	FormNote   string   // the form in words, for messages: "letters, digits and blanks"
	Capitals   bool     // what has the form in capitals only is written so
	Min, Max   string   // decimal bounds, "" = none
	MaxItems   int      // of a list
	JudgedSent bool     // Min to FormNote are judged where a value would be sent, not as rows are read: records hold what is beyond them
	Writable   bool     // may be sent in an update
	CreateOnly bool     // writable, but only in a create
	WriteOnly  bool     // accepted, never returned, so it cannot be compared or exported (brand_name)
	Required   bool     // a create must have it
	Nullable   bool     // null may be sent
	Clear      Clear    // what `blank: clear` sends
	Ref        string   // look-up kind whose ids the field holds: "brand", "category", "product"; several with blanks between
	Include    string   // value of `include` without which the field is not returned
	Nameable   bool     // may stand in `include_fields`
	Quoted     bool     // a number that the wire writes as a text
	Unique     bool     // the store refuses a value that another record has; equal as the key of the field is, if it is one
	Unordered  bool     // a list of texts whose order means nothing
	Reaches    bool     // a change of it may reach customers, such as by e-mail
	Effect     string   // what else a write of it does, for the plan: "may create a 301 redirect"
	Note       string   // one line for `bcetl fields`
}

// Finding says how a natural key can be looked up.
type Finding uint8

// The ways of finding.
const (
	ListOnly Finding = iota // the whole object must be listed
	Single                  // one value a request
	Bulk                    // many values a request
)

// Key is a natural key.
type Key struct {
	Field    string
	Finding  Finding
	Query    string // query name that takes one value, "sku"
	Path     string // address of the one record, "/orders/{id}", where no query name finds it
	BulkName string // query name that takes a list, "sku:in"
	MaxBulk  int    // values a request
	FoldCase bool   // equal ignoring case
}

// Filter is one query name by which a list can be narrowed.
type Filter struct {
	Name    string // the API's own, "date_modified:min"
	Type    Type
	Many    bool     // takes a comma-separated list
	Single  bool     // with Many: the API takes one value; of several, the client asks for each or filters what it lists
	Enum    []string // the values as the filter wants them ("new" where the field says "New")
	Mutable bool     // a write may change which records match: offsets then prove nothing
	OneZero bool     // a bool written 1/0
	Needed  bool     // without it the object cannot be listed
}

// Operation is one kind of write.
type Operation struct {
	Kind        string // "products.update": the Kind of an Op
	Method      string
	Path        string // below the version, "/catalog/products/{id}"
	Batch       int    // elements a request, 1 for a single body
	Array       bool   // the body is an array
	ByIDs       string // query name that takes the ids of a bulk delete, "id:in"
	MaxInFlight int    // 0 = no ceiling of its own
	Whole       bool   // an update takes the whole record: what it leaves out may be cleared
	Reaches     bool   // it may reach customers, such as by e-mail
	Permanent   bool   // what it makes can never be taken back
	Effect      string // what else it does, for the plan: "an order can never be deleted, only archived"
}

// Object is one object of a store.
type Object struct {
	Name                   string         // "products"; the name in jobs
	IDField                string         // "id"; categories have "category_id"
	Singular               string         // "product"; the word in messages
	Version                string         // "v3" or "v2"
	ListPath               string         // "/catalog/products"
	MaxLimit               int            // records a page
	SortedByID             bool           // the list can be sorted by id and cut with id:max, id:greater and id:less
	MinID, MaxID           string         // of V2: the list is in the order of ids and cut by these query names, both inclusive
	CountPath              string         // of V2: where the records are counted, "/orders/count"
	CountsAll              bool           // the count takes no filters
	AppendOnly             bool           // its records are never changed or removed
	Within                 string         // the object through which this one is listed: "products" for variants
	WithinField            string         // the field of that object which holds it: "variants"
	Of                     string         // the object that a record belongs to, whose fields can be read beside it: "orders" of refunds
	OfField                string         // the field with the id of what a record belongs to: "order_id"; in paths it stands in braces
	Cursor                 bool           // the list goes by cursors, with no total but on its first page
	ReadInFlight           int            // requests for the list in flight at most, 0 = no ceiling of its own
	Subs                   []Sub          // the parts of a record that stand behind requests of their own
	IncludeCap             map[string]int // include -> records a page at the most
	Keys                   []Key
	Fields                 []Field
	Filters                []Filter
	Create, Update, Delete Operation
	ReadScope, WriteScope  string // "store_v2_products_read_only", "store_v2_products"
	Scope                  string // the scope's name in the control panel, "Products"
	SpecFile               string
}

// Sub is a part of a record that has requests of its own: the lines of an order. A document holds it under Field.
type Sub struct {
	Field    string // "products"
	Version  string // of the request's path, "v2" or "v3"
	Path     string // "/orders/{id}/products"
	Query    string // sent with it where one of QueryFor is wanted, "details=true"
	QueryFor []string
	MaxLimit int    // elements a page, 0 = it comes whole
	Under    string // the field of the answer that holds the list; "" of a bare array
	Whole    bool   // the answer itself is the part, an object
	Include  string // value of `include` with which it comes in the record itself
	ByOwner  string // query name that takes the ids of many records, "order_id:in": one list for all of them
	Owner    string // with ByOwner: the field of an element that names its record, "order_id"

	ReadScope, Scope string // what a token needs to read it
}
