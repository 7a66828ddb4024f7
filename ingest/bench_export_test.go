//go:build bench

package ingest_test

import (
	"context"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/costwarden/costwarden/fixtures"
	azurebill "github.com/costwarden/costwarden/fixtures/azure"
	gcpbill "github.com/costwarden/costwarden/fixtures/gcp"
	"github.com/costwarden/costwarden/ingest"
	"github.com/costwarden/costwarden/ingest/aws"
	"github.com/costwarden/costwarden/ingest/azure"
	"github.com/costwarden/costwarden/ingest/gcp"
)

// measuredCloud is one provider's part of the sample company, as it is measured.
type measuredCloud struct {
	exports func() []string
	write   func(ctx context.Context, dir string, rows int64, exports []string) error
	open    func(ctx context.Context, dir, export string) (ingest.Source, error)
}

var measured = []measuredCloud{
	{func() []string { return slices.Sorted(maps.Keys(awsFormats())) }, writeAWS, openAWS},
	{func() []string { return slices.Clone(azureRoots) }, writeAzure, openAzure},
	{func() []string { return slices.Sorted(maps.Keys(gcpFormats)) }, writeGCP, openGCP},
}

// chosen are the exports asked for.
func chosen(t *testing.T) []string {
	t.Helper()
	var known []string
	for _, cloud := range measured {
		known = append(known, cloud.exports()...)
	}
	if *benchExports == "all" {
		return known
	}
	exports := strings.Split(*benchExports, ",")
	for _, export := range exports {
		if !slices.Contains(known, export) {
			t.Fatalf("no export %s; want all, or some of %s", export, strings.Join(known, ","))
		}
	}
	return exports
}

// opened opens an export of the sample company in dir.
func opened(t *testing.T, dir, export string) ingest.Source {
	t.Helper()
	i := slices.IndexFunc(measured, func(c measuredCloud) bool { return slices.Contains(c.exports(), export) })
	source, err := measured[i].open(t.Context(), dir, export)
	if err != nil {
		t.Fatal(err)
	}
	return source
}

// awsFormats are the formats of the exports of AWS, by their names, but for
// zip, which bare DuckDB cannot read.
func awsFormats() map[string]fixtures.Format {
	named := map[string]fixtures.Format{}
	for _, exports := range []map[fixtures.Format]string{fixtures.Exports(), fixtures.OlderExports()} {
		for format, name := range exports {
			if format != fixtures.LegacyZip {
				named[name] = format
			}
		}
	}
	return named
}

func writeAWS(ctx context.Context, dir string, rows int64, exports []string) error {
	options, known := fixtures.Options{Rows: rows}, awsFormats()
	for _, export := range exports {
		options.Formats = append(options.Formats, known[export])
	}
	_, err := fixtures.Write(ctx, dir, options)
	return err
}

func openAWS(ctx context.Context, dir, export string) (ingest.Source, error) {
	return aws.Open(ctx, "bench", aws.Config{Location: "file:" + filepath.Join(dir, "bucket", "exports"), Export: export})
}

// azureRoots are the root folders of the enrolment's exports that are measured:
// FOCUS in Parquet, and a native pair in gzip CSV.
var azureRoots = []string{"focus-ea", "cost-ea"}

func writeAzure(ctx context.Context, dir string, rows int64, exports []string) error {
	_, err := azurebill.Write(ctx, dir, azurebill.Options{Rows: rows, Exports: exports})
	return err
}

func openAzure(ctx context.Context, dir, export string) (ingest.Source, error) {
	return azure.Open(ctx, "bench", azure.Config{Location: "file:" + filepath.Join(dir, "azure", "exports", export)})
}

// gcpFormats are the exported files of Google's detailed table.
var gcpFormats = map[string]gcpbill.Format{"gcp-detailed": gcpbill.DetailedParquet, "gcp-detailed-json": gcpbill.DetailedJSON}

func writeGCP(ctx context.Context, dir string, rows int64, exports []string) error {
	options := gcpbill.Options{Rows: rows}
	for _, export := range exports {
		options.Formats = append(options.Formats, gcpFormats[export])
	}
	_, err := gcpbill.Write(ctx, dir, options)
	return err
}

func openGCP(ctx context.Context, dir, export string) (ingest.Source, error) {
	location := "file:" + filepath.Join(dir, "gcp", "files", strings.TrimPrefix(export, "gcp-"))
	return gcp.Open(ctx, "bench", gcp.Config{Location: location}, ingest.Place{Folder: filepath.Join(dir, "partitions")})
}
