package apply

import "sync"

// needed counts for each op how many others need it first. It is safe for concurrent use.
type needed struct {
	mutex sync.Mutex
	ids   map[int64]int64
}

func (n *needed) add(ids []int64) {
	if len(ids) == 0 {
		return
	}
	n.mutex.Lock()
	defer n.mutex.Unlock()
	if n.ids == nil {
		n.ids = map[int64]int64{}
	}
	for _, id := range ids {
		n.ids[id]++
	}
}

// remove takes back an add of the same ids.
func (n *needed) remove(ids []int64) {
	n.mutex.Lock()
	defer n.mutex.Unlock()
	for _, id := range ids {
		n.ids[id]--
	}
}

func (n *needed) has(id int64) bool {
	n.mutex.Lock()
	defer n.mutex.Unlock()
	return n.ids[id] > 0
}
