package emulator

import (
	"bytes"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"path"
	"slices"
	"strings"
)

const maxImageBytes = 8 << 20

var imageTypes = []string{".bmp", ".gif", ".jpeg", ".jpg", ".png", ".wbmp", ".xbm", ".webp"}

// form decodes a JSON object or, where the endpoint takes one, a multipart form with an
// image_file; the file is judged and its name kept, its bytes are not.
func (c *call) form() (map[string]any, *reply) {
	kind, params, err := mime.ParseMediaType(c.header.Get("Content-Type"))
	if err != nil || kind != "multipart/form-data" {
		return c.object()
	}
	body := map[string]any{}
	reader := multipart.NewReader(bytes.NewReader(c.body), params["boundary"])
	for {
		part, err := reader.NextPart()
		if errors.Is(err, io.EOF) {
			return body, nil
		}
		if err != nil {
			return nil, c.malformed()
		}
		data, err := io.ReadAll(part)
		if err != nil {
			return nil, c.malformed()
		}
		if part.FileName() == "" {
			body[part.FormName()] = formValue(part.FormName(), string(data))
			continue
		}
		if part.FormName() != "image_file" {
			continue
		}
		if f := judgeImage(part.FileName(), len(data)); f != nil {
			return nil, f.reply()
		}
		body["image_file"] = part.FileName()
	}
}

// formValue gives a form's text the JSON type of its field.
func formValue(name, text string) any {
	if i, ok := imageFields.index[name]; ok && imageFields.fields[i].kind == kindBool {
		return text == "true" || text == "1"
	}
	return text
}

func judgeImage(name string, size int) *failure {
	if size > maxImageBytes {
		f := fail(http.StatusUnprocessableEntity, "The maximum of 8 MB size limit for upload image is exceeded")
		f.code = 10001
		return f
	}
	if !slices.Contains(imageTypes, strings.ToLower(path.Ext(name))) {
		return failField(http.StatusUnprocessableEntity, "image_file", "The image type is not supported")
	}
	return nil
}
