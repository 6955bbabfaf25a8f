//go:build !windows

package report

import "os"

// escapeCodes: every terminal of Unix knows them, but for TERM=dumb, which NewScreen rules out.
func escapeCodes(*os.File) bool { return true }
