package emulator

import (
	"errors"
	"fmt"
)

// ErrMissing says that a direct call named a record that is not in the store.
var ErrMissing = errors.New("no such record")

// asError turns a refusal of the store into a Go error for direct callers.
func (f *failure) asError() error { return fmt.Errorf("%d %s: %v", f.status, f.title, f.errors) }

// InsertProduct creates a product past HTTP, under the same rules as POST /catalog/products, and
// gives its id. Values are as decoded from JSON, or Go ints, strings, bools, []int, []string,
// []any and map[string]any; prices as strings or json.Number. It panics if the store refuses the
// product: a fixture that does not fit is a bug of the test.
func (s *Store) InsertProduct(body map[string]any) int {
	id, err := s.AddProduct(body)
	if err != nil {
		panic("emulator: insert product: " + err.Error())
	}
	return id
}

// AddProduct is InsertProduct with an error instead of a panic.
func (s *Store) AddProduct(body map[string]any) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var pr problems
	w, f := s.buildProduct(body, &pr)
	if f != nil {
		return 0, f.asError()
	}
	w.store(nil)
	return w.p.id, nil
}

// UpdateProduct changes a product past HTTP, under the same rules as PUT /catalog/products/{id}.
func (s *Store) UpdateProduct(id int, body map[string]any) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	old := s.st.findProduct(id)
	if old == nil {
		return ErrMissing
	}
	var pr problems
	w, f := s.changeProduct(old, body, &pr)
	if f != nil {
		return f.asError()
	}
	w.store(old)
	return nil
}

// DeleteProduct removes a product past HTTP and reports whether it was there.
func (s *Store) DeleteProduct(id int) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := s.st.findProduct(id)
	if p != nil {
		s.st.remove(p)
	}
	return p != nil
}

// Product gives a product with all its sub-resources as decoded JSON (numbers are json.Number).
func (s *Store) Product(id int) (map[string]any, bool) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	p := s.st.findProduct(id)
	if p == nil {
		return nil, false
	}
	v, err := decode(s.appendProduct(nil, p, nil, includes))
	o, ok := v.(map[string]any)
	return o, ok && err == nil
}

// Products counts the products.
func (s *Store) Products() int {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return len(s.st.products)
}

// ProductIDs lists the ids of all products, ascending.
func (s *Store) ProductIDs() []int {
	s.mu.RLock()
	defer s.mu.RUnlock()
	ids := make([]int, len(s.st.products))
	for i, p := range s.st.products {
		ids[i] = p.id
	}
	return ids
}

// ProductBySKU gives the id of the product that carries a SKU itself or in one of its variants,
// and the variant's id (0 for the product's own).
func (s *Store) ProductBySKU(sku string) (product, variant int, ok bool) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	owner, ok := s.st.skus[fold(sku)]
	return owner.product, owner.variant, ok
}
