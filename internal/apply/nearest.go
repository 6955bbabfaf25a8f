package apply

import "bcetl/internal/job"

// nearest gives the candidate that is written most like the word, "" when none is close.
func nearest(word string, candidates []string) string {
	if near := job.Nearest(word, candidates, 1); len(near) > 0 {
		return near[0]
	}
	return ""
}
