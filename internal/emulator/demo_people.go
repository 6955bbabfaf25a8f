package emulator

// demoPerson is an invented customer; a line is name, company, street, street 2, city, state, postcode, country, code, phone.
type demoPerson [11]string

// The people of the demo orders: names outside ASCII, quotes and commas, postcodes with leading zeros.
var demoPeople = []demoPerson{
	{"Ana", "Núñez", "", "Calle del Río 14", "2º B", "Barcelona", "Barcelona", "08001", "Spain", "ES", "+34 555 010 010"},
	{"Jürgen", "Groß", "Groß & Söhne GmbH", "Königstraße 5", "", "Dresden", "Sachsen", "01067", "Germany", "DE", "0351 5550101"},
	{"Mary-Ann", "O'Brien", "", "12 Beacon Street", "Apt 3", "Boston", "Massachusetts", "02134", "United States", "US", "(617) 555-0102"},
	{"Łukasz", "Żółć", "", "ul. Długa 7/2", "", "Gdańsk", "Pomorskie", "80-001", "Poland", "PL", ""},
	{"花子", "山田", "", "1-2-3 Marunouchi", "", "Tokyo", "Tokyo", "100-0005", "Japan", "JP", "+81 3-5550-1234"},
	{"Chloé", "Lefèvre", "Café \"Le Phare\", SARL", "3 rue de l'Église", "", "Lyon", "Rhône", "69001", "France", "FR", "04 55 50 10 20"},
	{"Sigrún", "Þórsdóttir", "", "Laugavegur 22", "", "Reykjavík", "", "101", "Iceland", "IS", "555 0103"},
	{"James", "Smith", "Smith, Jones & Co", "404 W 5th Ave", "Suite 100", "Austin", "Texas", "78701", "United States", "US", "512-555-0104"},
	{"Priya", "Raman", "", "221 Elm St", "", "Newark", "New Jersey", "07102", "United States", "US", "9735550105"},
	{"Oliver", "Wright", "", "9 King's Road", "", "London", "Greater London", "SW3 5UL", "United Kingdom", "GB", "020 7946 0106"},
	{"Siobhán", "Ní Dhomhnaill", "", "4 Main Street", "", "Galway", "Galway", "H91 T1X0", "Ireland", "IE", ""},
	{"Mia", "Nguyễn", "", "18 George St", "Level 2", "Sydney", "New South Wales", "2000", "Australia", "AU", "+61 2 5550 0107"},
	{"Björn", "Åkesson", "", "Storgatan 1", "", "Malmö", "Skåne", "211 22", "Sweden", "SE", "040-555 01 08"},
	{"Đorđe", "Petrović", "", "Knez Mihailova 8", "", "Beograd", "", "11000", "Serbia", "RS", ""},
	{"Εleni", "Παπαδοπούλου", "", "Ermou 30", "", "Athens", "Attica", "105 63", "Greece", "GR", ""},
	{"Zoë", "van den Berg", "VDB Handel B.V.", "Prinsengracht 263", "", "Amsterdam", "Noord-Holland", "1016 GV", "Netherlands", "NL", "020 555 0109"},
	{"Иван", "Петров", "", "bul. Vitosha 15", "", "Sofia", "", "1000", "Bulgaria", "BG", ""},
	{"Kerry", "=Moss", "", "-1 Test Lane", "", "Concord", "New Hampshire", "03301", "United States", "US", "+1 603 555 0110"},
	{"Amélie", "Dubois", "", "12 chemin Saint-Louis", "", "Québec", "Quebec", "G1R 4S9", "Canada", "CA", "418-555-0111"},
	{"Tom", "Baker  ", "", "55 High St\tRear", "", "Hartford", "Connecticut", "06103", "United States", "US", ""},
}

// demoTax is what a country's orders are taxed with, in hundredths of a percent: one or two rates.
type demoTax struct {
	name  string
	basis int64
}

var demoTaxes = map[string][]demoTax{
	"US": {{"State tax", 625}, {"City tax", 200}},
	"CA": {{"GST", 500}, {"QST", 998}},
	"DE": {{"MwSt.", 1900}},
	"FR": {{"TVA", 2000}},
	"ES": {{"IVA", 2100}},
	"PL": {{"VAT", 2300}},
	"NL": {{"BTW", 2100}},
	"SE": {{"Moms", 2500}},
	"IE": {{"VAT", 2300}},
	"GB": {{"VAT", 2000}},
	"AU": {{"GST", 1000}},
}

func (p *demoPerson) address(email string) map[string]any {
	return map[string]any{
		"first_name": p[0], "last_name": p[1], "company": p[2], "street_1": p[3], "street_2": p[4], "city": p[5], "state": p[6],
		"zip": p[7], "country": p[8], "country_iso2": p[9], "phone": p[10], "email": email,
	}
}
