package connections

import (
	"os"
	"path/filepath"
)

// Variable is the environment variable that names the connections file.
const Variable = "BCETL_CONNECTIONS"

const fileName = "connections.yaml"

// Locate says which connections file counts: the flag's, else the environment's, else connections.yaml beside the job, else
// bcetl/connections.yaml in the user's configuration folder. A file that the flag or the environment names is taken whether it exists or
// not: reading it then says so. Without any, found is false and path is where a new file belongs. Empty folders are left out.
func Locate(flag string, env Env, jobDir, configDir string) (path string, found bool) {
	if flag != "" {
		return flag, true
	}
	if env != nil {
		if named, ok := env(Variable); ok && named != "" {
			return named, true
		}
	}
	if jobDir != "" {
		beside := filepath.Join(jobDir, fileName)
		if isFile(beside) {
			return beside, true
		}
	}
	if configDir == "" {
		return fileName, false
	}
	own := filepath.Join(configDir, "bcetl", fileName)
	return own, isFile(own)
}

// isFile takes whatever exists and is no folder: a pipe or a link is a file for this.
func isFile(path string) bool {
	info, err := os.Stat(path)
	return err == nil && !info.IsDir()
}
