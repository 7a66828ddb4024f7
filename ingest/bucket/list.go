package bucket

import (
	"context"
	"errors"
	"io"
	"strings"

	"gocloud.dev/blob"
)

// List gives the objects whose keys begin with prefix, at any depth, in the
// order of their keys.
func (b *Bucket) List(ctx context.Context, prefix string) ([]Object, error) {
	objects, _, err := b.list(ctx, &blob.ListOptions{Prefix: prefix})
	return objects, err
}

// ListFolder gives the objects and the names of the folders directly in
// folder, which ends in a slash or is empty for the top of the bucket.
func (b *Bucket) ListFolder(ctx context.Context, folder string) (objects []Object, folders []string, err error) {
	objects, keys, err := b.list(ctx, &blob.ListOptions{Prefix: folder, Delimiter: "/"})
	for _, key := range keys {
		folders = append(folders, strings.TrimSuffix(strings.TrimPrefix(key, folder), "/"))
	}
	return objects, folders, err
}

// Look gives the object at key as it is now. It lists rather than asks for the
// object's head, whose refusals S3 sends without a reason.
func (b *Bucket) Look(ctx context.Context, key string) (Object, error) {
	objects, err := b.List(ctx, key)
	if err != nil {
		return Object{}, err
	}
	for _, object := range objects {
		if object.Key == key {
			return object, nil
		}
	}
	return Object{}, b.failure("look at", key, ErrMissing)
}

func (b *Bucket) list(ctx context.Context, options *blob.ListOptions) (objects []Object, folders []string, err error) {
	for next := blob.FirstPageToken; len(next) > 0; {
		page, err := retry(ctx, b, "list", options.Prefix, func() (page, error) { return b.listPage(ctx, next, options) })
		if err != nil {
			return nil, nil, err
		}
		for _, listed := range page.listed {
			switch {
			case listed.IsDir:
				folders = append(folders, listed.Key)
			case !strings.HasSuffix(listed.Key, "/"): // one that does is the S3 console's mark for an empty folder
				objects = append(objects, Object{listed.Key, listed.Size, b.etag(listed), listed.ModTime})
			}
		}
		next = page.next
	}
	return objects, folders, nil
}

func (b *Bucket) listPage(ctx context.Context, next []byte, options *blob.ListOptions) (page page, err error) {
	ctx, _, end := b.stalling(ctx)
	defer end()
	page.listed, page.next, err = b.blobs.ListPage(ctx, next, b.page, options)
	if errors.Is(err, io.EOF) {
		return page, nil
	}
	if err != nil {
		err = causeOr(ctx, err)
	}
	return page, err
}

// page is one answer to a listing.
type page struct {
	listed []*blob.ListObject
	next   []byte
}
