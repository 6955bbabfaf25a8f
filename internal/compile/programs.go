package compile

import (
	"sync"

	"bcetl/internal/job"
	"bcetl/internal/record"
)

// programs are what was compiled for the headers of several files: their columns may stand in other orders. The reader adds to them
// while workers take from them.
type programs[P any] struct {
	mutex    sync.RWMutex
	byHeader map[*record.Header]P
}

func (p *programs[P]) set(header *record.Header, program P) {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	if p.byHeader == nil {
		p.byHeader = map[*record.Header]P{}
	}
	p.byHeader[header] = program
}

func (p *programs[P]) of(header *record.Header) P {
	p.mutex.RLock()
	defer p.mutex.RUnlock()
	return p.byHeader[header]
}

// firstOf gives the first of diagnostics as an error, nil for none.
func firstOf(found []job.Diagnostic) error {
	if len(found) == 0 {
		return nil
	}
	return found[0]
}
