package reports

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/cenkalti/backoff/v5"
)

// Webhook posts alerts as JSON to an address, which is a secret: whoever has
// it can post. It is in no error.
type Webhook struct {
	name    string
	address string
	header  string // "Name: value", or empty
	client  *http.Client
	pause   time.Duration // before the second attempt; it grows from there
	longest time.Duration // the longest a receiver may ask to wait
}

// attempts is how often an alert is posted in one run before it is left to the next.
const attempts = 4

// NewWebhook returns a channel that posts to address, with a header such as
// "Authorization: Bearer ..." where header is not empty. What is wrong with
// either is Check's to say.
func NewWebhook(name, address, header string) *Webhook {
	return &Webhook{
		name:    name,
		address: strings.TrimSpace(address),
		header:  strings.TrimSpace(header),
		client: &http.Client{
			Timeout:       10 * time.Second,
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
		pause:   time.Second,
		longest: 30 * time.Second,
	}
}

// Name is the channel's name in costwarden.yaml.
func (w *Webhook) Name() string { return w.name }

// Check says what is wrong with the address and the header, without showing them.
func (w *Webhook) Check() error {
	var problems []error
	address, err := url.Parse(w.address)
	if err != nil || address.Host == "" || address.Scheme != "https" && address.Scheme != "http" {
		problems = append(problems, fmt.Errorf("channel %s: its address is no URL that begins with https:// or http://", w.name))
	}
	name, _, found := strings.Cut(w.header, ":")
	if w.header != "" && (!found || strings.ContainsAny(name, " \t") || strings.ContainsAny(w.header, "\r\n")) {
		problems = append(problems, fmt.Errorf("channel %s: its header is not of the form Name: value", w.name))
	}
	return errors.Join(problems...)
}

// Send posts the alert and tries again where the receiver cannot be reached,
// answers 429 or 5xx, waiting as long as it asks in Retry-After. Other answers
// than 2xx are final for this run, a redirect too: an alert is not carried on
// to an address nobody configured.
func (w *Webhook) Send(ctx context.Context, alert Alert) error {
	if err := w.Check(); err != nil {
		return err
	}
	pauses := backoff.NewExponentialBackOff()
	pauses.InitialInterval = w.pause
	post := func() (struct{}, error) { return struct{}{}, w.post(ctx, alert) }
	_, err := backoff.Retry(ctx, post, backoff.WithBackOff(pauses), backoff.WithMaxTries(attempts))
	return err
}

// post makes one attempt.
func (w *Webhook) post(ctx context.Context, alert Alert) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, w.address, bytes.NewReader(alert.Payload))
	if err != nil {
		return backoff.Permanent(withoutAddress(err))
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Idempotency-Key", idempotencyKey(alert))
	if name, value, found := strings.Cut(w.header, ":"); found {
		request.Header.Set(name, strings.TrimSpace(value))
	}
	response, err := w.client.Do(request)
	if err != nil {
		return withoutAddress(err)
	}
	defer response.Body.Close()
	const enough = 64 << 10 // read, so that the connection is kept for the next alert
	_, _ = io.CopyN(io.Discard, response.Body, enough)
	return w.judge(response)
}

// judge turns an answer into nil, an error to try again after, or a final one.
func (w *Webhook) judge(response *http.Response) error {
	code := response.StatusCode
	answer := fmt.Errorf("the receiver answered %d %s", code, http.StatusText(code))
	switch {
	case code >= 200 && code < 300:
		return nil
	case code >= 300 && code < 400:
		return backoff.Permanent(fmt.Errorf("%w; redirects are not followed, configure the final address", answer))
	case code == http.StatusTooManyRequests || code >= 500:
		return w.later(response, answer)
	}
	return backoff.Permanent(fmt.Errorf("%w: %w", answer, errRejected))
}

// later is the error to try again after, when the receiver says.
func (w *Webhook) later(response *http.Response, answer error) error {
	wait, asked := retryAfter(response)
	switch {
	case !asked:
		return answer
	case wait > w.longest:
		return backoff.Permanent(fmt.Errorf("%w and asked to wait %s, longer than this run waits", answer, wait))
	}
	return fmt.Errorf("%w: %w", answer, &backoff.RetryAfterError{Duration: wait})
}

// retryAfter reads how long a receiver asks to wait: seconds, or a date, which
// is compared with the answer's own.
func retryAfter(response *http.Response) (time.Duration, bool) {
	text := response.Header.Get("Retry-After")
	if seconds, err := strconv.Atoi(text); err == nil && seconds >= 0 {
		return time.Duration(seconds) * time.Second, true
	}
	until, err := http.ParseTime(text)
	if err != nil {
		return 0, false
	}
	answered, err := http.ParseTime(response.Header.Get("Date"))
	if err != nil {
		return 0, false
	}
	return max(0, until.Sub(answered)), true
}

// withoutAddress takes the address out of an error of net/http.
func withoutAddress(err error) error {
	var wrapped *url.Error
	if !errors.As(err, &wrapped) {
		return err
	}
	if wrapped.Timeout() {
		return errors.New("the receiver did not answer in time")
	}
	return wrapped.Err
}

// idempotencyKey lets a receiver drop a repeat: the hash of the alert's key.
func idempotencyKey(alert Alert) string {
	sum := sha256.Sum256([]byte(alert.Key))
	return hex.EncodeToString(sum[:])
}
