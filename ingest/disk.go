package ingest

import (
	"errors"
	"fmt"
	"io/fs"
	"syscall"
)

// onDisk says what to do where err is a fault of the disk that dir, a landing
// folder, is on. Other errors stay as they are.
func onDisk(dir string, err error) error {
	switch {
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		return fmt.Errorf("write to landing folder %s: the disk is full; free space or set landing to another disk: %w", dir, err)
	case errors.Is(err, syscall.EROFS), errors.Is(err, fs.ErrPermission):
		return fmt.Errorf("write to landing folder %s: not writable; set landing to a folder this user may write: %w", dir, err)
	}
	return err
}
