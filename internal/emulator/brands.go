package emulator

import "slices"

// brandFields are the fields of a brand; source: catalog/brands_catalog.v3.yml.
var brandFields = newTable(
	field{name: "id", kind: kindInt, access: readOnly},
	field{name: "name", kind: kindString, min: 1, max: 255, required: true},
	field{name: "page_title", kind: kindString, def: textEmpty, max: 255},
	field{name: "meta_keywords", kind: kindStrings, def: "[]"},
	field{name: "meta_description", kind: kindString, def: textEmpty, max: maxText},
	field{name: "image_url", kind: kindString, def: textEmpty},
	field{name: "search_keywords", kind: kindString, def: textEmpty, max: 255},
	field{name: "custom_url", kind: kindObject},
)

func rowAt(rows []row, id int) (int, bool) {
	return slices.BinarySearchFunc(rows, id, func(r row, id int) int { return number(r[0]) - id })
}

func findRow(rows []row, id int) row {
	if i, ok := rowAt(rows, id); ok {
		return rows[i]
	}
	return nil
}

func (st *state) brand(id int) row { return findRow(st.brands, id) }

// brandNamed gives the id of the brand of that name, whatever its letter case; 0 if none.
func (st *state) brandNamed(name string) int {
	want := fold(name)
	for _, b := range st.brands {
		if fold(brandFields.str(b, "name")) == want {
			return number(b[0])
		}
	}
	return 0
}

func (st *state) addBrand(name string) int {
	b := brandFields.new()
	id := st.next("brand")
	b[0] = textInt(id)
	brandFields.set(b, "name", quote(name))
	brandFields.set(b, "custom_url", urlText("/"+slug(name)+"/", false))
	st.brands = append(st.brands, b)
	return id
}
