package bucket

import (
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"syscall"

	"github.com/costwarden/costwarden/ingest"
	"gocloud.dev/gcerrors"
)

// ErrChanged says that an object is no longer what was first seen: it was
// written again meanwhile.
var ErrChanged = errors.New("changed while it was read")

// ErrMissing says that there is no such object.
var ErrMissing = errors.New("not there")

// Cause is what an error means for the request that met it.
type Cause int

const (
	Final   Cause = iota // will not go away by itself
	Passing              // may be gone at the next attempt
	Changed              // the object is no longer what was first seen
	Missing              // there is no such object
)

// Diagnosis is what a provider's package reads out of an error.
type Diagnosis struct {
	Cause  Cause
	Advice string // what is wrong and what to do; empty: the error speaks for itself
}

// Error is a request that failed. It is an ingest.ErrSource, and ErrChanged or
// ErrMissing where it is that.
type Error struct {
	Operation string // list, look at, read
	URL       string // s3://bucket/key
	Diagnosis
	Err error // the SDK's error
}

// Error says the operation, the object and what to do about it.
func (e *Error) Error() string {
	if e.Advice != "" {
		return fmt.Sprintf("%s %s: %s", e.Operation, e.URL, e.Advice)
	}
	return fmt.Sprintf("%s %s: %v", e.Operation, e.URL, e.Err)
}

// Unwrap gives the sentinels that hold and the SDK's error.
func (e *Error) Unwrap() []error {
	switch e.Cause {
	case Changed:
		return []error{ingest.ErrSource, ErrChanged, e.Err}
	case Missing:
		return []error{ingest.ErrSource, ErrMissing, e.Err}
	default:
		return []error{ingest.ErrSource, e.Err}
	}
}

// Fault marks err as a fault of the source, an ingest.ErrSource, and leaves
// its words as they are.
func Fault(err error) error { return fault{err} }

type fault struct{ error }

func (f fault) Unwrap() []error { return []error{ingest.ErrSource, f.error} }

// failure words err for the reader; nil stays nil. What is no fault of the
// bucket, such as a full disk, keeps its own words.
func (b *Bucket) failure(operation, key string, err error) error {
	if err == nil || isLandingError(err) {
		return err
	}
	diagnosis := b.diagnose(err)
	if diagnosis.Advice == "" {
		switch diagnosis.Cause {
		case Changed:
			diagnosis.Advice = ErrChanged.Error()
		case Missing:
			diagnosis.Advice = ErrMissing.Error()
		}
	}
	return &Error{operation, b.URL(key), diagnosis, err}
}

// diagnose asks the provider's package first, then what is known of all.
func (b *Bucket) diagnose(err error) Diagnosis {
	if isLandingError(err) || isOver(err) {
		return Diagnosis{}
	}
	if _, untrusted := errors.AsType[*tls.CertificateVerificationError](err); untrusted {
		return Diagnosis{}
	}
	if b.cloud.Diagnose != nil {
		if diagnosis := b.cloud.Diagnose(err); diagnosis != (Diagnosis{}) {
			return diagnosis
		}
	}
	return Diagnosis{Cause: causeOf(err)}
}

func causeOf(err error) Cause {
	if errors.Is(err, ErrChanged) {
		return Changed
	}
	if errors.Is(err, ErrMissing) {
		return Missing
	}
	if isNetworkFault(err) {
		return Passing
	}
	switch gcerrors.Code(err) {
	case gcerrors.NotFound:
		return Missing
	case gcerrors.FailedPrecondition:
		return Changed
	case gcerrors.Internal, gcerrors.ResourceExhausted:
		return Passing
	}
	return Final
}

// isNetworkFault does not ask for a net.Error: every errno of the local disk
// is one too.
func isNetworkFault(err error) bool {
	for _, fault := range []error{errLength, errStalled, io.ErrUnexpectedEOF, syscall.ECONNRESET, syscall.EPIPE} {
		if errors.Is(err, fault) {
			return true
		}
	}
	_, connection := errors.AsType[*net.OpError](err)
	_, request := errors.AsType[*url.Error](err)
	return connection || request
}
