package emulator

// appendProduct appends a product with the sub-resources that parts names.
func (s *Store) appendProduct(dst []byte, p *product, m mask, parts []string) []byte {
	dst = productFields.open(dst, s.seen(p, 0, pInventory, p.f), m)
	for _, part := range parts {
		dst = append(append(append(dst, ',', '"'), part...), '"', ':')
		switch part {
		case "bulk_pricing_rules":
			dst = appendRows(dst, ruleFields, p.rules)
		case "channels":
			dst = append(dst, textInts(p.channels)...)
		case "custom_fields":
			dst = appendRows(dst, customFields, p.fields)
		case "images":
			dst = appendRows(dst, imageFields, p.images)
		case "modifiers":
			dst = append(dst, '[')
			for i, mod := range p.modifiers {
				if i > 0 {
					dst = append(dst, ',')
				}
				dst = mod.append(dst, nil)
			}
			dst = append(dst, ']')
		case "options":
			dst = append(dst, '[')
			for i, o := range p.options {
				if i > 0 {
					dst = append(dst, ',')
				}
				dst = p.appendOption(dst, o, nil)
			}
			dst = append(dst, ']')
		case "parent_relations":
			dst = append(dst, '[', ']')
		case "primary_image":
			if img := p.thumbnail(); img != nil {
				dst = imageFields.append(dst, img, nil)
			} else {
				dst = append(dst, textNull...)
			}
		case "reviews":
			dst = appendRows(dst, reviewFields, p.reviews)
		case "variants":
			dst = append(dst, '[')
			for i, v := range p.allVariants() {
				if i > 0 {
					dst = append(dst, ',')
				}
				dst = s.appendVariant(dst, p, v, nil)
			}
			dst = append(dst, ']')
		case "videos":
			dst = appendRows(dst, videoFields, p.videos)
		}
	}
	return append(dst, '}')
}

func appendRows(dst []byte, t *table, rows []row) []byte {
	dst = append(dst, '[')
	for i, r := range rows {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = t.append(dst, r, nil)
	}
	return append(dst, ']')
}
