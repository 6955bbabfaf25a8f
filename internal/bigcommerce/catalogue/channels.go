package catalogue

// Channels are the storefronts and market places of a store, channels.v3.yml. They are read for their names alone. Either of two
// scopes lets a token read them; the one named here is that of the storefronts' settings (API facts, 2).
var Channels = Object{
	Name: "channels", Singular: "channel", IDField: "id",
	Version: "v3", ListPath: "/channels", MaxLimit: 250,
	Keys: []Key{{Field: "id", Finding: ListOnly}},
	Fields: []Field{
		readable("id", Int), readable("name", Text), readable("status", Text), readable("type", Text), readable("platform", Text),
	},

	ReadScope: "store_channel_settings_read_only", WriteScope: "store_channel_settings", Scope: "Channel Settings",
	SpecFile: "channels.v3.yml",
}
