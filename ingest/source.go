package ingest

import (
	"context"
	"errors"
	"log/slog"
	"path/filepath"
	"time"

	"github.com/costwarden/costwarden/model"
)

// Source is one provider's billing export as configured under sources. Its
// methods are called one at a time, but a delivery may be loaded while the next
// one is fetched: Fetch leaves the files of earlier deliveries alone.
type Source interface {
	// Name is the source's name in costwarden.yaml.
	Name() string
	// Provider is aws, azure, gcp or focus.
	Provider() string
	// Exports lists the newest delivery of each slice, oldest month first. It
	// reads manifests and never bills' files, so that it is cheap when nothing
	// has changed.
	Exports(ctx context.Context) ([]Export, error)
	// Fetch downloads the files of export into the folder dir and calls
	// progress with the bytes of each piece that arrived. It returns
	// ErrNotDelivered where the delivery is empty or not complete yet. Files
	// already whole in dir are not fetched again.
	Fetch(ctx context.Context, export Export, dir string, progress func(bytes int64)) (Delivery, error)
}

// Place is where a source works that keeps something from run to run.
type Place struct {
	Folder   string       // what is kept there outlives a load
	ReadOnly bool         // a dry run: nothing is written
	Log      *slog.Logger // hears what each request costs; nil: nobody
}

// Export names one delivery of one slice.
type Export struct {
	Slice   string       // the unit of replacement within the source: 2026-10
	Period  model.Period // the billing month
	Version string       // changes whenever the delivery does
	Ref     string       // the source's own handle, such as the manifest's key
	Bytes   int64        // what Fetch will download, 0 where only the manifest tells
	Note    string       // what a reader should know of how it was chosen, also where it is loaded already; empty: nothing

	Delivered time.Time // when the provider last wrote it; zero: nobody tells
}

// Delivery is an export on local disk.
type Delivery struct {
	Format   string // names the mapping: aws_cur_2_0, aws_cur_legacy, aws_focus_1_2
	Encoding string // parquet, csv or json
	Files    []File
	Rows     *int64 // how many lines the files hold by the provider's word; nil: it says nothing
	Note     string // what a reader of the totals should know; empty: nothing

	// Dialect names the repairs to make in FOCUS files that are not written
	// as FOCUS asks. Without them such files are refused.
	Dialect []string
}

// File is one object of a delivery.
type File struct {
	Path   string // on local disk
	Object string // its key in the bucket
	Part   string // which part of the delivery, where parts differ: ActualCost, AmortizedCost, PriceSheet
	Bytes  int64
	ETag   string

	lines    int64 // how many a CSV has below its header, once it is unpacked
	dayFirst bool  // dates with slashes begin with the day
}

// priceSheet is the part of a delivery that holds prices, not charges.
const priceSheet = "PriceSheet"

// costs is the delivery without its price sheets.
func (d Delivery) costs() Delivery {
	return d.only(func(file File) bool { return file.Part != priceSheet })
}

// prices is the price sheets of the delivery.
func (d Delivery) prices() Delivery {
	sheets := d.only(func(file File) bool { return file.Part == priceSheet })
	if len(sheets.Files) > 0 {
		sheets.Encoding = d.encoding(sheets.Files[0])
	}
	return sheets
}

func (d Delivery) only(wanted func(File) bool) Delivery {
	files := d.Files
	d.Files = nil
	for _, file := range files {
		if wanted(file) {
			d.Files = append(d.Files, file)
		}
	}
	return d
}

// encoding is how file is written: price sheets may be CSV beside costs in
// Parquet.
func (d Delivery) encoding(file File) string {
	if file.Part != priceSheet {
		return d.Encoding
	}
	if filepath.Ext(file.Path) == ".parquet" {
		return "parquet"
	}
	return "csv"
}

// ErrNotDelivered says that a month has no complete delivery yet. The month
// that is loaded stays.
var ErrNotDelivered = errors.New("not delivered yet")

// ErrSource marks a source that could not be reached or read; it ends a
// command with exit code 3.
var ErrSource = errors.New("source")

// ErrReconcile marks a delivery whose totals or values do not hold; it ends a
// command with exit code 4. The month that is loaded stays.
var ErrReconcile = errors.New("reconciliation")
