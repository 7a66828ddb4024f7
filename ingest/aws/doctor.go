package aws

import (
	"context"
	"fmt"
	"path"
	"strings"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/costwarden/costwarden/ingest"
	"github.com/costwarden/costwarden/ingest/bucket"
)

// Examine lists the export, reads the newest month's manifest and the first
// bytes of one of the files that it names.
func (s *source) Examine(ctx context.Context, tell func(ingest.Step)) ingest.Examination {
	e := ingest.Examination{Daily: true, Bill: path.Join(s.location.Bucket, s.location.Prefix, s.export)}
	b, err := s.open()
	if err != nil {
		tell(ingest.Step{Name: "open", Err: err})
		return e
	}
	defer b.Close()
	if !b.TellIdentity(ctx, tell) {
		return e
	}
	e.Exports, err = s.exports(ctx)
	if err == nil && len(e.Exports) == 0 {
		err = bucket.Fault(fmt.Errorf("export %s has no months yet; wait for its first delivery", s.export))
	}
	tell(ingest.Step{Name: "list", Found: ingest.MonthsText(e.Exports) + " in " + b.URL(s.layouts()[0].root), Err: err})
	if err != nil {
		return e
	}
	newest := e.Exports[len(e.Exports)-1]
	objects, found, err := s.read(ctx, b, newest)
	tell(ingest.Step{Name: "manifest", Found: newest.Slice + " " + found, Err: err})
	if err == nil {
		b.TellFile(ctx, objects, tell)
	}
	return e
}

// read finds the files of export by its manifest, or without one by its
// folder, and says what they are.
func (s *source) read(ctx context.Context, b *bucket.Bucket, export ingest.Export) ([]bucket.Object, string, error) {
	if s.bare {
		return s.readBare(ctx, b, export)
	}
	manifest, err := b.Look(ctx, export.Ref)
	if err != nil {
		return nil, "", err
	}
	content, err := b.Read(ctx, manifest)
	if err != nil {
		return nil, "", err
	}
	c, err := s.contents(content, manifest.Key, export.Period, b.URL(manifest.Key))
	if err != nil {
		return nil, "", err
	}
	objects, err := lookAll(ctx, b, c.keys, b.URL(manifest.Key))
	return objects, bucket.Describe(c.format, c.encoding, objects), err
}

func (s *source) readBare(ctx context.Context, b *bucket.Bucket, export ingest.Export) ([]bucket.Object, string, error) {
	objects, where, err := partition(ctx, b, export)
	if err != nil {
		return nil, "", err
	}
	var keys []string
	for _, object := range objects {
		keys = append(keys, object.Key)
	}
	encoding, err := encodingOf(keys, exportFiles)
	if err != nil {
		return nil, "", bucket.Fault(fmt.Errorf("folder %s %w", where, err))
	}
	columns, err := b.Columns(ctx, bucket.Smallest(objects), encoding)
	if err != nil {
		return nil, "", err
	}
	if columns == nil {
		return objects, bucket.Describe("recognised when it is loaded", encoding, objects) + "; " + unverified, nil
	}
	format, err := formatOf(columns, where)
	return objects, bucket.Describe(format, encoding, objects) + "; " + unverified, err
}

// politely is how long AWS is asked for a name: a network may lead to S3 and
// nowhere else.
const politely = 5 * time.Second

// identity asks AWS whose credentials they are, which needs no permission. For
// another endpoint than AWS's there is nobody to ask.
func (c Config) identity(config sdk.Config) func(context.Context) (bucket.Identity, error) {
	return func(ctx context.Context) (bucket.Identity, error) {
		credentials, err := config.Credentials.Retrieve(ctx)
		if err != nil {
			return bucket.Identity{}, err
		}
		who := bucket.Identity{Name: "credentials of " + origin(credentials.Source)}
		if c.Endpoint != "" {
			return who, nil
		}
		ctx, cancel := context.WithTimeout(ctx, politely)
		defer cancel()
		asked := sts.NewFromConfig(config, func(o *sts.Options) { o.Retryer = sdk.NopRetryer{} })
		if answer, err := asked.GetCallerIdentity(ctx, nil); err == nil {
			who.Name = sdk.ToString(answer.Arn)
		}
		return who, nil // what the bucket says to these credentials is what counts
	}
}

// origin says where the SDK found credentials.
func origin(source string) string {
	switch kind, file, _ := strings.Cut(source, ": "); kind {
	case "EnvConfigCredentials":
		return "the environment"
	case "SharedConfigCredentials":
		return "a profile in " + file
	default:
		return source
	}
}
