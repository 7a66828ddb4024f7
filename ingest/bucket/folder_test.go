package bucket_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/costwarden/costwarden/ingest"
	"github.com/costwarden/costwarden/ingest/bucket"
)

func TestListGivesEveryFileOfManyFolders(t *testing.T) {
	dir := t.TempDir()
	for i := range 600 {
		write(t, dir, fmt.Sprintf("a/%03d", i), "x")
		write(t, dir, fmt.Sprintf("a-b/%03d", i), "x") // before a/ by key, after a by folder
	}
	objects, err := open(t, dir).List(t.Context(), "a")
	if err != nil || len(objects) != 1200 {
		t.Errorf("got %d objects, %v; want 1200", len(objects), err)
	}
}

func TestListFolderTellsFilesFromFolders(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "top/one.csv", "1")
	write(t, dir, "top/deep/two.csv", "2")
	write(t, dir, "top/deeper/three.csv", "3")
	objects, folders, err := open(t, dir).ListFolder(t.Context(), "top/")
	if err != nil {
		t.Fatal(err)
	}
	if len(objects) != 1 || objects[0].Key != "top/one.csv" || objects[0].Bytes != 1 {
		t.Errorf("objects %+v, want top/one.csv of 1 byte", objects)
	}
	if got := strings.Join(folders, " "); got != "deep deeper" {
		t.Errorf("folders %q, want deep and deeper", got)
	}
}

func TestFetchGivesFilesInOrder(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "b.csv", "second")
	write(t, dir, "a.csv", "first")
	b := open(t, dir)
	objects := []bucket.Object{look(t, b, "b.csv"), look(t, b, "a.csv")}
	var arrived int64
	files, err := b.Fetch(t.Context(), objects, t.TempDir(), func(n int64) { arrived += n })
	if err != nil {
		t.Fatal(err)
	}
	if got := read(t, files[0].Path) + " " + read(t, files[1].Path); got != "second first" {
		t.Errorf("got %q, want the order that was asked for", got)
	}
	if arrived != int64(len("secondfirst")) {
		t.Errorf("progress of %d bytes, want 11", arrived)
	}
}

func TestFetchKeepsNamesInsideTheLanding(t *testing.T) {
	dir, landing := t.TempDir(), filepath.Join(t.TempDir(), "landing")
	keys := []string{
		"2026-06-01T23:48:02.356Z-1/part.csv", "2026-06-02T23:48:02.356Z-2/part.csv", // same base name
		"x/..csv", "x/a b;'\".csv", "x/" + strings.Repeat("é", 120) + ".csv",
	}
	b, objects := open(t, dir), []bucket.Object{}
	for _, key := range keys {
		write(t, dir, key, key)
		objects = append(objects, look(t, b, key))
	}
	files, err := b.Fetch(t.Context(), objects, landing, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i, file := range files {
		if filepath.Dir(file.Path) != landing || strings.ContainsAny(filepath.Base(file.Path), `:;'" `) {
			t.Errorf("%s landed as %s", keys[i], file.Path)
		}
		if read(t, file.Path) != keys[i] {
			t.Errorf("%s holds %q", file.Path, read(t, file.Path))
		}
	}
}

func TestFetchRefusesAFileThatChanged(t *testing.T) {
	dir, landing := t.TempDir(), t.TempDir()
	write(t, dir, "a.csv", "as it was")
	b := open(t, dir)
	before := look(t, b, "a.csv")
	for _, content := range []string{"as it is!", "as it is, and longer", "shorter"} {
		write(t, dir, "a.csv", content)
		if err := os.Chtimes(filepath.Join(dir, "a.csv"), time.Time{}, before.Modified.Add(time.Second)); err != nil {
			t.Fatal(err)
		}
		_, err := b.Fetch(t.Context(), []bucket.Object{before}, landing, nil)
		if !errors.Is(err, bucket.ErrChanged) || !errors.Is(err, ingest.ErrSource) {
			t.Errorf("%q: got %v, want ErrChanged", content, err)
		}
	}
	if left := names(t, landing); len(left) > 0 {
		t.Errorf("left in the landing: %v", left)
	}
}

func TestFetchNamesTheMissingFile(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "a.csv", "a")
	b := open(t, dir)
	gone := look(t, b, "a.csv")
	if err := os.Remove(filepath.Join(dir, "a.csv")); err != nil {
		t.Fatal(err)
	}
	_, err := b.Fetch(t.Context(), []bucket.Object{gone}, t.TempDir(), nil)
	if want := "read " + b.URL("a.csv") + ": not there"; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
	if !errors.Is(err, bucket.ErrMissing) {
		t.Errorf("%v is no ErrMissing", err)
	}
}

func TestFetchSaysThatTheLandingIsNotUsable(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "a.csv", "a")
	b := open(t, dir)
	_, err := b.Fetch(t.Context(), []bucket.Object{look(t, b, "a.csv")}, filepath.Join(dir, "a.csv", "landing"), nil)
	if err == nil || !strings.HasPrefix(err.Error(), "write to landing folder "+dir) {
		t.Errorf("got %v, want the landing folder named", err)
	}
	if errors.Is(err, ingest.ErrSource) {
		t.Errorf("%v is the local disk's fault, not the source's", err)
	}
}

func TestFetchEndsWithItsContext(t *testing.T) {
	dir, landing := t.TempDir(), t.TempDir()
	write(t, dir, "a.csv", strings.Repeat("a", 1<<20))
	b := open(t, dir)
	ctx, cancel := context.WithCancel(t.Context())
	_, err := b.Fetch(ctx, []bucket.Object{look(t, b, "a.csv")}, landing, func(int64) { cancel() })
	if !errors.Is(err, context.Canceled) || errors.Is(err, ingest.ErrSource) {
		t.Errorf("got %v, want the context's error", err)
	}
	if left := names(t, landing); len(left) > 0 {
		t.Errorf("left in the landing: %v", left)
	}
}

func TestOpenFolderThatIsNotThere(t *testing.T) {
	_, err := bucket.OpenFolder(filepath.Join(t.TempDir(), "exports"))
	if !errors.Is(err, ingest.ErrSource) || !strings.Contains(err.Error(), "no such folder") {
		t.Errorf("got %v, want an ErrSource: no such folder", err)
	}
}

func open(t *testing.T, dir string) *bucket.Bucket {
	t.Helper()
	b, err := bucket.OpenFolder(dir)
	if err != nil {
		t.Fatal(err)
	}
	b.Patience = bucket.Patience{Tries: 2, Pause: time.Millisecond, Stall: time.Minute}
	t.Cleanup(func() { b.Close() })
	return b
}

func look(t *testing.T, b *bucket.Bucket, key string) bucket.Object {
	t.Helper()
	object, err := b.Look(t.Context(), key)
	if err != nil {
		t.Fatal(err)
	}
	return object
}

func write(t *testing.T, dir, key, content string) {
	t.Helper()
	path := filepath.Join(dir, filepath.FromSlash(key))
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}

func read(t *testing.T, path string) string {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

func names(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, entry := range entries {
		names = append(names, entry.Name())
	}
	return names
}
