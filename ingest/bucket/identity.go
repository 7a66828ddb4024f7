package bucket

import (
	"context"
	"time"

	"github.com/costwarden/costwarden/ingest"
)

// Identity is who a bucket is asked as.
type Identity struct {
	Name    string    // the role, the application, the kind of secret; empty: nobody tells
	Expires time.Time // when the secret ends to work; zero: it does not, or nobody tells
}

// Identify finds out who asks. A folder is read by the user who runs the
// program, of whom there is nothing to tell.
func (b *Bucket) Identify(ctx context.Context) (Identity, error) {
	if b.cloud.Identity == nil {
		return Identity{}, nil
	}
	who, err := b.cloud.Identity(ctx)
	return who, b.failure("sign in to", "", err)
}

// TellIdentity tells who asks, where anybody knows, and reports whether that
// went well.
func (b *Bucket) TellIdentity(ctx context.Context, tell func(ingest.Step)) bool {
	who, err := b.Identify(ctx)
	if err != nil || who.Name != "" {
		tell(ingest.Step{Name: "identity", Found: who.Name, Expires: who.Expires, Err: err})
	}
	return err == nil
}
