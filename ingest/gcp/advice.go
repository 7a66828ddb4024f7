package gcp

import (
	"errors"
	"fmt"
	"net/http"

	"cloud.google.com/go/storage"
	"google.golang.org/api/googleapi"

	"github.com/costwarden/costwarden/ingest/bucket"
)

// diagnoseStorage says what an error of Cloud Storage means and what to do
// about it.
func diagnoseStorage(err error) bucket.Diagnosis {
	if errors.Is(err, storage.ErrBucketNotExist) {
		return final("no such bucket; check location")
	}
	answer, answered := errors.AsType[*googleapi.Error](err)
	if !answered {
		return bucket.Diagnosis{}
	}
	said := fmt.Sprintf("%s (%d)", answer.Message, answer.Code)
	switch answer.Code {
	case http.StatusPreconditionFailed:
		return bucket.Diagnosis{Cause: bucket.Changed}
	case http.StatusNotFound:
		return bucket.Diagnosis{Cause: bucket.Missing}
	case http.StatusUnauthorized:
		return final("the credentials are expired or not valid: " + said)
	case http.StatusForbidden:
		return final("access denied; grant roles/storage.objectViewer on the bucket: " + said)
	case http.StatusTooManyRequests, http.StatusRequestTimeout:
		return bucket.Diagnosis{Cause: bucket.Passing, Advice: said}
	}
	if answer.Code >= http.StatusInternalServerError {
		return bucket.Diagnosis{Cause: bucket.Passing, Advice: said}
	}
	return final(said)
}

func final(advice string) bucket.Diagnosis {
	return bucket.Diagnosis{Cause: bucket.Final, Advice: advice}
}
