package runner

import "io"

// replay lets sheets on standard input be opened again from their beginning: a job is compiled a second time when what its store says of
// itself is known, and when it had to wait for its lock. What is read until then is kept, which is a header and what was read with it.
type replay struct {
	source io.Reader
	kept   []byte
	last   bool // nothing will be opened again
}

// open gives the input from its beginning. What was opened before is not read any more.
func (r *replay) open() io.Reader {
	if r.source == nil {
		return nil
	}
	return &replayed{replay: r}
}

type replayed struct {
	*replay
	at int // of the kept bytes
}

func (r *replayed) Read(p []byte) (int, error) {
	if r.at < len(r.kept) {
		n := copy(p, r.kept[r.at:])
		r.at += n
		return n, nil
	}
	n, err := r.source.Read(p)
	if r.last {
		r.kept, r.at = nil, 0
		return n, err
	}
	r.kept = append(r.kept, p[:n]...)
	r.at += n
	return n, err
}
