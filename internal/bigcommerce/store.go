package bigcommerce

import (
	"context"
	"encoding/json"
	"fmt"
	"time"
)

// StoreInfo is what a run needs to know of its store (store_information.v2.yml).
type StoreInfo struct {
	ID                  string `json:"id"` // the store's hash
	Name                string `json:"name"`
	Domain              string `json:"domain"`
	Currency            string `json:"currency"`       // of the catalogue's prices, "USD"
	DecimalPlaces       int    `json:"decimal_places"` // shown in prices; the API keeps four
	WeightUnits         string `json:"weight_units"`   // "LBS", "Ounces", "KGS", "Grams", "Tonnes"
	DimensionUnits      string `json:"dimension_units"`
	PricesIncludeTax    bool   `json:"is_price_entered_with_tax"`
	DefaultChannelID    int64  `json:"default_channel_id"`
	PlanName            string `json:"plan_name"`
	Status              string `json:"status"`
	Timezone            Zone   `json:"timezone"`
	MultiStorefront     bool   `json:"-"`
	ControlPanelBaseURL string `json:"control_panel_base_url"`
}

// Zone is the store's time zone. Offsets are in seconds.
type Zone struct {
	Name          string `json:"name"` // "Australia/Sydney"
	RawOffset     int    `json:"raw_offset"`
	DSTOffset     int    `json:"dst_offset"`
	DSTCorrection bool   `json:"dst_correction"`
}

// Location is the zone as Go knows it. ok is false when the store's name for it is none of the time zone database; a zone of fixed
// offset is then given.
func (z Zone) Location() (zone *time.Location, ok bool) {
	if z.Name != "" {
		if location, err := time.LoadLocation(z.Name); err == nil {
			return location, true
		}
	}
	offset := z.RawOffset
	if z.DSTCorrection {
		offset = z.DSTOffset
	}
	return time.FixedZone(z.Name, offset), false
}

// StoreInfo asks for the store's settings; it needs the scope Information & Settings.
func (c *Client) StoreInfo(ctx context.Context) (*StoreInfo, error) {
	answer, err := c.Get(ctx, "/v2/store", nil)
	if err != nil {
		return nil, err
	}
	var info struct {
		StoreInfo
		Features struct {
			MultiStorefront bool `json:"multi_storefront_enabled"`
		} `json:"features"`
	}
	if err := json.Unmarshal(answer.Body, &info); err != nil {
		return nil, fmt.Errorf("read store information: %w", &ProtocolError{Message: err.Error()})
	}
	info.StoreInfo.MultiStorefront = info.Features.MultiStorefront
	return &info.StoreInfo, nil
}

// StoreTime asks the store's clock, to the second; it is the cheapest check of a credential, and needs no scope but Information &
// Settings.
func (c *Client) StoreTime(ctx context.Context) (time.Time, error) {
	answer, err := c.Get(ctx, "/v2/time", nil)
	if err != nil {
		return time.Time{}, err
	}
	var clock struct {
		Time json.Number `json:"time"`
	}
	err = json.Unmarshal(answer.Body, &clock)
	seconds, wrong := clock.Time.Int64()
	if err != nil || wrong != nil || seconds <= 0 {
		return time.Time{}, fmt.Errorf("read store time: %w", c.elsewhere(&ProtocolError{Message: "the answer has no time"}))
	}
	return time.Unix(seconds, 0).UTC(), nil
}
