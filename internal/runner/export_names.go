package runner

import (
	"context"
	"errors"
	"fmt"
	"io"

	"bcetl/internal/apply"
	"bcetl/internal/bigcommerce"
	"bcetl/internal/bigcommerce/catalogue"
	"bcetl/internal/compile"
	"bcetl/internal/record"
)

// loadNames reads the names that an export shows in place of ids.
func (s *session) loadNames(ctx context.Context, step *compile.ExportStep, st *Store) error {
	for _, kind := range step.Lookups {
		names := step.Names[kind]
		if len(names) > 0 {
			continue
		}
		var err error
		switch kind {
		case "brand":
			err = loadBrandNames(ctx, st, names)
		case "category":
			err = loadCategoryNames(ctx, st, names)
		case "product":
			err = loadProductNames(ctx, step, st, names)
		case "channel":
			err = loadChannelNames(ctx, st, names)
		default:
			err = fmt.Errorf("names of kind %q cannot be looked up in an export", kind)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func loadBrandNames(ctx context.Context, st *Store, names map[string]string) error {
	brands, err := st.Client.ListBrands(ctx, nil)
	if err != nil {
		return fmt.Errorf("list brands: %w", err)
	}
	for i := range brands {
		names[fmt.Sprint(brands[i].ID)] = brands[i].Doc.Get("name").String()
	}
	return nil
}

func loadChannelNames(ctx context.Context, st *Store, names map[string]string) error {
	channels, err := st.Client.ListChannels(ctx, nil)
	if err != nil {
		return fmt.Errorf("list channels: %w", err)
	}
	for i := range channels {
		names[fmt.Sprint(channels[i].ID)] = channels[i].Doc.Get("name").String()
	}
	return nil
}

func loadCategoryNames(ctx context.Context, st *Store, names map[string]string) error {
	categories, err := st.Client.ListCategories(ctx, 0, nil)
	if err != nil {
		return fmt.Errorf("list categories: %w", err)
	}
	for id, path := range apply.CategoryPaths(categories) {
		names[fmt.Sprint(id)] = path
	}
	return nil
}

// loadProductNames reads the SKUs of all products; a product without one has no name.
func loadProductNames(ctx context.Context, step *compile.ExportStep, st *Store, names map[string]string) error {
	paths := []record.Path{{{Name: "id"}}, {{Name: "sku"}}}
	walker := st.Client.Walk(ctx, &catalogue.Products, bigcommerce.WalkOptions{Paths: paths, Concurrency: step.File.Job.Limits.Workers()})
	defer walker.Close()
	for {
		products, err := walker.Next(ctx)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("list products: %w", err)
		}
		for i := range products {
			if sku := products[i].Doc.Get("sku").String(); sku != "" {
				names[fmt.Sprint(products[i].ID)] = sku
			}
		}
	}
}
