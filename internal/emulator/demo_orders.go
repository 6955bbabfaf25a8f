package emulator

// demoOrders is the recipe of demo orders.
type demoOrders struct {
	First int `json:"first"`
	Count int `json:"count"`
}

func (d *demoOrders) make(b *orderBook) {}
