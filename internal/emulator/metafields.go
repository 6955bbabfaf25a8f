package emulator

import "slices"

// metafieldFields are the fields of a metafield; source: catalog/products_catalog.v3.yml.
var metafieldFields = newTable(
	field{name: "id", kind: kindInt, access: readOnly},
	field{name: "key", kind: kindString, min: 1, max: 64, required: true},
	field{name: "value", kind: kindString, min: 1, max: maxText, required: true},
	field{name: "namespace", kind: kindString, min: 1, max: 64, required: true},
	field{name: "permission_set", kind: kindString, required: true, enum: []string{
		"app_only", "read", "write", "read_and_sf_access", "write_and_sf_access",
	}},
	field{name: "resource_type", kind: kindString, access: readOnly},
	field{name: "resource_id", kind: kindInt, access: readOnly},
	field{name: "description", kind: kindString, def: textEmpty, max: 255},
	field{name: "date_created", kind: kindTime, access: readOnly},
	field{name: "date_modified", kind: kindTime, access: readOnly},
	field{name: "owner_client_id", kind: kindString, access: readOnly},
)

// resource names what a metafield hangs on.
type resource struct {
	kind string // product, variant, category, brand, order
	id   int
}

// metafieldSet holds the metafields of all resources, by id and by resource.
type metafieldSet struct {
	rows []row // by id
	of   map[resource][]int
}

func newMetafieldSet() metafieldSet { return metafieldSet{of: map[resource][]int{}} }

// dropResource removes everything that hangs on a resource.
func (m *metafieldSet) dropResource(kind string, id int) {
	key := resource{kind, id}
	for _, id := range m.of[key] {
		if i, ok := rowAt(m.rows, id); ok {
			m.rows = slices.Delete(m.rows, i, i+1)
		}
	}
	delete(m.of, key)
}
