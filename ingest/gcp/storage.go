package gcp

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"cloud.google.com/go/storage"
	"gocloud.dev/blob"
	"gocloud.dev/blob/gcsblob"

	"github.com/costwarden/costwarden/ingest/bucket"
)

// openGCS builds the client. Package bucket tries again what failed, so the
// client does not.
func openGCS(ctx context.Context, location bucket.Location, config Config) (func() (*bucket.Bucket, error), error) {
	options, err := config.clientOptions(storage.ScopeReadOnly)
	if err != nil {
		return nil, err
	}
	client, err := storage.NewClient(ctx, append(options, storage.WithJSONReads())...)
	if err != nil {
		return nil, refusedLogin(err)
	}
	client.SetRetry(storage.WithPolicy(storage.RetryNever))
	return func() (*bucket.Bucket, error) {
		blobs, err := gcsblob.OpenBucket(ctx, nil, location.Bucket, &gcsblob.Options{Client: client})
		if err != nil {
			return nil, bucket.Fault(fmt.Errorf("open gs://%s: %w", location.Bucket, err))
		}
		return bucket.Open(blobs, "gs://"+location.Bucket, bucket.Cloud{Pin: pin, ETag: etag, Identity: config.identity, Diagnose: diagnoseStorage}), nil
	}, nil
}

// etag is an object's generation, which each write changes, and the checksum
// of its content.
func etag(listed *blob.ListObject) string {
	var attributes storage.ObjectAttrs
	if !listed.As(&attributes) || attributes.Generation == 0 {
		return ""
	}
	return fmt.Sprintf("%d-%08x", attributes.Generation, attributes.CRC32C)
}

// pin lets Cloud Storage refuse the read, with 412, once the object is another.
func pin(object bucket.Object, as func(any) bool) error {
	generation, _, _ := strings.Cut(object.ETag, "-")
	number, err := strconv.ParseInt(generation, 10, 64)
	var handle **storage.ObjectHandle
	if err != nil || !as(&handle) {
		return errors.New("the request to Cloud Storage cannot be pinned to a version")
	}
	*handle = (*handle).If(storage.Conditions{GenerationMatch: number})
	return nil
}
