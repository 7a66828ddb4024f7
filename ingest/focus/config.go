package focus

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/costwarden/costwarden/ingest"
	"github.com/costwarden/costwarden/ingest/bucket"
)

// Config is the focus block of a source in costwarden.yaml. The keys from
// region on say how an s3:// location is reached, as in an aws block.
type Config struct {
	Location string `yaml:"location"` // the folder of the files: s3://bucket/prefix or file:./folder
	Layout   string `yaml:"layout"`   // what several files of one month are: parts or newest; empty: a folder's files are parts
	Version  string `yaml:"version"`  // 1.0 to 1.4; empty: recognised by the columns

	// Dialect names the repairs to make in files that are not written as FOCUS
	// asks; empty: such files are refused.
	Dialect []string `yaml:"dialect"`

	Region        string `yaml:"region"`
	Endpoint      string `yaml:"endpoint"`
	PathStyle     bool   `yaml:"path_style"`
	RoleARN       string `yaml:"role_arn"`
	ExternalID    string `yaml:"external_id"`
	BucketOwner   string `yaml:"bucket_owner"`
	RequesterPays bool   `yaml:"requester_pays"`
}

// schemes are the places that FOCUS files can lie in.
var schemes = []string{"s3", "file"}

// Validate tells all that is wrong with c, one error for each.
func (c Config) Validate() []error {
	_, err := c.location()
	all := []error{err, c.validateLayout(), c.validateVersion(), ingest.CheckDialect(c.Dialect)}
	return slices.DeleteFunc(all, func(err error) bool { return err == nil })
}

func (c Config) location() (bucket.Location, error) {
	if c.Location == "" {
		return bucket.Location{}, errors.New("location is missing; set the folder of the FOCUS files: s3://bucket/prefix or file:./folder")
	}
	if !strings.HasPrefix(c.Location, "file:") && strings.Contains(c.Location, "@") {
		return bucket.Location{}, errors.New("location: holds a user or password; credentials belong into the environment or a profile")
	}
	return bucket.ParseLocation(c.Location, schemes...)
}

func (c Config) validateLayout() error {
	switch c.Layout {
	case "", "parts", "newest":
		return nil
	}
	return fmt.Errorf("layout %q: want parts, where the files of a month make it up together, "+
		"or newest, where each holds the whole month so far; leave it out for one file or folder per month", c.Layout)
}

func (c Config) validateVersion() error {
	if c.Version == "" || slices.Contains(versions, c.Version) {
		return nil
	}
	return fmt.Errorf("version %q: want one of %s, or leave it out", c.Version, strings.Join(versions, ", "))
}
