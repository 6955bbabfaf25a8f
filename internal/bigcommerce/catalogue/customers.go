package catalogue

// Customers are the customers of V3, customers.v3.yml, as far as rows name them: by e-mail, of which a store with several
// storefronts may have the same one more than once. They are neither exported nor written.
var Customers = Object{
	Name: "customers", Singular: "customer", IDField: "id",
	Version: "v3", ListPath: "/customers", MaxLimit: 250,
	Keys: []Key{
		{Field: "email", Finding: Bulk, Query: "email:in", BulkName: "email:in", MaxBulk: 100, FoldCase: true},
		{Field: "id", Finding: Bulk, Query: "id:in", BulkName: "id:in", MaxBulk: 250},
	},
	Fields: []Field{readable("id", Int), readable("email", Text), readable("first_name", Text), readable("last_name", Text)},
	Filters: []Filter{
		{Name: "id:in", Type: Int, Many: true},
		{Name: "email:in", Type: Text, Many: true, Mutable: true},
	},

	ReadScope: "store_v2_customers_read_only", WriteScope: "store_v2_customers", Scope: "Customers",
	SpecFile: "customers.v3.yml",
}
