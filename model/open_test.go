package model_test

import (
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/costwarden/costwarden/model"
)

// refused opens file for writing and for reading and wants both refused with
// the reason, and the file left as it was.
func refused(t *testing.T, file, reason string) {
	t.Helper()
	before, _ := os.ReadFile(file)
	for _, readOnly := range []bool{false, true} {
		db, err := model.Open(t.Context(), file, model.Options{ReadOnly: readOnly})
		if err == nil {
			db.Close()
		}
		if !errors.Is(err, model.ErrUnusable) || !strings.Contains(err.Error(), reason) {
			t.Errorf("read only %v: got %v; want it refused because %q", readOnly, err, reason)
		}
	}
	if after, _ := os.ReadFile(file); string(after) != string(before) {
		t.Error("the file was changed")
	}
}

// made makes a DuckDB file with what statement says.
func made(t *testing.T, statement string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "some.duckdb")
	db, err := sql.Open("duckdb", file)
	if err == nil {
		_, err = db.Exec(statement)
	}
	if err := errors.Join(err, db.Close()); err != nil {
		t.Fatal(err)
	}
	return file
}

func TestFileThatIsNoDatabaseIsRefused(t *testing.T) {
	file := filepath.Join(t.TempDir(), "notes.txt")
	if err := os.WriteFile(file, []byte("rent 900, food 300"), 0o600); err != nil {
		t.Fatal(err)
	}
	refused(t, file, "is no DuckDB database")
}

func TestDatabaseOfAnotherProgramIsRefused(t *testing.T) {
	refused(t, made(t, "create table customer (name varchar)"), "is not a database of Costwarden")
}

func TestDatabaseOfANewerVersionIsRefused(t *testing.T) {
	file := filepath.Join(t.TempDir(), "costwarden.duckdb")
	db := open(t, file)
	if _, err := db.Exec("insert into migration values ('9999_of_tomorrow')"); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	refused(t, file, "9999_of_tomorrow")
}

func TestDatabaseOfAnOlderVersionIsNotReadHalf(t *testing.T) {
	file := made(t, "create table migration (Name varchar primary key)")
	_, err := model.Open(t.Context(), file, model.Options{ReadOnly: true})
	if !errors.Is(err, model.ErrUnusable) || !strings.Contains(err.Error(), "older version") {
		t.Errorf("got %v; want it refused as one of an older version", err)
	}
	open(t, file) // a run brings it up to date
}

// The driver takes what follows for options, and would drop ours in silence.
func TestPathThatTheDriverMisreadsIsRefused(t *testing.T) {
	for _, name := range []string{"what?.duckdb", "c#.duckdb", "100%.duckdb"} {
		refused(t, filepath.Join(t.TempDir(), name), "?, # or %")
	}
}

func TestOptionsAreTakenAsTheyStand(t *testing.T) {
	spill := filepath.Join(t.TempDir(), "a&b=c +%41#")
	db, err := model.Open(t.Context(), filepath.Join(t.TempDir(), "it's a [1]*.duckdb"), model.Options{TempDirectory: spill})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var got string
	if err := db.QueryRow("select current_setting('temp_directory')").Scan(&got); err != nil || got != spill {
		t.Errorf("temp_directory is %q, %v; want %q", got, err, spill)
	}
}
