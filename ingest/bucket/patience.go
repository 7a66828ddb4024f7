package bucket

import (
	"context"
	"errors"
	"time"

	"github.com/cenkalti/backoff/v5"
)

// Patience says how long a request is tried.
type Patience struct {
	Tries uint          // attempts in all
	Pause time.Duration // before the second attempt; doubles each time, give or take half
	Stall time.Duration // how long an answer may send nothing; a listing comes as one piece
}

// DefaultPatience gives a request up after about 15 seconds of faults: a
// throttled bucket has recovered by then, and a wrong endpoint is told while
// its reader still looks.
var DefaultPatience = Patience{Tries: 6, Pause: 500 * time.Millisecond, Stall: time.Minute}

// retry makes a request until it succeeds, fails for good, or patience ends.
// Its error is an *Error, or the context's own.
func retry[T any](ctx context.Context, b *Bucket, operation, key string, request func() (T, error)) (T, error) {
	pause := backoff.NewExponentialBackOff()
	pause.InitialInterval = b.Patience.Pause
	pause.Multiplier = 2
	answer, err := backoff.Retry(ctx, func() (T, error) {
		answer, err := request()
		if err != nil && b.diagnose(err).Cause != Passing {
			return answer, backoff.Permanent(err)
		}
		return answer, err
	}, backoff.WithBackOff(pause), backoff.WithMaxTries(b.Patience.Tries), backoff.WithMaxElapsedTime(0))
	if permanent := (*backoff.PermanentError)(nil); errors.As(err, &permanent) {
		err = permanent.Unwrap()
	}
	if err != nil && ctx.Err() != nil {
		return answer, ctx.Err()
	}
	return answer, b.failure(operation, key, err)
}
