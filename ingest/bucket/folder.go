package bucket

import (
	"errors"
	"fmt"
	"io/fs"

	"gocloud.dev/blob/fileblob"
)

// filesPerPage is more than a delivery folder holds. fileblob walks folder by
// folder, and where one folder's name begins with another's that is not the
// order of its page tokens: a second page could miss files.
const filesPerPage = 100_000

// OpenFolder reads the folder at path, relative to the working directory, as
// if it were a bucket.
func OpenFolder(path string) (*Bucket, error) {
	blobs, err := fileblob.OpenBucket(path, &fileblob.Options{Metadata: fileblob.MetadataDontWrite})
	if errors.Is(err, fs.ErrNotExist) {
		return nil, Fault(fmt.Errorf("open file:%s: no such folder; check location, which is relative to the folder of costwarden.yaml", path))
	}
	if err != nil {
		return nil, Fault(fmt.Errorf("open file:%s: %w", path, err))
	}
	folder := Open(blobs, "file:"+path, Cloud{})
	folder.page = filesPerPage
	return folder, nil
}
