// Package arrows holds only a test: it reads the imports of every package and refuses those against the arrows of the
// architecture, so that go test alone keeps the picture in docs/architecture.md true. The linter has the same rules.
package arrows
