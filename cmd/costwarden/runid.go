package main

import (
	"crypto/rand"
	"encoding/base32"
	"encoding/binary"
	"time"
)

// crockford is base32 in Crockford's alphabet, which sorts as its bytes do.
var crockford = base32.NewEncoding("0123456789ABCDEFGHJKMNPQRSTVWXYZ").WithPadding(base32.NoPadding)

// newRunID names a run: 48 bits of milliseconds, so that names sort by start,
// then 80 random bits.
func newRunID(started time.Time) string {
	var b [16]byte
	binary.BigEndian.PutUint64(b[:8], uint64(started.UnixMilli())<<16)
	rand.Read(b[6:]) // never fails: crypto/rand ends the process instead
	return crockford.EncodeToString(b[:])
}
