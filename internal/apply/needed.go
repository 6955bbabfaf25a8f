package apply

import "sync"

// needed is the set of ops that others need first. It is safe for concurrent use.
type needed struct {
	mutex sync.Mutex
	ids   map[int64]bool
}

func (n *needed) add(ids []int64) {
	if len(ids) == 0 {
		return
	}
	n.mutex.Lock()
	defer n.mutex.Unlock()
	if n.ids == nil {
		n.ids = map[int64]bool{}
	}
	for _, id := range ids {
		n.ids[id] = true
	}
}

func (n *needed) has(id int64) bool {
	n.mutex.Lock()
	defer n.mutex.Unlock()
	return n.ids[id]
}
