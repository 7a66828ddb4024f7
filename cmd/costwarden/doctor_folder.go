package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"github.com/costwarden/costwarden/ingest"
	"github.com/costwarden/costwarden/model"
)

// checkFolders tries the warehouse and the folders that a run writes to, and
// looks what is loaded. A disk of the network may not answer.
func (d *doctor) checkFolders(ctx context.Context) []verdict {
	return d.within(ctx, "folder", exitUsage, func(ctx context.Context, tell func(verdict)) {
		tell(d.checkWarehouse(ctx))
		limit, _ := d.config.landingLimit() // what is no size has been told
		for _, folder := range []struct {
			key, path string
			need      room
		}{
			{"landing", d.config.Landing, room{max(limit, scarce), "landing_limit lets so much lie there, and the month that is loaded comes on top"}},
			{"reports", d.config.Reports, little},
			{"temp_directory", d.config.TempDirectory, little},
		} {
			if folder.path != "" {
				tell(checkFolder(folder.key, folder.path, folder.need))
			}
		}
	})
}

// checkWarehouse opens the database for reading, only for as long as it takes
// to look what is loaded: a run that begins meanwhile waits or leaves.
func (d *doctor) checkWarehouse(ctx context.Context) verdict {
	const subject, check = "folder", "warehouse"
	file := d.config.Warehouse
	free, err := writable(filepath.Dir(file))
	if err != nil {
		return failed(subject, check, exitUsage, unwritable(check, file, err))
	}
	if err := mayWrite(file); err != nil {
		return failed(subject, check, exitUsage, unwritable(check, file, err))
	}
	db, err := openWarehouse(ctx, d.config, 0, true)
	switch {
	case errors.Is(err, model.ErrNoDatabase):
		d.know(ingest.Inventory{})
		return little.judge(subject, check, free, file+" will be made by the first run")
	case errors.Is(err, model.ErrOlder):
		return warn(subject, check, fmt.Errorf("%s: %w", file, model.ErrOlder))
	case codeOf(err) == exitLocked:
		return ok(subject, check, "%s is in use by %s; what is loaded was not looked at", file, whoHolds(file))
	case err != nil:
		return failed(subject, check, exitUsage, err)
	}
	months, err := d.look(ctx, db)
	if err := errors.Join(err, db.Close()); err != nil {
		return failed(subject, check, exitUsage, err)
	}
	return little.judge(subject, check, free, fmt.Sprintf("%s holds %s", file, counted(months, "month")))
}

// look reads what is loaded, and counts the months of all sources.
func (d *doctor) look(ctx context.Context, db *sql.DB) (months int, err error) {
	var names []string
	for _, source := range d.config.Sources {
		names = append(names, source.Name.Value)
	}
	loaded, err := ingest.TakeInventory(ctx, db, names)
	if err != nil {
		return 0, err
	}
	d.know(loaded)
	return months, db.QueryRowContext(ctx, "select count(*) from current_import").Scan(&months)
}

// know keeps what is loaded for the checks of the sources.
func (d *doctor) know(loaded ingest.Inventory) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.loaded = loaded
}

// mayWrite opens an existing file for writing and writes nothing.
func mayWrite(file string) error {
	opened, err := os.OpenFile(file, os.O_WRONLY, 0)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return errors.Join(err, opened.Close())
}

func checkFolder(key, path string, need room) verdict {
	free, err := writable(path)
	if err != nil {
		return failed("folder", key, exitUsage, unwritable(key, path, err))
	}
	return need.judge("folder", key, free, path)
}

// scarce is less than a month of a small company takes.
const scarce = 1 << 30

// room is how many bytes should be free in a folder, and why.
type room struct {
	bytes int64
	why   string
}

var little = room{scarce, "a month of a small company may take that"}

// judge says what is there and how much room is left beside it.
func (r room) judge(subject, check string, free uint64, what string) verdict {
	if free < uint64(r.bytes) {
		return warn(subject, check, fmt.Errorf("%s, %s free, which is less than %s; %s: free space, or set %s to another disk",
			what, sizeText(free), sizeText(uint64(r.bytes)), r.why, check))
	}
	return ok(subject, check, "%s, %s free", what, sizeText(free))
}

// unwritable says of a folder that cannot be written to what to do.
func unwritable(key, path string, err error) error {
	if pathErr := (*fs.PathError)(nil); errors.As(err, &pathErr) {
		err = pathErr.Err
	}
	return fmt.Errorf("%s is not writable: %w; set %s to a place that this user, number %d, may write, or let it write there", path, err, key, os.Getuid())
}

// writable writes a file into folder and removes it, or where there is no such
// folder yet, into the one that it will be made in. It returns the room there.
func writable(folder string) (free uint64, err error) {
	there, err := nearest(folder)
	if err != nil {
		return 0, err
	}
	probe, err := os.CreateTemp(there, ".costwarden-doctor-*")
	if err != nil {
		return 0, err
	}
	if err := errors.Join(probe.Close(), os.Remove(probe.Name())); err != nil {
		return 0, err
	}
	var disk syscall.Statfs_t
	err = syscall.Statfs(there, &disk)
	return uint64(disk.Bavail) * uint64(disk.Bsize), err
}

// nearest is folder, or the first above it that is there.
func nearest(folder string) (string, error) {
	for {
		stat, err := os.Stat(folder)
		switch {
		case err == nil && !stat.IsDir():
			return "", &fs.PathError{Op: "use", Path: folder, Err: errors.New("a file lies where the folder should be")}
		case err == nil:
			return folder, nil
		case !errors.Is(err, fs.ErrNotExist) || folder == filepath.Dir(folder):
			return "", err
		}
		folder = filepath.Dir(folder)
	}
}

func sizeText(bytes uint64) string {
	const mib, gib = 1 << 20, 1 << 30
	if bytes < gib {
		return fmt.Sprintf("%d MiB", bytes/mib)
	}
	return fmt.Sprintf("%d GiB", bytes/gib)
}
