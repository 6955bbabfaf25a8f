package judge

import "strings"

// variantList is the path whose answer describes a product's variants, in full.
var variantList = []string{"v3", "catalog", "products", "{product_id}", "variants"}

// included judges the variants inside products, which the product's schema lacks, against the product's list of variants.
func (s *Specs) included(found fault) []fault {
	if found.rule != RuleAnswerField || !strings.HasSuffix(found.pointer, "/variants") {
		return nil
	}
	node, _ := s.routes.find(variantList)
	if node == nil || node.operations["GET"] == nil {
		return nil
	}
	list := node.operations["GET"].op.answers[200].media[mediaJSON]
	faults := list.judge(map[string]any{"data": found.value}, found.status)
	kept := faults[:0]
	for _, inner := range faults {
		if s.excuse(node.operations["GET"].op, inner) != "" {
			continue
		}
		inner.pointer = found.pointer + strings.TrimPrefix(inner.pointer, "/data")
		inner.where = "body " + inner.pointer
		kept = append(kept, inner)
	}
	return kept
}
