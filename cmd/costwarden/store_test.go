package main

import (
	"bytes"
	"fmt"
	"hash/crc32"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path"
	"strings"
	"testing"
	"time"

	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"

	"github.com/costwarden/costwarden/ingest/focus"
)

const (
	storedKey  = "snowfall/2026-10.csv"
	storedBill = "BilledCost,ProviderName\n1,Snowfall\n"
)

// s3Server is an S3 server that holds one bill.
func s3Server(t *testing.T) http.Handler {
	t.Helper()
	backend := s3mem.New()
	if err := backend.CreateBucket("acme-bills"); err != nil {
		t.Fatal(err)
	}
	if _, err := backend.PutObject("acme-bills", storedKey, nil, bytes.NewReader([]byte(storedBill)), int64(len(storedBill)), nil); err != nil {
		t.Fatal(err)
	}
	return gofakes3.New(backend).Server()
}

// storedAt is when the bill was written, as HTTP says it.
var storedAt = time.Date(2026, 11, 1, 6, 0, 0, 0, time.UTC)

// azureServer answers as the Blob service does, for a container with one bill.
func azureServer(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Last-Modified", storedAt.Format(http.TimeFormat))
	if r.URL.Query().Get("comp") == "list" {
		fmt.Fprintf(w, `<?xml version="1.0" encoding="utf-8"?><EnumerationResults><Blobs><Blob><Name>%s</Name><Properties>`+
			`<Last-Modified>%s</Last-Modified><Etag>0x8D1</Etag><Content-Length>%d</Content-Length></Properties></Blob></Blobs><NextMarker/></EnumerationResults>`,
			storedKey, storedAt.Format(http.TimeFormat), len(storedBill))
		return
	}
	if r.URL.Path != "/acmebills/bills/"+storedKey {
		w.WriteHeader(http.StatusNotFound)
		return
	}
	w.Header().Set("ETag", `"0x8D1"`)
	fmt.Fprint(w, storedBill)
}

// googleServer answers as the JSON API of Cloud Storage does, for a bucket with
// one bill.
func googleServer(w http.ResponseWriter, r *http.Request) {
	if path.Base(r.URL.Path) == "o" {
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprintf(w, `{"items":[{"bucket":"acme-bills","name":%q,"size":"%d","generation":"7","updated":%q}]}`,
			storedKey, len(storedBill), storedAt.Format(time.RFC3339))
		return
	}
	if !strings.HasSuffix(r.URL.EscapedPath(), url.PathEscape(storedKey)) {
		w.WriteHeader(http.StatusNotFound)
		return
	}
	w.Header().Set("X-Goog-Generation", "7")
	w.Header().Set("X-Goog-Hash", fmt.Sprintf("crc32c=%08x", crc32.Checksum([]byte(storedBill), crc32.MakeTable(crc32.Castagnoli))))
	fmt.Fprint(w, storedBill)
}

func TestFocusFilesAreReadFromEveryStore(t *testing.T) {
	for name, value := range map[string]string{
		"AWS_ACCESS_KEY_ID": "AKIAEXAMPLE", "AWS_SECRET_ACCESS_KEY": "not-to-be-told", "AWS_EC2_METADATA_DISABLED": "true",
		"AWS_CONFIG_FILE": os.DevNull, "AWS_SHARED_CREDENTIALS_FILE": os.DevNull, "BILLS_SAS": "sv=2026-01-01&sig=c2ln",
	} {
		t.Setenv(name, value)
	}
	for _, store := range []struct {
		name   string
		server http.Handler
		config func(endpoint string) focus.Config
	}{
		{"s3", s3Server(t), func(endpoint string) focus.Config {
			return focus.Config{Location: "s3://acme-bills/snowfall", Region: "eu-west-1", Endpoint: endpoint, PathStyle: true}
		}},
		{"azblob", http.HandlerFunc(azureServer), func(endpoint string) focus.Config {
			return focus.Config{Location: "azblob://acmebills/bills/snowfall", Endpoint: endpoint + "/acmebills", SASEnv: "BILLS_SAS"}
		}},
		{"gs", http.HandlerFunc(googleServer), func(endpoint string) focus.Config {
			return focus.Config{Location: "gs://acme-bills/snowfall/", Endpoint: endpoint + "/storage/v1/"}
		}},
	} {
		t.Run(store.name, func(t *testing.T) {
			server := httptest.NewServer(store.server)
			t.Cleanup(server.Close)
			config := store.config(server.URL)
			if problems := validateFocus(config); len(problems) > 0 {
				t.Fatal(problems)
			}
			source, err := focus.Open(t.Context(), "snowfall", config, openStore)
			if err != nil {
				t.Fatal(err)
			}
			exports, err := source.Exports(t.Context())
			if err != nil || len(exports) != 1 || exports[0].Slice != "2026-10" {
				t.Fatalf("got %v, %v; want the month 2026-10", exports, err)
			}
			delivery, err := source.Fetch(t.Context(), exports[0], t.TempDir(), nil)
			if err != nil || len(delivery.Files) != 1 || delivery.Format != "focus_1_0" {
				t.Fatalf("got %+v, %v; want the one file", delivery, err)
			}
			if got, err := os.ReadFile(delivery.Files[0].Path); err != nil || string(got) != storedBill {
				t.Errorf("got %q, %v", got, err)
			}
		})
	}
}

func TestKeysOfAnotherStoreAreRefused(t *testing.T) {
	for want, config := range map[string]focus.Config{
		"sas_env: for azblob:// locations; leave it out":                                                   {Location: "s3://acme-bills", SASEnv: "BILLS_SAS"},
		"region, role_arn: for s3:// locations; leave it out":                                              {Location: "gs://acme-bills", Region: "eu-west-1", RoleARN: "arn:aws:iam::1:role/x"},
		"credentials_file: for gs:// locations; leave it out":                                              {Location: "file:./bills", CredentialsFile: "key.json"},
		"endpoint: for locations in an object store; leave it out":                                         {Location: "file:./bills", Endpoint: "https://s3.example.com"},
		"external_id is set without role_arn; set the role it belongs to":                                  {Location: "s3://acme-bills", ExternalID: "x"},
		"sas_env and key_env are several ways to sign in; keep one":                                        {Location: "azblob://acmebills/bills", SASEnv: "A", KeyEnv: "B"},
		`location "azblob://acmebills": "" is no container's name; want azblob://account/container/prefix`: {Location: "azblob://acmebills"},
	} {
		if problems := validateFocus(config); len(problems) != 1 || problems[0].Error() != want {
			t.Errorf("got  %v\nwant %s", problems, want)
		}
	}
}
