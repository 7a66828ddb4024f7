// Package bucket reads the objects that a provider delivers its bills in: from
// an object store or, through the same code, from a local folder laid out
// alike.
//
//	location, err := bucket.ParseLocation("file:./bucket/exports", "s3", "file")
//	exports, err  := bucket.OpenFolder(location.Bucket)
//	objects, err  := exports.List(ctx, "acme-focus/metadata/")   // keys, sizes, ETags
//	manifest, err := exports.Read(ctx, objects[0])
//	files, err    := exports.Fetch(ctx, wanted, dir, progress)   // whole, or not there
//
// An Object is what was first seen. Read and Fetch give exactly that content
// or ErrChanged, never the content that took its place. Faults that pass
// (resets, short bodies, 5xx, throttling) are tried again; the others come
// back as an *Error that says what was asked of which object and what to do.
//
// The package knows no cloud's SDK: what only the SDK can tell comes in as a
// Cloud from the provider's package.
package bucket

import (
	"context"
	"fmt"
	"strings"
	"time"

	"gocloud.dev/blob"
)

// Bucket is an object store's bucket, or a folder, to read from.
type Bucket struct {
	// Patience says how long a request is tried. Open sets the default.
	Patience Patience

	blobs *blob.Bucket
	url   string // how messages name it, with the slash that keys follow
	page  int    // objects asked for in one listing request
	cloud Cloud
}

// Cloud is what a provider's package tells about its SDK.
type Cloud struct {
	// Pin makes a read fail once object has another ETag, by an If-Match or
	// its like in the SDK's request, which as gives. Nil, or for an object
	// without an ETag: the object is looked at again after it was read.
	Pin func(object Object, as func(any) bool) error

	// ETag is the ETag of a listed object, which Pin can hold it to. Nil, or
	// empty: there is none.
	ETag func(listed *blob.ListObject) string

	// Identity says who asks, without a secret. Nil: nobody tells cheaply.
	Identity func(ctx context.Context) (Identity, error)

	// Diagnose says what a request's error means. Nil: nothing is known of it
	// beyond what the standard library's and gocloud.dev's errors say.
	Diagnose func(error) Diagnosis
}

// Object is an object as it was when it was first seen.
type Object struct {
	Key      string
	Bytes    int64
	ETag     string // opaque, without quotes; empty where the store has none
	Modified time.Time
}

// Version is another for other content: the ETag, or without one the time of
// the last change and the size.
func (o Object) Version() string {
	if o.ETag != "" {
		return o.ETag
	}
	return fmt.Sprintf("%x-%x", o.Modified.UnixNano(), o.Bytes)
}

// Newest is when the last of objects was written.
func Newest(objects []Object) time.Time {
	var newest time.Time
	for _, object := range objects {
		if object.Modified.After(newest) {
			newest = object.Modified
		}
	}
	return newest
}

// objectsPerPage is the most that S3 lists in one answer; asking for more is
// an error on some S3-compatible servers.
const objectsPerPage = 1000

// Open reads from blobs with what cloud knows of it. Messages call it by url,
// such as s3://acme-billing. It makes no request.
func Open(blobs *blob.Bucket, url string, cloud Cloud) *Bucket {
	return &Bucket{
		Patience: DefaultPatience,
		blobs:    blobs,
		url:      strings.TrimSuffix(url, "/") + "/",
		page:     objectsPerPage,
		cloud:    cloud,
	}
}

// Close gives back what the bucket holds.
func (b *Bucket) Close() error { return b.blobs.Close() }

// URL names the object or folder at key for a reader: s3://bucket/key.
func (b *Bucket) URL(key string) string { return b.url + key }

func (b *Bucket) etag(listed *blob.ListObject) string {
	if b.cloud.ETag == nil {
		return ""
	}
	return strings.Trim(b.cloud.ETag(listed), `"`)
}

func (b *Bucket) canPin(object Object) bool { return b.cloud.Pin != nil && object.ETag != "" }
