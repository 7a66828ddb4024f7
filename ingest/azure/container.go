package azure

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/runtime"
	azblob "github.com/Azure/azure-sdk-for-go/sdk/storage/azblob/blob"
	"github.com/Azure/azure-sdk-for-go/sdk/storage/azblob/container"
	"github.com/costwarden/costwarden/ingest/bucket"
	"gocloud.dev/blob"
	"gocloud.dev/blob/azureblob"
)

// openContainer builds the client with the way of signing in that c names.
func openContainer(ctx context.Context, p place, c Config) (func() (*bucket.Bucket, error), error) {
	client, by, err := c.client(p)
	if err != nil {
		return nil, err
	}
	where := "azblob://" + p.account + "/" + p.container
	return func() (*bucket.Bucket, error) {
		blobs, err := azureblob.OpenBucket(ctx, client, nil)
		if err != nil {
			return nil, bucket.Fault(fmt.Errorf("open %s: %w", where, err))
		}
		return bucket.Open(blobs, where, bucket.Cloud{Pin: pin, ETag: etag, Identity: c.identity(by), Diagnose: by.diagnose}), nil
	}, nil
}

// clientOptions leave it to package bucket to try again what failed.
func clientOptions() *container.ClientOptions {
	return &container.ClientOptions{ClientOptions: azcore.ClientOptions{
		Retry:            policy.RetryOptions{MaxRetries: -1},
		PerRetryPolicies: []policy.Policy{discretion{}},
	}}
}

var errNoBlobService = errors.New("an answer without the time when the blob was written")

// discretion looks at each answer before the SDK does. It keeps the request's
// address, which may hold a signature, out of errors. An answer of "not
// modified", which nobody asked for, would pass for an empty blob, and one
// without its time for a fault in this program.
type discretion struct{}

func (discretion) Do(request *policy.Request) (*http.Response, error) {
	response, err := request.Next()
	if failed, told := errors.AsType[*url.Error](err); told {
		return response, failed.Err
	}
	if err != nil {
		return response, err
	}
	if response.StatusCode == http.StatusNotModified {
		return response, runtime.NewResponseError(response)
	}
	ofBlob := request.Raw().URL.Query().Get("comp") == ""
	if ofBlob && response.StatusCode < 300 && response.Header.Get("Last-Modified") == "" {
		return response, errNoBlobService
	}
	return response, nil
}

// pin lets the storage refuse the read, with 412, once the blob is another.
func pin(object bucket.Object, as func(any) bool) error {
	var get *azblob.DownloadStreamOptions
	if !as(&get) {
		return errors.New("the request cannot be pinned to a version")
	}
	etag := azcore.ETag(`"` + object.ETag + `"`)
	get.AccessConditions = &azblob.AccessConditions{ModifiedAccessConditions: &azblob.ModifiedAccessConditions{IfMatch: &etag}}
	return nil
}

func etag(listed *blob.ListObject) string {
	var item container.BlobItem
	if !listed.As(&item) || item.Properties == nil || item.Properties.ETag == nil {
		return ""
	}
	return string(*item.Properties.ETag)
}
