package gcp

import (
	"cmp"
	"context"
	"encoding/json"
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
	if _, half := errors.AsType[*json.SyntaxError](err); half && !answered {
		return bucket.Diagnosis{Cause: bucket.Passing, Advice: "the answer broke off: " + err.Error()}
	}
	if !answered {
		return bucket.Diagnosis{}
	}
	// of an object that is read, the client keeps the status alone
	said := fmt.Sprintf("%s (%d)", cmp.Or(answer.Message, http.StatusText(answer.Code)), answer.Code)
	switch answer.Code {
	case http.StatusPreconditionFailed:
		return bucket.Diagnosis{Cause: bucket.Changed}
	case http.StatusNotFound:
		return bucket.Diagnosis{Cause: bucket.Missing}
	case http.StatusUnauthorized:
		return final("the credentials are expired or not valid: " + said)
	case http.StatusForbidden:
		return final("access denied; grant roles/storage.objectViewer on the bucket: " + said)
	case http.StatusTooManyRequests, http.StatusRequestTimeout, http.StatusRequestedRangeNotSatisfiable: // the last: of an answer that had announced too much
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

// explain words an error of BigQuery for the reader, as a fault of the source.
// What is none of BigQuery's keeps its own words.
func (t *tableSource) explain(operation string, err error) error {
	if err == nil || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	if own, fromTaker := errors.AsType[ours](err); fromTaker {
		return own.error
	}
	answer, answered := errors.AsType[*googleapi.Error](err)
	if !answered {
		return bucket.Fault(fmt.Errorf("%s: %w", operation, err))
	}
	return bucket.Fault(&refusal{fmt.Sprintf("%s: %s: %s (%d %s)", operation, t.advice(answer), answer.Message, answer.Code, reasonOf(answer)), answer})
}

// refusal is an answer of BigQuery with what to do about it.
type refusal struct {
	text   string
	answer error
}

func (r *refusal) Error() string { return r.text }
func (r *refusal) Unwrap() error { return r.answer }

// reasonOf is BigQuery's own word for what went wrong.
func reasonOf(answer *googleapi.Error) string {
	if len(answer.Errors) == 0 {
		return ""
	}
	return answer.Errors[0].Reason
}

// advice says what to do about an answer. The reasons are listed in BigQuery's
// documentation, "Error messages".
func (t *tableSource) advice(answer *googleapi.Error) string {
	switch reason := reasonOf(answer); {
	case reason == "notFound":
		return "no such table, or it lies elsewhere; check table, and grant roles/bigquery.dataViewer on its dataset"
	case reason == "accessDenied":
		return "access denied; grant roles/bigquery.dataViewer on the dataset and roles/bigquery.jobUser on the project that runs the queries (job_project)"
	case reason == "bytesBilledLimitExceeded":
		return "it would read more than the run may; raise max_bytes_billed"
	case reason == "quotaExceeded":
		return "a quota of the project that runs the queries is used up; raise it, or set job_project to another project"
	case reason == "billingNotEnabled":
		return "the project that runs the queries has no billing; set job_project to one that has"
	case answer.Code == http.StatusUnauthorized:
		return "the credentials are expired or not valid"
	case answer.Code == http.StatusTooManyRequests || answer.Code >= http.StatusInternalServerError || reason == "rateLimitExceeded":
		return "BigQuery is overloaded; run again later"
	}
	return "BigQuery refused it"
}
