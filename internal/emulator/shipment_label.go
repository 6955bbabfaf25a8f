package emulator

// shippingProviders are the providers that the store knows itself, with the names that it shows.
var shippingProviders = map[string]string{
	"auspost": "Australia Post", "canadapost": "Canada Post", "endicia": "Endicia", "usps": "USPS", "fedex": "FedEx",
	"royalmail": "Royal Mail", "ups": "UPS", "upsready": "UPS Ready", "upsonline": "UPS Online", "shipperhq": "ShipperHQ",
}

const (
	uspsLink      = "http://trkcnfrm1.smi.usps.com/PTSInternetWeb/InterLabelInquiry.do?strOrigTrackNum=" // of the file's example
	aftershipLink = "https://track.aftership.com/"
)

// label fills in what a shipment repeats of its order and what follows from its carrier. A tracking link is generated of the tracking
// number and a provider or carrier, unless the shipment has a link of its own (orders.v2.oas2.yml).
func (s *Store) label(o *order, r row) {
	m := &orderBuilder{book: s.st.orders, opts: &s.opts, o: o}
	m.shipment(r, map[string]any{})
	provider, carrier := shipmentFields.str(r, "shipping_provider"), shipmentFields.str(r, "tracking_carrier")
	shipmentFields.set(r, "shipping_provider_display_name", quote(shippingProviders[provider]))
	tracking, link := shipmentFields.str(r, "tracking_number"), ""
	if provider == "" {
		provider = carrier
	}
	switch {
	case tracking == "" || provider == "" || shipmentFields.str(r, "tracking_link") != "":
	case provider == "usps":
		link = uspsLink + tracking
	default:
		link = aftershipLink + provider + "/" + tracking
	}
	shipmentFields.set(r, "generated_tracking_link", quote(link))
}

// shipment fills in the addresses that the shipment repeats.
func (m *orderBuilder) shipment(r row, item map[string]any) {
	if _, said := item["customer_id"]; !said {
		shipmentFields.set(r, "customer_id", m.o.f[oCustomer])
	}
	shipmentFields.set(r, "billing_address", withoutForms(m.o.f[oBilling]))
	to := findRow(m.o.addresses, shipmentFields.int(r, "order_address_id"))
	if to == nil {
		return
	}
	address := map[string]any{}
	for _, name := range addressNames {
		address[name] = orderAddressFields.str(to, name)
	}
	shipmentFields.set(r, "shipping_address", withoutForms(addressText(address)))
}

// withoutForms is an address without the form fields, as shipments carry it.
func withoutForms(text string) string {
	decoded, _ := decode([]byte(text)) // text of this package
	address, _ := decoded.(map[string]any)
	delete(address, "form_fields")
	return encode(address)
}
