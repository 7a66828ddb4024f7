package bucket

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"strings"
	"syscall"
)

// openLanding makes the folder dir and opens it, so that nothing can be
// written outside of it. Bills are for their owner's eyes: 0700.
func openLanding(dir string) (*os.Root, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, &landingError{dir, err}
	}
	landing, err := os.OpenRoot(dir)
	if err != nil {
		return nil, &landingError{dir, err}
	}
	return landing, nil
}

// localName is the name object lands under: a mark that no other key or
// version has, and the end of its key with what a file system could take
// amiss replaced.
func localName(object Object) string {
	mark := sha256.Sum256([]byte(object.Key + "\x00" + object.Version()))
	base := strings.Map(plain, path.Base(object.Key))
	return fmt.Sprintf("%x-%s", mark[:8], base[max(0, len(base)-100):])
}

func plain(r rune) rune {
	switch {
	case 'a' <= r && r <= 'z', 'A' <= r && r <= 'Z', '0' <= r && r <= '9', r == '.', r == '-', r == '_':
		return r
	}
	return '_'
}

// landingError is a fault of the local disk, not of the source.
type landingError struct {
	dir string
	err error
}

// LandingFault words a fault of the local disk at the landing folder dir for
// the reader; nil stays nil.
func LandingFault(dir string, err error) error {
	if err == nil {
		return nil
	}
	return &landingError{dir, err}
}

func (e *landingError) Error() string {
	switch {
	case errors.Is(e.err, syscall.ENOSPC), errors.Is(e.err, syscall.EDQUOT):
		return fmt.Sprintf("write to landing folder %s: the disk is full; free space or set landing to another disk", e.dir)
	case errors.Is(e.err, syscall.EROFS), errors.Is(e.err, fs.ErrPermission):
		return fmt.Sprintf("write to landing folder %s: not writable; set landing to a folder this user may write: %v", e.dir, e.err)
	}
	return fmt.Sprintf("write to landing folder %s: %v", e.dir, e.err)
}

func (e *landingError) Unwrap() error { return e.err }

func isLandingError(err error) bool {
	_, landing := errors.AsType[*landingError](err)
	return landing
}
