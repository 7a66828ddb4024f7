package gcp

import (
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/costwarden/costwarden/model"
)

// census is what each partition of a table holds. It is kept between runs, so
// that only partitions that changed are counted again; lost, it is counted
// anew, and comes out the same.
type census struct {
	Table      string               `json:"table"`
	Partitions map[string]partition `json:"partitions"` // by id
	Complete   bool                 `json:"complete"`   // nothing was there before the oldest of them
	Dropped    bool                 `json:"dropped"`    // BigQuery has dropped rows that are not landed
}

// partition is what one partition holds.
type partition struct {
	Seen    string             `json:"seen"`              // what BigQuery's list of partitions said when it was counted
	Months  map[string]content `json:"months"`            // by invoice month, such as 202610; empty: rows of no month
	Expired bool               `json:"expired,omitempty"` // BigQuery has dropped it by its age; its landed files are all there is
}

// content is how many rows there are and when the newest came, in microseconds
// since 1970: Google only appends rows, each time later than before.
type content struct {
	Rows   int64 `json:"rows"`
	Newest int64 `json:"newest"`
}

// censusFile is where the census is kept below the source's folder.
const censusFile = "census.json"

// loadCensus reads the census of t that was kept in folder; an empty one where
// there is none, it is of another table, or it cannot be read.
func loadCensus(folder string, t table) (*census, error) {
	empty := &census{Table: t.String(), Partitions: map[string]partition{}}
	text, err := os.ReadFile(filepath.Join(folder, censusFile))
	if errors.Is(err, fs.ErrNotExist) {
		return empty, nil
	}
	if err != nil {
		return nil, err
	}
	var kept census
	if json.Unmarshal(text, &kept) != nil || kept.Table != t.String() || kept.Partitions == nil {
		return empty, nil
	}
	return &kept, nil
}

// save keeps the census in folder.
func (c *census) save(folder string) error {
	text, err := json.Marshal(c)
	if err != nil {
		return err
	}
	return writeWhole(folder, censusFile, text)
}

// writeWhole puts a file into folder, or leaves the one before as it was.
func writeWhole(folder, name string, text []byte) (err error) {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return err
	}
	temporary := filepath.Join(folder, name+".part")
	file, err := os.OpenFile(temporary, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = file.Write(text)
	if err := errors.Join(err, file.Sync(), file.Close()); err != nil {
		return err
	}
	return os.Rename(temporary, filepath.Join(folder, name))
}

// months are the invoice months that rows are there of.
func (c *census) months() []string {
	months := map[string]bool{}
	for _, p := range c.Partitions {
		for month, held := range p.Months {
			if month != "" && held.Rows > 0 {
				months[month] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(months))
}

// holding are the ids of the partitions that hold rows of month, in order.
func (c *census) holding(month string) []string {
	var ids []string
	for id, p := range c.Partitions {
		if p.Months[month].Rows > 0 {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return ids
}

// version is another for other content of month.
func (c *census) version(month string) string {
	mark := sha256.New()
	fmt.Fprintln(mark, c.Table)
	for _, id := range c.holding(month) {
		held := c.Partitions[id].Months[month]
		fmt.Fprintln(mark, id, held.Rows, held.Newest)
	}
	return fmt.Sprintf("%x", mark.Sum(nil))[:32]
}

// changed are the partitions of listed that are not as they were counted.
func (c *census) changed(listed map[string]string) []string {
	var changed []string
	for id, seen := range listed {
		if c.Partitions[id].Seen != seen {
			changed = append(changed, id)
		}
	}
	slices.Sort(changed)
	return changed
}

// newest is when the newest row of month came.
func (c *census) newest(month string) time.Time {
	var newest int64
	for _, id := range c.holding(month) {
		newest = max(newest, c.Partitions[id].Months[month].Newest)
	}
	return time.UnixMicro(newest).UTC()
}

// fileMonth writes a month as invoices do: 202610.
func fileMonth(month model.Period) string { return month.Start().Format("200601") }
