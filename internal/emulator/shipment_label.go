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
