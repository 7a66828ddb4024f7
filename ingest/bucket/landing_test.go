package bucket

import (
	"errors"
	"path/filepath"
	"syscall"
	"testing"
)

func FuzzLocalName(f *testing.F) {
	for _, key := range []string{
		"exports/acme/data/BILLING_PERIOD=2026-10/acme-00001.snappy.parquet",
		"..", "../../etc/passwd", "/", "", "a/..", `..\..\x`, "a\x00b", "x:y|z?*<>\"", "\xff\xfe", "con",
	} {
		f.Add(key, "9b2cf535f27731c974343645a3985328-3")
	}
	f.Fuzz(func(t *testing.T, key, etag string) {
		name := localName(Object{Key: key, ETag: etag})
		if !filepath.IsLocal(name) || filepath.Base(name) != name || len(name) > 120 {
			t.Errorf("key %q lands as %q", key, name)
		}
		for _, r := range name {
			if plain(r) != r {
				t.Errorf("key %q lands as %q", key, name)
			}
		}
		if name == localName(Object{Key: key + "/" + key, ETag: etag}) || name == localName(Object{Key: key, ETag: etag + "x"}) {
			t.Errorf("key %q shares the name %q", key, name)
		}
	})
}

func TestLandingErrorSaysWhatToDo(t *testing.T) {
	for fault, want := range map[error]string{
		syscall.ENOSPC: "write to landing folder data/landing: the disk is full; free space or set landing to another disk",
		syscall.EROFS:  "write to landing folder data/landing: not writable; set landing to a folder this user may write: read-only file system",
		syscall.EACCES: "write to landing folder data/landing: not writable; set landing to a folder this user may write: permission denied",
	} {
		err := &landingError{"data/landing", fault}
		if err.Error() != want || !errors.Is(err, fault) {
			t.Errorf("got  %v\nwant %s", err, want)
		}
	}
}
