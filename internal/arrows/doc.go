// Package arrows holds only tests, of the whole tree: they refuse imports against the arrows of the architecture, so that go test
// alone keeps the picture in docs/architecture.md true (the linter has the same rules), and hold docs/codes.md to the problem codes
// that the code gives.
package arrows
