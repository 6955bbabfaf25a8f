package emulator

import "time"

// channelFields are the fields of a channel; source: channels.v3.yml.
var channelFields = newTable(
	field{name: "id", kind: kindInt},
	field{name: "external_id", kind: kindString, def: textEmpty},
	field{name: "name", kind: kindString},
	field{name: "platform", kind: kindString, def: `"bigcommerce"`},
	field{name: "type", kind: kindString, def: `"storefront"`},
	field{name: "status", kind: kindString, def: `"active"`},
	field{name: "icon_url", kind: kindString, def: textEmpty},
	field{name: "is_listable_from_ui", kind: kindBool, def: textTrue},
	field{name: "is_enabled", kind: kindBool, def: textTrue},
	field{name: "is_visible", kind: kindBool, def: textTrue},
	field{name: "date_created", kind: kindTime},
	field{name: "date_modified", kind: kindTime},
)

func defaultChannel(name string, now time.Time) row {
	r := channelFields.new()
	r[0] = "1"
	channelFields.set(r, "name", quote(name))
	channelFields.set(r, "date_created", textTime(now))
	channelFields.set(r, "date_modified", textTime(now))
	return r
}
