package azure

import (
	"context"
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/costwarden/costwarden/ingest/bucket"
	"golang.org/x/sync/errgroup"
)

// found is what lies below the location: the runs, and what was passed over.
type found struct {
	runs   []run
	files  map[string]bucket.Object // all blobs, by key
	passed []string                 // what was not read, and why
}

// restarts is how often the location is listed again, when a run that was
// listed has been replaced before it was read.
const restarts = 2

// discover lists the location and reads the manifests that are new to s.
func (s *source) discover(ctx context.Context, b *bucket.Bucket) (found, error) {
	f, err := s.discoverOnce(ctx, b)
	for restart := 0; restart < restarts && isReplaced(err); restart++ {
		f, err = s.discoverOnce(ctx, b)
	}
	return f, err
}

// isReplaced reports whether err comes of a run that was replaced meanwhile.
func isReplaced(err error) bool {
	return errors.Is(err, bucket.ErrChanged) || errors.Is(err, bucket.ErrMissing)
}

func (s *source) discoverOnce(ctx context.Context, b *bucket.Bucket) (found, error) {
	listed, err := b.List(ctx, s.place.prefix)
	if err != nil {
		return found{}, err
	}
	f := found{files: map[string]bucket.Object{}}
	var manifests []bucket.Object
	for _, object := range listed {
		f.files[object.Key] = object
		switch {
		case !isManifest(object.Key):
		case !isAddressable(object.Key):
			f.passed = append(f.passed, fmt.Sprintf("%s has %s in its name, and is not read", b.URL(object.Key), strange))
		default:
			manifests = append(manifests, object)
		}
	}
	contents, err := s.readNew(ctx, b, manifests)
	if err != nil {
		return found{}, err
	}
	for _, object := range manifests {
		f.take(s, b, object, contents[object.Key])
	}
	if len(f.runs) == 0 {
		return f, s.nothing(b, listed, f.passed)
	}
	return f, nil
}

// readNew reads those of manifests that were not read before, several at once.
func (s *source) readNew(ctx context.Context, b *bucket.Bucket, manifests []bucket.Object) (map[string][]byte, error) {
	contents := make([][]byte, len(manifests))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(8)
	for i, object := range manifests {
		if _, known := s.read[identityOf(object)]; known {
			continue
		}
		group.Go(func() (err error) {
			contents[i], err = b.Read(ctx, object)
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	read := map[string][]byte{}
	for i, object := range manifests {
		read[object.Key] = contents[i]
	}
	return read, nil
}

func identityOf(object bucket.Object) string { return object.Key + " " + object.Version() }

// take adds the run of the manifest at object, or says why it is none.
func (f *found) take(s *source, b *bucket.Bucket, object bucket.Object, content []byte) {
	r, known := s.read[identityOf(object)]
	if !known {
		var err error
		if r, err = parseRun(content, object); err != nil {
			f.passed = append(f.passed, fmt.Sprintf("%s %v", b.URL(object.Key), err))
			return
		}
		r.where = b.URL(object.Key)
		s.read[identityOf(object)] = r
	}
	if !r.dataset.isRead() {
		f.passed = append(f.passed, fmt.Sprintf("export %s is of %s, which is not read", r.export, r.dataset))
		return
	}
	f.runs = append(f.runs, r)
}

// strange are characters that package blob writes in another way than Azure
// does, so that a blob with one of them in its name is never found.
const strange = `one of the characters " # % ?`

func isAddressable(key string) bool { return !strings.ContainsAny(key, `"#%?`) }

// few are the first of texts, enough for a message, and how many more there are.
func few(texts []string) []string {
	const enough = 3
	if len(texts) <= enough {
		return texts
	}
	return append(slices.Clone(texts[:enough]), fmt.Sprintf("and %d more", len(texts)-enough))
}

var errNothing = errors.New("nothing is there")

// nothing says what is there instead of a run.
func (s *source) nothing(b *bucket.Bucket, listed []bucket.Object, passed []string) error {
	where := b.URL(s.place.prefix)
	switch {
	case len(listed) == 0:
		return bucket.Fault(fmt.Errorf("%w: in %s; check location, or wait for the export's first run", errNothing, where))
	case len(passed) > 0:
		return bucket.Fault(fmt.Errorf("no bill is in %s: %s; export FocusCost, or both ActualCost and AmortizedCost",
			where, strings.Join(few(distinct(passed)), ", ")))
	}
	return bucket.Fault(fmt.Errorf("no manifest.json is in %s, only files such as %s; only a manifest tells which files are a month: "+
		"set location to the folder that the export's folders are in, or create the export anew where it is too old to write one",
		where, path.Base(listed[0].Key)))
}
