package emulator

import (
	"net/http"
	"net/url"
	"path"
	"slices"
	"strings"
)

const maxImageURL = 255

func (s *Store) imageFails(url string) bool {
	return s.opts.ImageFails != nil && s.opts.ImageFails(url)
}

// badImage is the answer to an image URL that cannot be fetched.
func badImage() *failure {
	return failField(http.StatusBadRequest, "image_url", "The field 'image_url' is invalid.")
}

// checkImage takes the source of an image and keeps one thumbnail per product. Nothing is
// fetched: the answer's URLs are made of the source's file name.
func checkImage(s *Store, p *product, r row, body map[string]any) *failure {
	imageFields.set(r, "product_id", textInt(p.id))
	imageFields.set(r, "date_modified", textTime(s.now()))
	file, _ := body["image_file"].(string)
	source, _ := body["image_url"].(string)
	if source != "" {
		u, err := url.Parse(source)
		if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
			return &failure{
				status: http.StatusUnprocessableEntity, title: "Invalid field(s): image_url",
				errors: map[string]string{"image_url": "url must be an actual URL or an empty string"},
			}
		}
		if len(source) > maxImageURL {
			return &failure{
				status: http.StatusUnprocessableEntity, title: "Invalid field(s): image_url",
				errors: map[string]string{"image_url": "image_url must have a length between 0 and 255"},
			}
		}
		if s.imageFails(source) {
			return badImage()
		}
		file = path.Base(u.Path)
	}
	if file == "" && imageFields.str(r, "image_file") == "" {
		return &failure{
			status: http.StatusUnprocessableEntity, title: "Missing Required Fields",
			errors: map[string]string{"image_url": "Please provide an image_url or an image_file."},
		}
	}
	if file != "" {
		s.placeImage(p, r, path.Base(file))
	}
	thumbs := 0
	for _, other := range p.images {
		if imageFields.get(other, "is_thumbnail") == textTrue {
			thumbs++
		}
	}
	switch {
	case thumbs == 0:
		p.setThumbnail(p.images[0])
	case thumbs > 1:
		p.setThumbnail(r)
	}
	return nil
}

// placeImage gives the image its stored name and the four URLs.
func (s *Store) placeImage(p *product, r row, file string) {
	ext := path.Ext(file)
	stem := strings.TrimSuffix(file, ext)
	imageFields.set(r, "image_file", quote("a/"+r[0]+"/"+stem+"__"+r[0]+ext))
	base := "https://cdn.example.com/s-" + s.opts.Hash + "/products/" + textInt(p.id) + "/images/" + r[0] + "/" + stem + "__" + r[0]
	for name, size := range map[string]string{
		"url_zoom": "1280.1280", "url_standard": "386.513", "url_thumbnail": "220.290", "url_tiny": "44.58",
	} {
		imageFields.set(r, name, quote(base+"."+size+ext+"?c=1"))
	}
}

// setThumbnail makes r the only thumbnail of p, which the caller owns.
func (p *product) setThumbnail(r row) {
	for i, other := range p.images {
		is := textBool(other[0] == r[0])
		if imageFields.get(other, "is_thumbnail") == is {
			continue
		}
		p.images[i] = slices.Clone(other) // the row itself may belong to the product that p replaces
		imageFields.set(p.images[i], "is_thumbnail", is)
	}
}

// thumbnail gives the product's primary image, nil if it has none.
func (p *product) thumbnail() row {
	for _, r := range p.images {
		if imageFields.get(r, "is_thumbnail") == textTrue {
			return r
		}
	}
	return nil
}
