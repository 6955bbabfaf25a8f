package emulator

import (
	"fmt"
)

// asError turns a refusal into a Go error for direct callers.
func (r *reply) asError() error { return fmt.Errorf("%d %s", r.status, r.body) }

// InsertPromotion creates a promotion past HTTP, under the same rules as POST /promotions, and
// gives its id. It panics if the store refuses the body.
func (s *Store) InsertPromotion(body map[string]any) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	id, err := s.addPromotion(body)
	if err != nil {
		panic("emulator: insert promotion: " + err.Error())
	}
	return id
}

func (s *Store) addPromotion(body map[string]any) (int, error) {
	var p problems
	r, refused := s.buildPromotion(body, nil, &p)
	if refused != nil {
		return 0, refused.asError()
	}
	return s.st.addPromotion(r), nil
}

// InsertPromotionCode creates a coupon code of a promotion past HTTP, under the same rules as
// POST /promotions/{id}/codes, and gives its id. It panics if the store refuses the body.
func (s *Store) InsertPromotionCode(promotion int, body map[string]any) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	id, err := s.addPromotionCode(promotion, body)
	if err != nil {
		panic("emulator: insert promotion code: " + err.Error())
	}
	return id
}

func (s *Store) addPromotionCode(promotion int, body map[string]any) (int, error) {
	of := findRow(s.st.promotions, promotion)
	if of == nil {
		return 0, ErrMissing
	}
	var p problems
	r, refused := s.buildCode(of, body, &p)
	if refused != nil {
		return 0, refused.asError()
	}
	return s.addCode(promotion, r), nil
}

// PromotionCodes gives the coupon codes of a promotion by id, as decoded JSON (numbers are json.Number).
func (s *Store) PromotionCodes(promotion int) []map[string]any {
	s.mu.RLock()
	defer s.mu.RUnlock()
	rows := s.st.codes.of[promotion]
	list := make([]map[string]any, len(rows))
	for i, r := range rows {
		v, err := decode(appendCode(nil, r))
		if o, ok := v.(map[string]any); ok && err == nil { // text of this package
			list[i] = o
		}
	}
	return list
}

// PromotionIDs lists the ids of all promotions, ascending.
func (s *Store) PromotionIDs() []int {
	s.mu.RLock()
	defer s.mu.RUnlock()
	ids := make([]int, len(s.st.promotions))
	for i, r := range s.st.promotions {
		ids[i] = number(r[0])
	}
	return ids
}
