package aws

import (
	"errors"
	"fmt"
	"net"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/credentials/ssocreds"
	"github.com/aws/smithy-go"
	"github.com/costwarden/costwarden/ingest/bucket"
)

// diagnose says what an error of the SDK means and what to do about it.
func (c Config) diagnose(err error) bucket.Diagnosis {
	services, operation := called(err)
	switch {
	case slices.Contains(services, "ec2imds"):
		return final("no AWS credentials found; set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, " +
			"or run where a role is attached")
	case slices.Contains(services, "STS"):
		return final(c.roleAdvice(err))
	}
	if _, expired := errors.AsType[*ssocreds.InvalidTokenError](err); expired {
		return final("the SSO login has expired; run aws sso login")
	}
	if api, answered := errors.AsType[smithy.APIError](err); answered {
		return c.answer(api, operation, err)
	}
	if network, failed := errors.AsType[*net.OpError](err); failed {
		return bucket.Diagnosis{Cause: bucket.Passing, Advice: fmt.Sprintf("no answer: %v; check region, endpoint and network", network)}
	}
	if _, cut := errors.AsType[*smithy.DeserializationError](err); cut || isPassing(err) {
		return bucket.Diagnosis{Cause: bucket.Passing}
	}
	return bucket.Diagnosis{}
}

// answer diagnoses the answer of S3 to operation.
func (c Config) answer(api smithy.APIError, operation string, err error) bucket.Diagnosis {
	said := api.ErrorCode() + requestID(err)
	switch api.ErrorCode() {
	case "PreconditionFailed":
		return bucket.Diagnosis{Cause: bucket.Changed}
	case "NoSuchKey", "NotFound":
		return bucket.Diagnosis{Cause: bucket.Missing}
	case "RequestTimeTooSkewed":
		return bucket.Diagnosis{Cause: bucket.Passing, Advice: "this machine's clock is wrong; set it (" + said + ")"}
	}
	if advice := c.advice(api, operation, err); advice != "" {
		return final(advice + " (" + said + ")")
	}
	unknown := bucket.Diagnosis{Advice: fmt.Sprintf("%s (%s)", api.ErrorMessage(), said)}
	if isPassing(err) {
		unknown.Cause = bucket.Passing
	}
	return unknown
}

// advice is empty for codes that it does not know. The codes are in the S3 API
// reference, "Error responses".
func (c Config) advice(api smithy.APIError, operation string, err error) string {
	code := api.ErrorCode()
	switch {
	case code == "KMS.DisabledException", code == "KMS.KMSInvalidStateException", code == "KMS.NotFoundException":
		return "the key that the object is encrypted with cannot be used by anyone; enable it in KMS or cancel its deletion, " +
			"or have the month delivered again: " + api.ErrorMessage()
	case strings.HasPrefix(code, "KMS."), strings.Contains(api.ErrorMessage(), "kms:"):
		return "the object is encrypted and its key may not be used; " +
			"allow kms:Decrypt in the role's policy and in the policy of the key: " + api.ErrorMessage()
	case (code == "AccessDenied" || code == "Forbidden") && operation == "ListObjectsV2":
		return "access denied; allow s3:ListBucket on the bucket for this prefix" + c.andOwner()
	case code == "AccessDenied" || code == "Forbidden":
		return "not readable or not there: access denied; allow s3:GetObject on the objects of this prefix" + c.andOwner()
	}
	switch code {
	case "SignatureDoesNotMatch":
		return "wrong secret: the secret access key does not belong to the access key id"
	case "InvalidAccessKeyId":
		return "unknown access key id; check the credentials, and the endpoint they are for"
	case "ExpiredToken", "InvalidToken", "TokenRefreshRequired":
		return "the session token is expired or not valid; log in again"
	case "NoSuchBucket":
		return "no such bucket; check location" + c.andEndpoint()
	case "PermanentRedirect", "AuthorizationHeaderMalformed", "IllegalLocationConstraintException":
		return "the bucket is in another region; set region: " + bucketRegion(err)
	case "InvalidObjectState":
		return "archived by a lifecycle rule; restore the objects of this month in S3, or end the rule for this prefix"
	}
	return ""
}

// andOwner is for refusals that a wrong owner causes too.
func (c Config) andOwner() string {
	if c.BucketOwner == "" {
		return ""
	}
	return ", and check that account " + c.BucketOwner + ", set as bucket_owner, owns the bucket"
}

func (c Config) andEndpoint() string {
	if c.Endpoint == "" {
		return ""
	}
	return " and endpoint"
}

// roleAdvice is about the call that assumes the role.
func (c Config) roleAdvice(err error) string {
	role := "assume the role"
	if c.RoleARN != "" {
		role += " " + c.RoleARN
	}
	api, answered := errors.AsType[smithy.APIError](err)
	if !answered {
		return fmt.Sprintf("%s: no answer from STS: %v", role, err)
	}
	said := api.ErrorCode() + requestID(err)
	if api.ErrorCode() == "AccessDenied" {
		return fmt.Sprintf("%s: access denied; the role's trust policy must name this caller and its external id, "+
			"and this caller needs sts:AssumeRole: %s (%s)", role, api.ErrorMessage(), said)
	}
	return fmt.Sprintf("%s: %s (%s)", role, api.ErrorMessage(), said)
}

// called gives the services whose calls failed, the outermost first, and the
// outermost call.
func called(err error) (services []string, operation string) {
	for {
		call, found := errors.AsType[*smithy.OperationError](err)
		if !found {
			return services, operation
		}
		if operation == "" {
			operation = call.OperationName
		}
		services = append(services, call.ServiceID)
		err = call.Err
	}
}

func requestID(err error) string {
	if response, found := errors.AsType[*awshttp.ResponseError](err); found && response.RequestID != "" {
		return ", request " + response.RequestID
	}
	return ""
}

// bucketRegion is where S3 says the bucket is.
func bucketRegion(err error) string {
	response, found := errors.AsType[*awshttp.ResponseError](err)
	if found && response.Response != nil {
		if region := response.Response.Header.Get("X-Amz-Bucket-Region"); region != "" {
			return region
		}
	}
	return "the one that S3 shows under the bucket's properties"
}

// isPassing asks the SDK's own rules.
func isPassing(err error) bool {
	return retry.IsErrorRetryables(retry.DefaultRetryables).IsErrorRetryable(err) == aws.TrueTernary
}

func final(advice string) bucket.Diagnosis {
	return bucket.Diagnosis{Cause: bucket.Final, Advice: advice}
}
