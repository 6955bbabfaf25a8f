// Package bigcommerce is the client of the BigCommerce REST API: transport, rate limits, retries, paging, look-ups and writes.
// It decides nothing about rows: what came of a request is told by typed errors and results, which internal/apply folds into
// outcomes. Facts about the API stand with the code that relies on them; the table of store objects is the catalogue.
package bigcommerce
