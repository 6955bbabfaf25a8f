package judge

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/getkin/kin-openapi/openapi3"
)

// ErrAbsent says that the folder of specification files does not exist or holds none.
var ErrAbsent = errors.New("specification files are absent")

// operation is one method of one path, prepared for judging.
type operation struct {
	name       string // PUT /v3/catalog/products
	method     string
	version    string // v2, v3
	query      map[string]*openapi3.Schema
	required   []string // query names
	path       map[string]*openapi3.Schema
	body       map[string]*payload // by media type; nil: the operation takes no body
	bodyNeeded bool
	answers    map[int]*answer
}

// answer is what an operation may answer with one status; no media type at all means that the file describes no body.
type answer struct {
	media map[string]*payload
}

// payload is the schema of one body, and the shape that knows its property names.
type payload struct {
	schema *openapi3.Schema
	shape  *shape
	answer *shape // of a request body: the operation's success answer, to tell read-only fields from unknown ones
}

var loaded struct {
	sync.Mutex
	specs map[string]*Specs
}

// Load reads every OpenAPI file (*.yml) of the folder and of its subfolder catalog. It keeps what it has read for the life of the process, by
// absolute path. A folder that is missing or empty is ErrAbsent: routine, tests then fall back on Static.
func Load(dir string) (*Specs, error) {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return nil, fmt.Errorf("load specification files: %w", err)
	}
	loaded.Lock()
	defer loaded.Unlock()
	if specs := loaded.specs[abs]; specs != nil {
		return specs, nil
	}
	specs, err := load(abs)
	if err != nil {
		return nil, fmt.Errorf("load specification files: %w", err)
	}
	if loaded.specs == nil {
		loaded.specs = map[string]*Specs{}
	}
	loaded.specs[abs] = specs
	return specs, nil
}

func load(dir string) (*Specs, error) {
	files, err := specFiles(dir)
	if err != nil {
		return nil, err
	}
	specs := &Specs{routes: &node{}, figures: newFigures()}
	for _, file := range files {
		document, err := openapi3.NewLoader().LoadFromFile(file)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", filepath.Base(file), err)
		}
		if err := specs.add(document); err != nil {
			return nil, fmt.Errorf("%s: %w", filepath.Base(file), err)
		}
	}
	return specs, nil
}

func specFiles(dir string) ([]string, error) {
	if _, err := os.Stat(dir); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrAbsent, err)
	}
	var files []string
	for _, pattern := range []string{"*.yml", "catalog/*.yml"} {
		found, err := filepath.Glob(filepath.Join(dir, filepath.FromSlash(pattern)))
		if err != nil {
			return nil, err
		}
		files = append(files, found...)
	}
	if len(files) == 0 {
		return nil, ErrAbsent
	}
	return files, nil
}

func (s *Specs) add(document *openapi3.T) error {
	version, err := versionOf(document)
	if err != nil {
		return err
	}
	relax(document, relaxations[document.Info.Title])
	shapes := newShapes()
	for path, item := range document.Paths.Map() {
		for method, described := range item.Operations() {
			op := &operation{name: method + " /" + version + path, method: method, version: version}
			op.parameters(item.Parameters, described.Parameters)
			op.answersOf(described, shapes)
			op.bodyOf(described, shapes)
			if !s.routes.insert("/"+version+path, method, op) {
				return fmt.Errorf("%s is described twice", op.name)
			}
			s.total++
		}
	}
	return nil
}

// relaxation is what a whole file gets wrong, so that no exception for single places could tell right from wrong below it.
type relaxation struct {
	overlap string          // why alternatives overlap; there oneOf is read as anyOf
	nulls   map[string]bool // properties that may be null
	unset   string          // why they may
}

// relaxations are those of files, by title.
var relaxations = map[string]relaxation{
	"Promotions API": {
		overlap: "no alternative of a condition, of an item matcher or of a promotion to update requires anything, so whatever fits one " +
			"fits the others too, the file's own examples included; alternatives that exclude each other do so by the values of redemption_type",
		nulls: map[string]bool{"max_uses": true, "end_date": true, "shipping_address": true, "schedule": true, "segments": true},
		unset: "a live store has null for max_uses, end_date, shipping_address, schedule and segments of a promotion that are not set, which no alternative allows",
	},
}

// relax reads x-nullable, which some files write, as nullable, which the others do, and what a whole file gets wrong as it is meant.
func relax(document *openapi3.T, wrong relaxation) {
	seen := map[*openapi3.Schema]bool{}
	var visit func(refs ...*openapi3.SchemaRef)
	visit = func(refs ...*openapi3.SchemaRef) {
		for _, ref := range refs {
			if ref == nil || ref.Value == nil || seen[ref.Value] {
				continue
			}
			schema := ref.Value
			seen[schema] = true
			if nullable, _ := schema.Extensions["x-nullable"].(bool); nullable {
				schema.Nullable = true
			}
			for name, property := range schema.Properties {
				if wrong.nulls[name] && property.Value != nil {
					property.Value.Nullable = true
				}
			}
			if wrong.overlap != "" && len(schema.AnyOf) == 0 {
				schema.AnyOf, schema.OneOf = schema.OneOf, nil
			}
			visit(schema.Items, schema.AdditionalProperties.Schema)
			visit(slices.Concat(schema.AllOf, schema.AnyOf, schema.OneOf)...)
			visit(slices.Collect(maps.Values(schema.Properties))...)
		}
	}
	bodies := func(content openapi3.Content) {
		for _, media := range content {
			visit(media.Schema)
		}
	}
	for _, item := range document.Paths.Map() {
		for _, described := range item.Operations() {
			if described.RequestBody != nil {
				bodies(described.RequestBody.Value.Content)
			}
			for _, ref := range described.Responses.Map() {
				bodies(ref.Value.Content)
			}
		}
	}
}

// versionOf reads the API version off the file's server URL, https://api.bigcommerce.com/stores/{store_hash}/v3.
func versionOf(document *openapi3.T) (string, error) {
	for _, server := range document.Servers {
		for _, version := range []string{"v2", "v3"} {
			if strings.HasSuffix(strings.TrimSuffix(server.URL, "/"), "/"+version) {
				return version, nil
			}
		}
	}
	return "", errors.New("no server URL names the API version")
}

func (op *operation) parameters(shared, own openapi3.Parameters) {
	op.query, op.path = map[string]*openapi3.Schema{}, map[string]*openapi3.Schema{}
	for _, ref := range slices.Concat(shared, own) {
		parameter := ref.Value
		schema := &openapi3.Schema{}
		if parameter.Schema != nil {
			schema = parameter.Schema.Value
		}
		switch parameter.In {
		case openapi3.ParameterInQuery:
			op.query[parameter.Name] = schema
			if parameter.Required {
				op.required = append(op.required, parameter.Name)
			}
		case openapi3.ParameterInPath:
			op.path[parameter.Name] = schema
		}
	}
}

func (op *operation) answersOf(described *openapi3.Operation, shapes *shapes) {
	op.answers = map[int]*answer{}
	for status, ref := range described.Responses.Map() {
		code, err := strconv.Atoi(status)
		if err != nil {
			continue // "default" would excuse any status
		}
		op.answers[code] = &answer{media: payloads(ref.Value.Content, shapes)}
	}
}

func (op *operation) bodyOf(described *openapi3.Operation, shapes *shapes) {
	if described.RequestBody == nil {
		return
	}
	body := described.RequestBody.Value
	op.body = payloads(body.Content, shapes)
	op.bodyNeeded = body.Required
	for _, code := range []int{200, 201} {
		answer := op.answers[code]
		if answer == nil || answer.media[mediaJSON] == nil {
			continue
		}
		readable := answer.media[mediaJSON].shape
		if op.version == "v3" {
			readable = readable.property("data")
		}
		for _, sent := range op.body {
			sent.answer = readable
		}
		return
	}
}

func payloads(content openapi3.Content, shapes *shapes) map[string]*payload {
	found := map[string]*payload{}
	for media, described := range content {
		schema := &openapi3.Schema{}
		if described.Schema != nil {
			schema = described.Schema.Value
		}
		media, _, _ = strings.Cut(media, ";")
		found[strings.TrimSpace(media)] = &payload{schema: schema, shape: shapes.of(schema)}
	}
	return found
}
