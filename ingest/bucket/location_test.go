package bucket_test

import (
	"testing"

	"github.com/costwarden/costwarden/ingest/bucket"
)

func TestParseLocation(t *testing.T) {
	for _, c := range []struct {
		location string
		want     bucket.Location
	}{
		{"s3://acme-billing/exports", bucket.Location{Scheme: "s3", Bucket: "acme-billing", Prefix: "exports"}},
		{"s3://acme-billing/a/b/", bucket.Location{Scheme: "s3", Bucket: "acme-billing", Prefix: "a/b"}},
		{"s3://acme-billing", bucket.Location{Scheme: "s3", Bucket: "acme-billing"}},
		{"s3://acme-billing/", bucket.Location{Scheme: "s3", Bucket: "acme-billing"}},
		{"s3://acme-billing/50%?#", bucket.Location{Scheme: "s3", Bucket: "acme-billing", Prefix: "50%?#"}},
		{"file:./bucket/exports", bucket.Location{Scheme: "file", Bucket: "./bucket/exports"}},
		{"file:/srv/exports", bucket.Location{Scheme: "file", Bucket: "/srv/exports"}},
		{"file:///srv/exports", bucket.Location{Scheme: "file", Bucket: "/srv/exports"}},
	} {
		got, err := bucket.ParseLocation(c.location, "s3", "file")
		if err != nil || got != c.want {
			t.Errorf("%s: got %+v, %v; want %+v", c.location, got, err, c.want)
		}
	}
}

func TestParseLocationRefuses(t *testing.T) {
	for location, want := range map[string]string{
		"gs://acme/exports":  `location "gs://acme/exports": want s3://bucket/prefix or file:./folder`,
		"./exports":          `location "./exports": want s3://bucket/prefix or file:./folder`,
		"s3:acme/exports":    `location "s3:acme/exports": names no bucket; want s3://bucket/prefix`,
		"s3:///exports":      `location "s3:///exports": names no bucket; want s3://bucket/prefix`,
		"file:":              `location "file:": want file:./folder or file:/folder`,
		"file://exports/aws": `location "file://exports/aws": want file:./folder or file:/folder`,
	} {
		_, err := bucket.ParseLocation(location, "s3", "file")
		if err == nil || err.Error() != want {
			t.Errorf("got  %v\nwant %s", err, want)
		}
	}
}
