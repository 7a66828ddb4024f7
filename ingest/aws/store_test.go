package aws_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/costwarden/costwarden/ingest"
	"github.com/costwarden/costwarden/ingest/aws"
	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"
)

// store is a bucket that a test puts deliveries in. Each put is a minute later
// than the one before; a server may put while it answers, so a failed put does
// not end the test.
type store interface {
	put(t *testing.T, key, content string)
	source(t *testing.T, prefix, export string) ingest.Source
	url(key string) string
}

// eachStore runs test on a folder and on S3: it is the same code and must be
// the same behaviour.
func eachStore(t *testing.T, test func(t *testing.T, store store)) {
	t.Run("folder", func(t *testing.T) { test(t, &folderStore{dir: t.TempDir(), clock: firstDelivery}) })
	t.Run("s3", func(t *testing.T) { test(t, newS3Store(t)) })
}

var firstDelivery = time.Date(2026, 11, 1, 6, 0, 0, 0, time.UTC)

type folderStore struct {
	dir   string
	clock time.Time
}

func (f *folderStore) put(t *testing.T, key, content string) {
	t.Helper()
	path := filepath.Join(f.dir, filepath.FromSlash(key))
	f.clock = f.clock.Add(time.Minute)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Error(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		t.Error(err)
	}
	if err := os.Chtimes(path, f.clock, f.clock); err != nil {
		t.Error(err)
	}
}

func (f *folderStore) source(t *testing.T, prefix, export string) ingest.Source {
	t.Helper()
	return open(t, aws.Config{Location: "file:" + filepath.Join(f.dir, prefix), Export: export})
}

func (f *folderStore) url(key string) string { return "file:" + f.dir + "/" + key }

// s3Store is an S3 server in this process behind a front door.
type s3Store struct {
	backend  gofakes3.Backend
	clock    gofakes3.TimeSourceAdvancer
	door     *frontDoor
	endpoint string
}

func newS3Store(t *testing.T) *s3Store {
	t.Helper()
	return newS3StoreAt(t, firstDelivery, gofakes3.WithTimeSkewLimit(0))
}

// newS3StoreAt is an S3 server whose clock stands at now and which option tells
// how near to it requests must be signed.
func newS3StoreAt(t *testing.T, now time.Time, option gofakes3.Option) *s3Store {
	t.Helper()
	clock := gofakes3.FixedTimeSource(now)
	backend := s3mem.New(s3mem.WithTimeSource(clock))
	if err := backend.CreateBucket("acme-billing"); err != nil {
		t.Fatal(err)
	}
	fake := gofakes3.New(backend, gofakes3.WithTimeSource(clock), option).Server()
	door := &frontDoor{inner: pinned{fake}}
	server := httptest.NewServer(door)
	t.Cleanup(server.Close)
	withCredentials(t)
	return &s3Store{backend: backend, clock: clock, door: door, endpoint: server.URL}
}

// withCredentials keeps the machine's own AWS configuration out of a test.
func withCredentials(t *testing.T) {
	t.Helper()
	for name, value := range map[string]string{
		"AWS_ACCESS_KEY_ID": "AKIAEXAMPLE", "AWS_SECRET_ACCESS_KEY": "not-to-be-told", "AWS_SESSION_TOKEN": "",
		"AWS_PROFILE": "", "AWS_REGION": "", "AWS_DEFAULT_REGION": "",
		"AWS_CONFIG_FILE": os.DevNull, "AWS_SHARED_CREDENTIALS_FILE": os.DevNull, "AWS_EC2_METADATA_DISABLED": "true",
	} {
		t.Setenv(name, value)
	}
}

func (s *s3Store) put(t *testing.T, key, content string) {
	t.Helper()
	s.clock.Advance(time.Minute)
	written := map[string]string{"Last-Modified": s.clock.Now().UTC().Format(http.TimeFormat)}
	_, err := s.backend.PutObject("acme-billing", key, written, bytes.NewReader([]byte(content)), int64(len(content)), nil)
	if err != nil {
		t.Error(err)
	}
}

func (s *s3Store) source(t *testing.T, prefix, export string) ingest.Source {
	t.Helper()
	return open(t, aws.Config{
		Location: "s3://acme-billing/" + prefix, Export: export,
		Region: "eu-west-1", Endpoint: s.endpoint, PathStyle: true,
	})
}

func (s *s3Store) url(key string) string { return "s3://acme-billing/" + key }

func open(t *testing.T, config aws.Config) ingest.Source {
	t.Helper()
	source, err := aws.Open(t.Context(), "aws-payer", config)
	if err != nil {
		t.Fatal(err)
	}
	aws.Hasten(source)
	return source
}

var executions int

// manifest writes what Data Exports writes beside a month's files, as observed
// in a real bucket: an execution id of its own each time, addresses in
// dataFiles, no period, no sizes.
func manifest(columns string, files ...string) string {
	type column struct {
		Name string `json:"name"`
		Type string `json:"type"`
	}
	var typed []column
	for name := range strings.FieldsSeq(columns) {
		typed = append(typed, column{name, "string"})
	}
	if files == nil {
		files = []string{}
	}
	executions++
	content, _ := json.Marshal(map[string]any{
		"executionId":           fmt.Sprintf("0c1f5a2e-0000-4000-8000-%012d", executions),
		"exportArn":             "arn:aws:bcm-data-exports:us-east-1:111122223333:export/acme-focus-1",
		"columns":               typed,
		"dataFiles":             files,
		"additionalOutputFiles": []string{},
	})
	return string(content)
}

const focus12 = "BilledCost EffectiveCost InvoiceId SkuMeter Tags x_Operation"

// deliver puts a month of acme-focus, overwritten in place, into store: each
// content is a file. No request comes in between.
func deliver(t *testing.T, store store, month string, contents ...string) {
	t.Helper()
	if s3, is := store.(*s3Store); is {
		s3.door.still.Lock()
		defer s3.door.still.Unlock()
	}
	var files []string
	for i, content := range contents {
		key := "exports/acme-focus/data/billing_period=" + month + fmt.Sprintf("/acme-focus-%05d.csv.gz", i+1)
		store.put(t, key, content)
		files = append(files, "s3://acme-billing/"+key)
	}
	store.put(t, manifestKey(month), manifest(focus12, files...))
}

func manifestKey(month string) string {
	return "exports/acme-focus/metadata/billing_period=" + month + "/acme-focus-Manifest.json"
}
