package aws_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/costwarden/costwarden/ingest"
	"github.com/costwarden/costwarden/ingest/aws/s3test"
	"github.com/costwarden/costwarden/ingest/bucket"
	"github.com/costwarden/costwarden/ingest/sourcetest"
	"github.com/johannesboyne/gofakes3"
)

func TestABrokenDownloadGoesOnWhereItBroke(t *testing.T) {
	store := newS3Store(t)
	deliver(t, store, "2026-10", strings.Repeat("0123456789", 100_000))
	source := store.source(t, "exports", "acme-focus")
	store.Arrange(&sourcetest.Fault{In: ".csv.gz", Times: 1, Happen: sourcetest.Shorten})
	fetchOnly(t, source)
	requests := store.Asked(".csv.gz")
	if len(requests) != 2 || !strings.HasSuffix(requests[1], "bytes=500000-") {
		t.Errorf("asked %q, want the second half alone the second time", requests)
	}
}

func TestABodyThatStallsIsGivenUp(t *testing.T) {
	store := newS3Store(t)
	deliver(t, store, "2026-10", "a,b")
	release := make(chan struct{})
	t.Cleanup(func() { close(release) })
	store.Arrange(&sourcetest.Fault{In: ".csv.gz", Times: 1, Before: func() { <-release }})
	if got := fetchOnly(t, store.source(t, "exports", "acme-focus")); got != "a,b" {
		t.Errorf("fetched %q, want a,b", got)
	}
}

const kmsKey = "arn:aws:kms:eu-west-1:111122223333:key/1a2b"

func TestFaultsThatStayAreTold(t *testing.T) {
	file, prefix := "exports/acme-focus/data/billing_period=2026-10/acme-focus-00001.csv.gz", "exports/acme-focus/metadata/"
	key, list := "/acme-billing/"+file, "GET /acme-billing"
	for _, c := range []struct {
		name, in, want string
		happen         sourcetest.Happening
		requests       int
	}{
		{"wrong secret", list, "source aws-payer: list {" + prefix + "}: wrong secret: the secret access key does not belong to the access key id (SignatureDoesNotMatch, request 4442587FB7D0A2F9)",
			s3test.Refuse(403, "SignatureDoesNotMatch", "The request signature we calculated does not match"), 1},
		{"unknown key id", list, "source aws-payer: list {" + prefix + "}: unknown access key id; check the credentials, and the endpoint they are for (InvalidAccessKeyId, request 4442587FB7D0A2F9)",
			s3test.Refuse(403, "InvalidAccessKeyId", "The AWS Access Key Id you provided does not exist"), 1},
		{"expired session", list, "source aws-payer: list {" + prefix + "}: the session token is expired or not valid; log in again (ExpiredToken, request 4442587FB7D0A2F9)",
			s3test.Refuse(400, "ExpiredToken", "The provided token has expired"), 1},
		{"listing denied", list, "source aws-payer: list {" + prefix + "}: access denied; allow s3:ListBucket on the bucket for this prefix (AccessDenied, request 4442587FB7D0A2F9)",
			s3test.Refuse(403, "AccessDenied", "Access Denied"), 1},
		{"no bucket", list, "source aws-payer: list {" + prefix + "}: no such bucket; check location and endpoint (NoSuchBucket, request 4442587FB7D0A2F9)",
			s3test.Refuse(404, "NoSuchBucket", "The specified bucket does not exist"), 1},
		{"another region", list, "source aws-payer: list {" + prefix + "}: the bucket is in another region; set region: eu-central-1 (PermanentRedirect, request 4442587FB7D0A2F9)",
			elsewhere, 1},
		{"reading denied", key, "source aws-payer: fetch 2026-10: read {" + file + "}: not readable or not there: access denied; allow s3:GetObject on the objects of this prefix (AccessDenied, request 4442587FB7D0A2F9)",
			s3test.Refuse(403, "AccessDenied", "Access Denied"), 1},
		{"key not allowed", key, "source aws-payer: fetch 2026-10: read {" + file + "}: the object is encrypted and its key may not be used; " +
			"allow kms:Decrypt in the role's policy and in the policy of the key: " +
			"User: arn:aws:iam::111122223333:user/x is not authorized to perform: kms:Decrypt on this resource (AccessDenied, request 4442587FB7D0A2F9)",
			s3test.Refuse(403, "AccessDenied", "User: arn:aws:iam::111122223333:user/x is not authorized to perform: kms:Decrypt on this resource"), 1},
		{"key that is disabled", key, "source aws-payer: fetch 2026-10: read {" + file + "}: the key that the object is encrypted with cannot be used by anyone; " +
			"enable it in KMS or cancel its deletion, or have the month delivered again: " + kmsKey + " is disabled. (KMS.DisabledException, request 4442587FB7D0A2F9)",
			s3test.Refuse(400, "KMS.DisabledException", kmsKey+" is disabled."), 1},
		{"key that is to be deleted", key, "source aws-payer: fetch 2026-10: read {" + file + "}: the key that the object is encrypted with cannot be used by anyone; " +
			"enable it in KMS or cancel its deletion, or have the month delivered again: " + kmsKey + " is pending deletion. (KMS.KMSInvalidStateException, request 4442587FB7D0A2F9)",
			s3test.Refuse(400, "KMS.KMSInvalidStateException", kmsKey+" is pending deletion."), 1},
		{"key of another account", key, "source aws-payer: fetch 2026-10: read {" + file + "}: the object is encrypted and its key may not be used; " +
			"allow kms:Decrypt in the role's policy and in the policy of the key: access to " + kmsKey + " is denied (KMS.AccessDeniedException, request 4442587FB7D0A2F9)",
			s3test.Refuse(400, "KMS.AccessDeniedException", "access to "+kmsKey+" is denied"), 1},
		{"archived", key, "source aws-payer: fetch 2026-10: read {" + file + "}: archived by a lifecycle rule; " +
			"restore the objects of this month in S3, or end the rule for this prefix (InvalidObjectState, request 4442587FB7D0A2F9)",
			s3test.Refuse(403, "InvalidObjectState", "The operation is not valid for the object's storage class"), 1},
		{"gone", key, "source aws-payer: fetch 2026-10: read {" + file + "}: not there",
			s3test.Refuse(404, "NoSuchKey", "The specified key does not exist."), 1},
		{"down for good", key, "source aws-payer: fetch 2026-10: read {" + file + "}: We encountered an internal error (InternalError, request 4442587FB7D0A2F9)",
			s3test.Refuse(500, "InternalError", "We encountered an internal error"), 4},
	} {
		t.Run(c.name, func(t *testing.T) {
			store := newS3Store(t)
			deliver(t, store, "2026-10", "a,b")
			source := store.source(t, "exports", "acme-focus")
			export := onlyExport(t, source)
			store.Arrange(&sourcetest.Fault{In: c.in, Times: 99, Happen: c.happen})
			_, err := source.Exports(t.Context())
			if c.in == key {
				_, err = source.Fetch(t.Context(), export, t.TempDir(), nil)
			}
			if want := urls(store, c.want); err == nil || err.Error() != want {
				t.Errorf("got  %v\nwant %s", err, want)
			}
			if !errors.Is(err, ingest.ErrSource) {
				t.Errorf("%v is no ErrSource", err)
			}
			if got := len(store.Asked(c.in)); got != c.requests {
				t.Errorf("%d requests, want %d", got, c.requests)
			}
		})
	}
}

func TestAMachineWhoseClockIsHoursOff(t *testing.T) {
	for _, ahead := range []time.Duration{5 * time.Hour, -5 * time.Hour} {
		store := &s3Store{s3test.NewServerAt(t, time.Now().Add(ahead), gofakes3.WithTimeSkewLimit(gofakes3.DefaultSkewLimit))}
		deliver(t, store, "2026-10", "a,b")
		store.Arrange(&sourcetest.Fault{In: "GET", Times: sourcetest.Always, Happen: misdate(ahead)})
		if got := fetchOnly(t, store.source(t, "exports", "acme-focus")); got != "a,b" {
			t.Errorf("fetched %q, want a,b", got)
		}
		if lists := store.Asked(manifestList); len(lists) < 2 || lists[0] != lists[1] {
			t.Errorf("asked %q; want the first request refused and made again", lists)
		}
	}
}

func TestAnEndpointThatDoesNotAnswer(t *testing.T) {
	store := newS3Store(t)
	store.URL = "http://127.0.0.1:1"
	_, err := store.source(t, "exports", "acme-focus").Exports(t.Context())
	if err == nil || !errors.Is(err, ingest.ErrSource) ||
		!strings.HasPrefix(err.Error(), "source aws-payer: list s3://acme-billing/exports/acme-focus/metadata/: no answer: ") ||
		!strings.HasSuffix(err.Error(), "; check region, endpoint and network") {
		t.Errorf("got %v, want: no answer; check region, endpoint and network", err)
	}
}

func TestAMonthDeliveredAnewWhileItIsReadIsReadAgain(t *testing.T) {
	store := newS3Store(t)
	deliver(t, store, "2026-10", "old", "old too")
	source := store.source(t, "exports", "acme-focus")
	export := onlyExport(t, source)
	store.Arrange(&sourcetest.Fault{In: "00001.csv.gz", Times: 1, Before: func() { deliver(t, store, "2026-10", "new", "new too") }})
	delivery, err := source.Fetch(t.Context(), export, t.TempDir(), nil)
	if err != nil || contents(t, delivery) != "new new too" {
		t.Errorf("got %q, %v; want the new delivery", contents(t, delivery), err)
	}
}

func TestAMonthDeliveredAnewAfterItsFilesWereReadIsReadAgain(t *testing.T) {
	store := newS3Store(t)
	deliver(t, store, "2026-10", "old")
	source := store.source(t, "exports", "acme-focus")
	export := onlyExport(t, source)
	deliverNew := func() {
		data := "exports/acme-focus/data/billing_period=2026-10/"
		store.put(t, data+"new.csv", "new")
		store.put(t, manifestKey("2026-10"), manifest(focus12, "s3://acme-billing/"+data+"new.csv"))
	}
	store.Arrange(&sourcetest.Fault{In: "00001.csv.gz", Times: 1, Before: deliverNew})
	delivery, err := source.Fetch(t.Context(), export, t.TempDir(), nil)
	if err != nil || contents(t, delivery) != "new" {
		t.Errorf("got %q, %v; want the new delivery", contents(t, delivery), err)
	}
}

func TestAMonthThatKeepsChangingIsGivenUp(t *testing.T) {
	store := newS3Store(t)
	deliver(t, store, "2026-10", "old")
	source := store.source(t, "exports", "acme-focus")
	export := onlyExport(t, source)
	version := "new"
	store.Arrange(&sourcetest.Fault{In: "00001.csv.gz", Times: 99, Before: func() {
		version += "er"
		deliver(t, store, "2026-10", version, version)
	}})
	_, err := source.Fetch(t.Context(), export, t.TempDir(), nil)
	want := "source aws-payer: fetch 2026-10: s3://acme-billing/" + manifestKey("2026-10") + ": changed while it was read, each time; run again later"
	if err == nil || err.Error() != want || !errors.Is(err, bucket.ErrChanged) {
		t.Errorf("got  %v\nwant %s", err, want)
	}
	if got := len(store.Asked("00001.csv.gz")); got != 3 {
		t.Errorf("read %d times, want 3", got)
	}
}

func TestAMonthHalfRewrittenIsHeldBack(t *testing.T) {
	store := newS3Store(t)
	deliver(t, store, "2026-10", "old", "old too")
	source, landing := store.source(t, "exports", "acme-focus"), t.TempDir()
	export := onlyExport(t, source)
	rewritten := "exports/acme-focus/data/billing_period=2026-10/acme-focus-00001.csv.gz"
	store.Arrange(&sourcetest.Fault{In: "00001.csv.gz", Times: 1, Before: func() { store.put(t, rewritten, "new") }})
	_, err := source.Fetch(t.Context(), export, landing, nil)
	want := "source aws-payer: fetch 2026-10: not delivered yet: read s3://acme-billing/" + rewritten +
		": changed while it was read, and its manifest is not written yet"
	if err == nil || err.Error() != want || !errors.Is(err, ingest.ErrNotDelivered) {
		t.Errorf("got  %v\nwant %s", err, want)
	}
	for _, entry := range mustReadDir(t, landing) {
		if content, _ := os.ReadFile(landing + "/" + entry.Name()); string(content) != "old too" {
			t.Errorf("%s holds %q", entry.Name(), content)
		}
	}
}

func TestAServerWithoutETags(t *testing.T) {
	store := newS3Store(t)
	deliver(t, store, "2026-10", "old")
	source := store.source(t, "exports", "acme-focus")
	store.Arrange(&sourcetest.Fault{In: "GET /acme-billing ", Times: 99, Happen: s3test.Relabel("")})
	old := versionOf(t, source)
	if got := fetchOnly(t, source); got != "old" {
		t.Errorf("fetched %q, want old", got)
	}
	deliver(t, store, "2026-10", "new")
	if versionOf(t, source) == old {
		t.Errorf("version %s for both deliveries", old)
	}
	export := onlyExport(t, source)
	store.Arrange(
		&sourcetest.Fault{In: "00001.csv.gz", Times: 1, Before: func() { deliver(t, store, "2026-10", "newest") }},
		&sourcetest.Fault{In: "GET /acme-billing ", Times: sourcetest.Always, Happen: s3test.Relabel("")})
	delivery, err := source.Fetch(t.Context(), export, t.TempDir(), nil)
	if err != nil || contents(t, delivery) != "newest" {
		t.Errorf("got %q, %v; want the newest delivery", contents(t, delivery), err)
	}
}

func TestSecretsAreNotTold(t *testing.T) {
	store := newS3Store(t)
	store.Arrange(&sourcetest.Fault{In: "GET", Times: 99, Happen: s3test.Refuse(418, "Teapot", "short and stout")})
	_, err := store.source(t, "exports", "acme-focus").Exports(t.Context())
	if err == nil || strings.Contains(err.Error(), "not-to-be-told") || strings.Contains(err.Error(), "AKIAEXAMPLE") {
		t.Errorf("got %v, want an error without credentials", err)
	}
}

func elsewhere(w http.ResponseWriter, answer *httptest.ResponseRecorder) {
	w.Header().Set("X-Amz-Bucket-Region", "eu-central-1")
	s3test.Refuse(301, "PermanentRedirect", "The bucket you are attempting to access must be addressed using the specified endpoint.")(w, answer)
}
