package catalogue

import "strings"

// Partner gives the path of the amount that is sent together with that one: of amounts without and with tax the store takes both or
// neither (API facts 5.2). Of the fees of an order it takes any two of three, so that none has a partner.
func (o *Object) Partner(path string) (partner string, ok bool) {
	base, found := strings.CutSuffix(path, "_ex_tax")
	partner = base + "_inc_tax"
	if !found {
		if base, found = strings.CutSuffix(path, "_inc_tax"); !found {
			return "", false
		}
		partner = base + "_ex_tax"
	}
	if o.writes(base+"_tax") || !o.writes(path) || !o.writes(partner) {
		return "", false
	}
	return partner, true
}

func (o *Object) writes(path string) bool {
	field, ok := o.Field(path)
	return ok && (field.Writable || field.CreateOnly)
}
