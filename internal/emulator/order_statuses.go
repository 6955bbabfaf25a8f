package emulator

import "slices"

// orderStatus is a status that an order can have; the texts are those of a live store.
type orderStatus struct {
	id          int
	name        string
	description string
}

// orderStatuses stand in the order in which the count and the control panel list them.
var orderStatuses = []orderStatus{
	{0, "Incomplete", "An incomplete order happens when a shopper reached the payment page, but did not complete the transaction."},
	{1, "Pending", "Customer started the checkout process, but did not complete it."},
	{7, "Awaiting Payment", "Customer has completed checkout process, but payment has yet to be confirmed."},
	{11, "Awaiting Fulfillment", "Customer has completed the checkout process and payment has been confirmed."},
	{9, "Awaiting Shipment", "Order has been pulled and packaged, and is awaiting collection from a shipping provider."},
	{8, "Awaiting Pickup", "Order has been pulled, and is awaiting customer pickup from a seller-specified location."},
	{3, "Partially Shipped", "Only some items in the order have been shipped, due to some products being pre-order only or other reasons."},
	{10, "Completed", "Client has paid for their digital product and their file(s) are available for download."},
	{2, "Shipped", "Order has been shipped, but receipt has not been confirmed; seller has used the Ship Items action."},
	{5, "Cancelled", "Seller has cancelled an order, due to a stock inconsistency or other reasons."},
	{6, "Declined", "Seller has marked the order as declined for lack of manual payment, or other reasons."},
	{4, "Refunded", "Seller has used the Refund action."},
	{13, "Disputed", "Customer has initiated a dispute resolution process for the PayPal transaction that paid for the order."},
	{12, "Manual Verification Required", "Order on hold while some aspect needs to be manually confirmed."},
	{14, "Partially Refunded", "Seller has partially refunded the order."},
}

func statusOf(id int) *orderStatus {
	at := slices.IndexFunc(orderStatuses, func(s orderStatus) bool { return s.id == id })
	if at < 0 {
		return nil
	}
	return &orderStatuses[at]
}

// label is what the merchant calls a status: Options.StatusLabels, else its own name.
func (opts *Options) label(status *orderStatus) string {
	if text, ok := opts.StatusLabels[status.id]; ok {
		return text
	}
	return status.name
}

func (s *Store) appendStatus(dst []byte, status *orderStatus) []byte {
	dst = append(append(dst, `{"id":`...), textInt(status.id)...)
	dst = appendQuoted(append(dst, `,"name":`...), status.name)
	dst = appendQuoted(append(dst, `,"system_label":`...), status.name)
	dst = appendQuoted(append(dst, `,"custom_label":`...), s.opts.label(status))
	return appendQuoted(append(dst, `,"system_description":`...), status.description)
}

func listStatuses(c *call) *reply {
	body := []byte{'['}
	for id := range orderStatuses {
		if id > 0 {
			body = append(body, ',')
		}
		body = c.s.appendStatusPlace(body, statusOf(id))
	}
	return plain(append(body, ']'))
}

// appendStatusPlace appends a status as /order_statuses shows it, with its place in the panel's list.
func (s *Store) appendStatusPlace(dst []byte, status *orderStatus) []byte {
	place := slices.IndexFunc(orderStatuses, func(other orderStatus) bool { return other.id == status.id })
	return append(append(s.appendStatus(dst, status), `,"order":`+textInt(place)...), '}')
}

func getStatus(c *call) *reply {
	status := statusOf(c.ids[0])
	if status == nil {
		return notFoundV2()
	}
	return plain(c.s.appendStatusPlace(nil, status))
}
