package gcp

import (
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/costwarden/costwarden/ingest"
	"github.com/costwarden/costwarden/ingest/bucket"
)

// Config is the gcp block of a source in costwarden.yaml: a table of BigQuery,
// or a location where exports of one lie as files.
type Config struct {
	Table           string `yaml:"table"`            // project.dataset.table; with location only where several tables lie there
	Region          string `yaml:"region"`           // the dataset's location: EU, US, europe-west3; empty: as the table says
	JobProject      string `yaml:"job_project"`      // the project that runs and pays for the queries; empty: the table's
	JobLabel        string `yaml:"job_label"`        // the value of the label costwarden on each query; empty: the source's name
	MaxBytesBilled  string `yaml:"max_bytes_billed"` // what one run may read: 50GiB; empty: DefaultMaxBytes
	PartitionColumn string `yaml:"partition_column"` // the column of days, for a view or a copy that is not partitioned
	StorageReadAPI  bool   `yaml:"storage_read_api"` // fetch large results through the Storage Read API
	Location        string `yaml:"location"`         // gs://bucket/prefix or file:./folder, instead of BigQuery
	CredentialsFile string `yaml:"credentials_file"` // a key, or a configuration of workload identity federation; empty: application default credentials
	Endpoint        string `yaml:"endpoint"`         // another address of Google's API; http:// sends no credentials
}

// DefaultMaxBytes is what a run may read where max_bytes_billed says nothing.
const DefaultMaxBytes = 50 << 30

// Validate tells all that is wrong with c, one error for each.
func (c Config) Validate() []error {
	all := []error{c.validateTable(), c.validateEndpoint()}
	if c.Location != "" {
		_, err := c.location()
		all = append(all, err, c.validateFilesOnly())
	} else {
		_, err := c.maxBytes()
		all = append(all, err, c.validateLabel(), c.validateColumn())
	}
	return slices.DeleteFunc(all, func(err error) bool { return err == nil })
}

func (c Config) validateTable() error {
	if c.Table == "" {
		if c.Location != "" {
			return nil
		}
		return errors.New("table is missing; set project.dataset.table, or location where the export lies as files")
	}
	table, err := parseTable(c.Table)
	if err != nil {
		return err
	}
	return table.refuseOther()
}

func (c Config) location() (bucket.Location, error) {
	return bucket.ParseLocation(c.Location, "gs", "file")
}

// validateFilesOnly refuses what means nothing to files.
func (c Config) validateFilesOnly() error {
	var idle []string
	for key, set := range map[string]bool{
		"region": c.Region != "", "job_project": c.JobProject != "", "job_label": c.JobLabel != "",
		"max_bytes_billed": c.MaxBytesBilled != "", "partition_column": c.PartitionColumn != "", "storage_read_api": c.StorageReadAPI,
	} {
		if set {
			idle = append(idle, key)
		}
	}
	if len(idle) == 0 {
		return nil
	}
	slices.Sort(idle)
	return fmt.Errorf("%s: for BigQuery only, and location reads files; leave one of the two out", strings.Join(idle, ", "))
}

var (
	plainLabel  = regexp.MustCompile(`^[\p{Ll}\p{Lo}\p{N}_-]{0,63}$`)
	plainColumn = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]{0,299}$`)
)

func (c Config) validateLabel() error {
	if !plainLabel.MatchString(c.JobLabel) {
		return fmt.Errorf("job_label %q: want small letters, digits, dash or underscore, 63 at most", c.JobLabel)
	}
	return nil
}

func (c Config) validateColumn() error {
	if c.PartitionColumn != "" && !plainColumn.MatchString(c.PartitionColumn) {
		return fmt.Errorf("partition_column %q: want the name of a column of the table or view", c.PartitionColumn)
	}
	return nil
}

func (c Config) validateEndpoint() error {
	if c.Endpoint == "" {
		return nil
	}
	endpoint, err := url.Parse(c.Endpoint)
	switch {
	case err != nil || endpoint.Host == "" || (endpoint.Scheme != "https" && endpoint.Scheme != "http"):
		return fmt.Errorf("endpoint %q: want an address such as https://bigquery-acme.p.googleapis.com/bigquery/v2/", c.Endpoint)
	case endpoint.User != nil:
		return errors.New("endpoint: holds a user or password; credentials belong into credentials_file or the environment")
	}
	return nil
}

// leastBytes is what BigQuery bills for the smallest query.
const leastBytes = 10 << 20

// maxBytes is what a run may read.
func (c Config) maxBytes() (int64, error) {
	if c.MaxBytesBilled == "" {
		return DefaultMaxBytes, nil
	}
	bytes, ok := ingest.ParseSize(c.MaxBytesBilled)
	switch {
	case !ok:
		return 0, fmt.Errorf("max_bytes_billed %q: want a size such as 50GiB", c.MaxBytesBilled)
	case bytes < leastBytes:
		return 0, fmt.Errorf("max_bytes_billed %q: want 10MiB at least, which BigQuery bills for the smallest query", c.MaxBytesBilled)
	}
	return bytes, nil
}
