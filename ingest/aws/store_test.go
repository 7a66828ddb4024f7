package aws_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/costwarden/costwarden/ingest"
	"github.com/costwarden/costwarden/ingest/aws"
	"github.com/costwarden/costwarden/ingest/aws/s3test"
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
	t.Run("folder", func(t *testing.T) { test(t, &folderStore{dir: t.TempDir(), clock: s3test.FirstDelivery}) })
	t.Run("s3", func(t *testing.T) { test(t, newS3Store(t)) })
}

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

// s3Store is an S3 server in this process.
type s3Store struct{ *s3test.Server }

func newS3Store(t *testing.T) *s3Store {
	t.Helper()
	return &s3Store{s3test.NewServer(t)}
}

func (s *s3Store) put(t *testing.T, key, content string) {
	t.Helper()
	s.Put(t, key, content)
}

func (s *s3Store) source(t *testing.T, prefix, export string) ingest.Source {
	t.Helper()
	return open(t, aws.Config{
		Location: "s3://acme-billing/" + prefix, Export: export,
		Region: "eu-west-1", Endpoint: s.URL, PathStyle: true,
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
		s3.AtOnce(func() { put(t, store, month, contents...) })
		return
	}
	put(t, store, month, contents...)
}

// put is deliver, with requests in between.
func put(t *testing.T, store store, month string, contents ...string) {
	t.Helper()
	var files []string
	for i, content := range contents {
		key := fileKey(month, i+1)
		store.put(t, key, content)
		files = append(files, "s3://acme-billing/"+key)
	}
	store.put(t, manifestKey(month), manifest(focus12, files...))
}

func manifestKey(month string) string {
	return "exports/acme-focus/metadata/billing_period=" + month + "/acme-focus-Manifest.json"
}
