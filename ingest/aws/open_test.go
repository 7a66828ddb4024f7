package aws_test

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/costwarden/costwarden/ingest"
	"github.com/costwarden/costwarden/ingest/aws"
	"github.com/costwarden/costwarden/ingest/aws/s3test"
)

func TestOpenRefusesAWrongConfiguration(t *testing.T) {
	s3test.UseCredentials(t)
	for _, c := range []struct {
		name   string
		config aws.Config
		want   string
	}{
		{"nothing set", aws.Config{},
			"location is missing; set the folder above the export: s3://bucket/prefix or file:./folder\n" +
				"export is missing; set the export's name as Data Exports shows it"},
		{"an unknown scheme", aws.Config{Location: "gs://acme/exports", Export: "e"},
			`location "gs://acme/exports": want s3://bucket/prefix or file:./folder`},
		{"a path for a name", aws.Config{Location: "file:.", Export: "exports/acme"},
			`export "exports/acme": want the export's name alone; what comes before it belongs to location`},
		{"no region", aws.Config{Location: "s3://acme/exports", Export: "e"},
			"region is missing; set the bucket's region, such as eu-west-1 (S3-compatible servers mostly take us-east-1)"},
		{"an endpoint without a scheme", aws.Config{Location: "s3://acme", Export: "e", Endpoint: "minio:9000"},
			`endpoint "minio:9000": want an address such as https://s3.example.com`},
		{"an external id alone", aws.Config{Location: "s3://acme", Export: "e", ExternalID: "x"},
			"external_id is set without role_arn; set the role it belongs to"},
		{"a manifest by name", aws.Config{Location: "s3://acme", Export: "e", Manifest: "acme-Manifest.json"},
			`manifest "acme-Manifest.json": want none, for a copy that has no manifests, or leave it out`},
		{"an owner's name", aws.Config{Location: "s3://acme", Export: "e", BucketOwner: "acme"},
			`bucket_owner "acme": want the 12 digits of the account that owns the bucket, in quotes`},
		{"a folder whose requester pays", aws.Config{Location: "file:.", Export: "e", RequesterPays: true},
			"bucket_owner and requester_pays are for s3:// locations; leave them out"},
		{"a role's name", aws.Config{Location: "s3://acme", Export: "e", RoleARN: "costwarden"},
			`role_arn "costwarden": want arn:aws:iam::<account>:role/<name>`},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := aws.Open(t.Context(), "aws-payer", c.config)
			if want := "source aws-payer: " + c.want; err == nil || err.Error() != want {
				t.Errorf("got  %v\nwant %s", err, want)
			}
			if errors.Is(err, ingest.ErrSource) {
				t.Errorf("%v is the configuration's fault, not the source's", err)
			}
		})
	}
}

func TestOpenTakesTheRegionFromTheEnvironment(t *testing.T) {
	s3test.UseCredentials(t)
	t.Setenv("AWS_REGION", "eu-west-1")
	if _, err := aws.Open(t.Context(), "aws-payer", aws.Config{Location: "s3://acme", Export: "e"}); err != nil {
		t.Error(err)
	}
}

func TestOpenDoesNotTouchTheFolder(t *testing.T) {
	source, err := aws.Open(t.Context(), "aws-payer", aws.Config{Location: "file:./not/there", Export: "e"})
	if err != nil {
		t.Fatal(err)
	}
	_, err = source.Exports(t.Context())
	want := "source aws-payer: open file:./not/there: no such folder; check location, which is relative to the folder of costwarden.yaml"
	if err == nil || err.Error() != want || !errors.Is(err, ingest.ErrSource) {
		t.Errorf("got  %v\nwant %s", err, want)
	}
}

func TestTheRoleIsAssumedOnceWithItsExternalID(t *testing.T) {
	store := newS3Store(t)
	deliver(t, store, "2026-10", "a")
	asked := 0
	sts := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked++
		r.ParseForm()
		role, id := r.Form.Get("RoleArn"), r.Form.Get("ExternalId")
		if role != "arn:aws:iam::444455556666:role/costwarden" || id != "acme-7" {
			s3test.WriteError(w, http.StatusForbidden, "AccessDenied", "wrong role or id")
			return
		}
		fmt.Fprint(w, `<AssumeRoleResponse><AssumeRoleResult><Credentials>`+
			`<AccessKeyId>ASIAROLE</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken>`+
			`<Expiration>2999-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>`)
	}))
	t.Cleanup(sts.Close)
	t.Setenv("AWS_ENDPOINT_URL_STS", sts.URL)

	var signed string
	inner := store.Inner
	store.Inner = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		signed = r.Header.Get("Authorization")
		inner.ServeHTTP(w, r)
	})
	source := open(t, aws.Config{
		Location: "s3://acme-billing/exports", Export: "acme-focus", Region: "eu-west-1", Endpoint: store.URL, PathStyle: true,
		RoleARN: "arn:aws:iam::444455556666:role/costwarden", ExternalID: "acme-7",
	})
	fetchOnly(t, source)
	if asked != 1 || !strings.Contains(signed, "Credential=ASIAROLE/") {
		t.Errorf("role assumed %d times, last request signed by %s; want once, by ASIAROLE", asked, signed)
	}
}

func TestARoleThatIsRefused(t *testing.T) {
	s3test.UseCredentials(t)
	sts := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(http.StatusForbidden)
		fmt.Fprint(w, `<ErrorResponse><Error><Code>AccessDenied</Code><Message>User: arn:aws:iam::111122223333:user/x `+
			`is not authorized to perform: sts:AssumeRole</Message></Error></ErrorResponse>`)
	}))
	t.Cleanup(sts.Close)
	t.Setenv("AWS_ENDPOINT_URL_STS", sts.URL)
	source := open(t, aws.Config{Location: "s3://acme/exports", Export: "e", Region: "eu-west-1", RoleARN: "arn:aws:iam::444455556666:role/r"})
	_, err := source.Exports(t.Context())
	want := "source aws-payer: list s3://acme/exports/e/metadata/: assume the role arn:aws:iam::444455556666:role/r: access denied; " +
		"the role's trust policy must name this caller and its external id, and this caller needs sts:AssumeRole: " +
		"User: arn:aws:iam::111122223333:user/x is not authorized to perform: sts:AssumeRole (AccessDenied)"
	if err == nil || err.Error() != want || !errors.Is(err, ingest.ErrSource) {
		t.Errorf("got  %v\nwant %s", err, want)
	}
}

func TestNoCredentials(t *testing.T) {
	s3test.UseCredentials(t)
	t.Setenv("AWS_ACCESS_KEY_ID", "")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "")
	source := open(t, aws.Config{Location: "s3://acme/exports", Export: "e", Region: "eu-west-1"})
	_, err := source.Exports(t.Context())
	want := "source aws-payer: list s3://acme/exports/e/metadata/: no AWS credentials found; " +
		"set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or run where a role is attached"
	if err == nil || err.Error() != want || !errors.Is(err, ingest.ErrSource) {
		t.Errorf("got  %v\nwant %s", err, want)
	}
}

func TestEveryRequestNamesTheOwnerAndThePayer(t *testing.T) {
	store := newS3Store(t)
	deliver(t, store, "2026-10", "october")
	var requests int
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		requests++
		owner, payer := r.Header.Get("X-Amz-Expected-Bucket-Owner"), r.Header.Get("X-Amz-Request-Payer")
		if owner != "111122223333" || payer != "requester" {
			t.Errorf("%s %s: owner %q, payer %q", r.Method, r.URL, owner, payer)
		}
		if signed := r.Header.Get("Authorization"); !strings.Contains(signed, "x-amz-expected-bucket-owner") || !strings.Contains(signed, "x-amz-request-payer") {
			t.Errorf("%s %s: they are not signed: %s", r.Method, r.URL, signed)
		}
		store.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	source := open(t, aws.Config{
		Location: "s3://acme-billing/exports", Export: "acme-focus", Region: "eu-west-1", Endpoint: server.URL, PathStyle: true,
		BucketOwner: "111122223333", RequesterPays: true,
	})
	if got := fetchOnly(t, source); got != "october" || requests < 5 {
		t.Errorf("fetched %q in %d requests, want october in several", got, requests)
	}
}
