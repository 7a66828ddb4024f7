package aws

import (
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials/stscreds"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/smithy-go/logging"
	smithyhttp "github.com/aws/smithy-go/transport/http"
	"github.com/costwarden/costwarden/ingest/bucket"
	"gocloud.dev/blob"
	"gocloud.dev/blob/s3blob"
)

// openS3 builds the client: credentials from the default chain, through the
// role if one is set.
func openS3(ctx context.Context, location bucket.Location, c Config) (func() (*bucket.Bucket, error), error) {
	// What goes wrong comes back as an error; a log of its own would stand between our lines.
	options := []func(*config.LoadOptions) error{config.WithLogger(logging.Nop{})}
	if c.Region != "" {
		options = append(options, config.WithRegion(c.Region))
	}
	sdk, err := config.LoadDefaultConfig(ctx, options...)
	if err != nil {
		return nil, bucket.Fault(fmt.Errorf("read the AWS configuration: %w", err))
	}
	if sdk.Region == "" {
		return nil, errors.New("region is missing; set the bucket's region, such as eu-west-1 " +
			"(S3-compatible servers mostly take us-east-1)")
	}
	if c.RoleARN != "" {
		sdk.Credentials = aws.NewCredentialsCache(assume(sdk, c))
	}
	client := s3.NewFromConfig(sdk, c.client)
	return func() (*bucket.Bucket, error) {
		blobs, err := s3blob.OpenBucket(ctx, client, location.Bucket, nil)
		if err != nil {
			return nil, bucket.Fault(fmt.Errorf("open s3://%s: %w", location.Bucket, err))
		}
		return bucket.Open(blobs, "s3://"+location.Bucket, bucket.Cloud{Pin: pin, ETag: etag, Identity: c.identity(sdk), Diagnose: c.diagnose}), nil
	}, nil
}

func assume(sdk aws.Config, c Config) aws.CredentialsProvider {
	return stscreds.NewAssumeRoleProvider(sts.NewFromConfig(sdk), c.RoleARN, func(o *stscreds.AssumeRoleOptions) {
		o.RoleSessionName = "costwarden"
		if c.ExternalID != "" {
			o.ExternalID = &c.ExternalID
		}
	})
}

// client sets what the configuration asks of the S3 client. Package bucket
// tries again what failed, so the client does not.
func (c Config) client(o *s3.Options) {
	o.Retryer = aws.NopRetryer{}
	o.UsePathStyle = c.PathStyle
	o.DisableLogOutputChecksumValidationSkipped = true // normal for files that were uploaded in parts
	if c.Endpoint != "" {
		o.BaseEndpoint = &c.Endpoint
	}
	if c.RequesterPays {
		o.APIOptions = append(o.APIOptions, smithyhttp.SetHeaderValue("X-Amz-Request-Payer", "requester"))
	}
	if c.BucketOwner != "" {
		o.APIOptions = append(o.APIOptions, smithyhttp.SetHeaderValue("X-Amz-Expected-Bucket-Owner", c.BucketOwner))
	}
	if o.BaseEndpoint != nil { // S3-compatible servers lack or refuse the newer checksums
		o.RequestChecksumCalculation = aws.RequestChecksumCalculationWhenRequired
		o.ResponseChecksumValidation = aws.ResponseChecksumValidationWhenRequired
	}
}

// pin lets S3 refuse the read, with 412, once the object is another.
func pin(object bucket.Object, as func(any) bool) error {
	var get *s3.GetObjectInput
	if !as(&get) {
		return errors.New("the S3 request cannot be pinned to a version")
	}
	get.IfMatch = aws.String(`"` + object.ETag + `"`)
	return nil
}

func etag(listed *blob.ListObject) string {
	var object types.Object
	listed.As(&object)
	return aws.ToString(object.ETag)
}
