package gcp

import (
	"errors"
	"os"

	"github.com/klauspost/compress/zstd"
)

// part is the file that the rows of one month of a partition are written to
// while they arrive.
type part struct {
	content
	file   *os.File
	packed *zstd.Encoder
	bytes  int64
}

// newPart opens a part below folder.
func newPart(folder, month string) (*part, error) {
	file, err := os.OpenFile(folder+string(os.PathSeparator)+month+".part", os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	packed, err := zstd.NewWriter(file, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderConcurrency(1), zstd.WithWindowSize(1<<20))
	return &part{file: file, packed: packed}, err
}

// add writes a row.
func (p *part) add(line string, exported int64) error {
	p.Rows++
	p.Newest = max(p.Newest, exported)
	if _, err := p.packed.Write([]byte(line)); err != nil {
		return err
	}
	_, err := p.packed.Write([]byte{'\n'})
	return err
}

// close ends the file and brings it to disk.
func (p *part) close() error {
	if err := errors.Join(p.packed.Close(), p.file.Sync()); err != nil {
		return errors.Join(err, p.file.Close())
	}
	stat, err := p.file.Stat()
	if err == nil {
		p.bytes = stat.Size()
	}
	return errors.Join(err, p.file.Close())
}

// drop forgets a part that is not to be landed.
func (p *part) drop() {
	_ = p.file.Close()           // closed already, or of no use
	_ = os.Remove(p.file.Name()) // landing the partition sweeps it too
}
