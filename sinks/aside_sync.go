//go:build !windows

package sinks

import (
	"errors"
	"os"
)

// syncFolder makes a rename inside the folder durable.
func syncFolder(path string) error {
	folder, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(folder.Sync(), folder.Close())
}
