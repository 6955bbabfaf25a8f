package emulator

// The demo catalogue's vocabulary: five shelves of a general store. All names are invented.

// shelf is one kind of goods.
type shelf struct {
	code       string   // start of its SKUs
	categories []string // paths from the top, levels parted by ">"
	brands     []string
	first      []string // names are "first second third"
	second     []string
	third      []string
	low, high  int // price range in cents
	unit       string
	choices    []demoOption // options of products that come in variants
	fields     [][2]string  // custom fields; {0} stands for a number
	story      string       // HTML; {name} and {brand} are filled in
}

type demoOption struct {
	name   string
	kind   string
	labels []string
}

var shelves = []shelf{
	{
		code: "TEA", unit: "tin", low: 450, high: 4200,
		categories: []string{
			"Tea & Coffee", "Tea & Coffee>Green Tea", "Tea & Coffee>Green Tea>Japan", "Tea & Coffee>Green Tea>Japan>Sencha",
			"Tea & Coffee>Black Tea", "Tea & Coffee>Black Tea>Darjeeling", "Tea & Coffee>Herbal/Rooibos", "Tea & Coffee>Oolong",
		},
		brands: []string{"Kōryū Tea House", "Café Müller", "Nilgiri Bros.", "Þórsmörk Herbs"},
		first:  []string{"Morning", "Jade", "First Flush", "Smoked", "Imperial", "Wild", "Silver", "Crème", "Garden", "Monsoon", "Alpine", "Midnight"},
		second: []string{"Sencha", "Gyokuro 玉露", "Darjeeling", "Assam", "Oolong", "Rooibos", "Maté", "Earl Grey", "Genmaicha", "Pu-erh", "Chamomile", "Jasmine"},
		third:  []string{"Loose Leaf", "Tea Bags", "Reserve", "Organic", "Gift Tin", "Blend", "No. 5", "Spring Pick"},
		choices: []demoOption{
			{"Weight", "rectangles", []string{"50 g", "100 g", "250 g", "1 kg"}},
		},
		fields: [][2]string{{"Origin", "Estate {0}"}, {"Brewing time", "{0} min"}, {"Caffeine", "medium"}},
		story:  "<p><strong>{name}</strong> is picked by hand and dried slowly.</p>\n<ul>\n<li>Water at 80&nbsp;°C</li>\n<li>One spoon per cup</li>\n</ul>\n<p>\"A quiet cup\", say the people at {brand}.</p>",
	},
	{
		code: "KIT", unit: "piece", low: 690, high: 24900,
		categories: []string{
			"Kitchen", "Kitchen>Pots & Pans", "Kitchen>Pots & Pans>Cast Iron", "Kitchen>Knives", "Kitchen>Tableware",
			"Kitchen>Tableware>Mugs", "Kitchen>Baking",
		},
		brands: []string{"Anvil & Oak", "Łódź Enamel", "Señor Sol", "Hearthside"},
		first:  []string{"Copper", "Enamel", "Cast Iron", "Stoneware", "Beech", "Folding", "Heavy", "Petite", "Everyday", "Blue", "Hammered", "Classic"},
		second: []string{"Kettle", "Saucepan", "Skillet", "Chef's Knife", "Mug", "Bowl", "Whisk", "Cutting Board", "Casserole", "Moka Pot", "Crêpe Pan", "Rolling Pin"},
		third:  []string{"20 cm", "24 cm", "1.5 l", "Set of 4", "with Lid", "Small", "Large", "Series II"},
		choices: []demoOption{
			{"Colour", "swatch", []string{"Ivory", "Forest", "Cobalt", "Rust"}},
		},
		fields: [][2]string{{"Material", "grade {0}"}, {"Dishwasher safe", "yes"}, {"Warranty years", "{0}"}},
		story:  "<h3>{name}</h3>\n<p>Made by {brand}, to be used every day &amp; handed down.</p>\n<table><tr><td>Oven</td><td>up to 250&deg;C</td></tr><tr><td>Hob</td><td>gas, induction</td></tr></table>",
	},
	{
		code: "OUT", unit: "piece", low: 1290, high: 89900,
		categories: []string{
			"Outdoor", "Outdoor>Tents", "Outdoor>Packs", "Outdoor>Packs>Day Packs", "Outdoor>Lighting", "Outdoor>Lighting>Headlamps", "Outdoor>Sleeping",
		},
		brands: []string{"Åsgård Outfitters", "Northward", "Cairn & Co", "Piz Palü"},
		first:  []string{"Trail", "Summit", "Ridge", "Fjäll", "Drift", "Lightweight", "Winter", "Basecamp", "Granite", "Storm", "Lake", "Polar"},
		second: []string{"Tent", "Day Pack", "Headlamp", "Sleeping Bag", "Stove", "Bottle", "Tarp", "Trekking Poles", "Dry Bag", "Hammock", "Lantern", "Down Quilt"},
		third:  []string{"2P", "3P", "28 L", "45 L", "−5 °C", "Pro", "Lite", "Mk III"},
		choices: []demoOption{
			{"Size", "rectangles", []string{"Regular", "Long"}},
			{"Colour", "swatch", []string{"Moss", "Slate", "Ember"}},
		},
		fields: [][2]string{{"Packed weight", "{0} g"}, {"Season", "{0}-season"}, {"Fabric", "ripstop, {0}D"}},
		story:  "<p>{name}: built for wind, rain and long days.</p><p>{brand} tests every seam; 5,000 mm water column, \"no ifs\".</p>",
	},
	{
		code: "0", unit: "copy", low: 790, high: 5900,
		categories: []string{
			"Books", "Books>Cookbooks", "Books>Travel", "Books>Travel>Europe", "Books>Children's", "Books>Crafts",
		},
		brands: []string{"Paper Lantern Press", "Éditions du Phare", "Kestrel Books"},
		first:  []string{"A Short History of", "The Art of", "Notes on", "Letters from", "The Little Book of", "Beyond", "An Atlas of", "Learning", "Ten Lessons in", "The Secret Life of"},
		second: []string{"Bread", "Rivers", "Lighthouses", "Moss", "Fermentation", "Paper", "Mountain Huts", "Spices", "Night Trains", "Seaweed", "Bees", "Wool"},
		third:  []string{"Hardcover", "Paperback", "2nd Edition", "Illustrated", "e-Book", "Pocket Edition", "Français", "Große Ausgabe"},
		choices: []demoOption{
			{"Format", "dropdown", []string{"Hardcover", "Paperback", "Large print"}},
		},
		fields: [][2]string{{"Pages", "{0}"}, {"Language", "English"}, {"Author", "Ø. Hansen, {0} others"}},
		story:  "<p><em>{name}</em> is a book to read slowly, with a cup of tea.</p>\r\n<blockquote>\"Warm, exact; funny\" — {brand}</blockquote>",
	},
	{
		code: "CLO", unit: "piece", low: 1490, high: 29900,
		categories: []string{
			"Clothing", "Clothing>Women", "Clothing>Women>Knitwear", "Clothing>Women>Knitwear>Cardigans", "Clothing>Men", "Clothing>Men>Shirts", "Clothing>Accessories",
		},
		brands: []string{"Hebrides Wool", "Sól & Sand", "Marlowe"},
		first:  []string{"Lambswool", "Linen", "Oxford", "Merino", "Organic Cotton", "Waxed", "Quilted", "Ribbed", "Corduroy", "Chambray", "Boiled Wool", "Piqué"},
		second: []string{"Sweater", "Shirt", "Cardigan", "Scarf", "Jacket", "Trousers", "Beanie", "Dress", "Polo", "Socks", "Vest", "Smock"},
		third:  []string{"Crew Neck", "Slim", "Relaxed", "Striped", "Plain", "Herringbone", "Cropped", "Heritage"},
		choices: []demoOption{
			{"Size", "rectangles", []string{"XS", "S", "M", "L", "XL"}},
			{"Colour", "swatch", []string{"Oatmeal", "Navy"}},
		},
		fields: [][2]string{{"Care", "wash at {0} °C"}, {"Made in", "Portugal"}, {"Yarn count", "{0}/2"}},
		story:  "<p>{name} by {brand}.</p><ul><li>Natural fibres</li><li>Repairs for life</li></ul><p>Model is 180&nbsp;cm tall &lt;size M&gt;.</p>",
	},
}
