package main

import (
	"database/sql"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/costwarden/costwarden/fixtures"
	"github.com/costwarden/costwarden/model"
)

// site is a folder where the program is at home: a configuration, a policy, a
// receiver of alerts, and what its runs leave behind.
type site struct {
	dir      string
	receiver *receiver
}

func newSite(t *testing.T) *site {
	t.Helper()
	s := &site{dir: t.TempDir(), receiver: newReceiver(t)}
	if err := fixtures.WritePolicy(filepath.Join(s.dir, "policy")); err != nil {
		t.Fatal(err)
	}
	return s
}

// subscribe lets the next runs read the bills that fixtures wrote into folder:
// FOCUS of AWS, and the actual and amortized cost of Azure.
func (s *site) subscribe(t *testing.T, folder string) {
	t.Helper()
	text := fmt.Sprintf(`organization: Acme
sources:
  - name: acme
    aws: { location: "file:%[1]s/bucket/exports", export: acme-focus }
  - name: azure-ea
    azure: { location: "file:%[1]s/azure/exports/cost-ea" }
notify:
  - name: finops
    webhook: { url_env: FINOPS_WEBHOOK_URL }
`, folder)
	if err := os.WriteFile(s.config(), []byte(text), 0o640); err != nil {
		t.Fatal(err)
	}
}

func (s *site) config() string { return filepath.Join(s.dir, "costwarden.yaml") }

// command is costwarden run as a process of its own: this test binary, which
// is the program under its name.
func (s *site) command(t *testing.T, asOf string) *exec.Cmd {
	cmd := exec.CommandContext(t.Context(), "costwarden", "run", "--config", s.config(), "--as-of", asOf)
	cmd.Env = append(os.Environ(), "FINOPS_WEBHOOK_URL="+s.receiver.server.URL)
	return cmd
}

// run lets a run go to its end and returns what it logged, line by line.
func (s *site) run(t *testing.T, asOf string) []string {
	t.Helper()
	var log strings.Builder
	cmd := s.command(t, asOf)
	cmd.Stderr = &log
	if err := cmd.Run(); err != nil {
		t.Fatalf("%v\n%s", err, log.String())
	}
	return strings.Split(strings.TrimSpace(log.String()), "\n")
}

// kill ends a run with SIGKILL and reports whether it was not at its end by then.
func kill(t *testing.T, cmd *exec.Cmd) bool {
	t.Helper()
	_ = cmd.Process.Kill() // fails where the process is at its end, which Wait tells
	err := cmd.Wait()
	var exit *exec.ExitError
	if errors.As(err, &exit) && exit.Sys().(syscall.WaitStatus).Signal() == syscall.SIGKILL {
		return true
	}
	if err != nil {
		t.Fatalf("neither killed nor done: %v", err)
	}
	return false
}

// left is what runs have left behind: a line for each table, file and alert,
// by its content.
func (s *site) left(t *testing.T) map[string]string {
	t.Helper()
	left := s.receiver.heard()
	s.addTables(t, left)
	s.addFiles(t, left)
	return left
}

// addTables hashes the rows of every table, in any order. Two traces of a
// crash belong there and are left out: run, which tells of every run that
// began, and how often an alert was tried.
func (s *site) addTables(t *testing.T, left map[string]string) {
	t.Helper()
	db, err := model.Open(t.Context(), filepath.Join(s.dir, "data", "costwarden.duckdb"), model.Options{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for _, table := range tables(t, db) {
		columns := "*"
		switch table {
		case "run":
			continue
		case "outbox":
			columns = "* exclude (Attempts)"
		}
		const content = `select count(*) || ' rows, ' || md5(coalesce(string_agg(line, ' ' order by line), ''))
			from (select hash(content) as line from (select %s from %s) as content)`
		var text string
		if err := db.QueryRowContext(t.Context(), fmt.Sprintf(content, columns, table)).Scan(&text); err != nil {
			t.Fatal(err)
		}
		left["table "+table] = text
	}
}

func tables(t *testing.T, db *sql.DB) []string {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), "select table_name from duckdb_tables() where schema_name = 'main' order by all")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var names []string
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			t.Fatal(err)
		}
		names = append(names, name)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return names
}

// addFiles takes workbooks by their bytes and all other files by their names:
// nothing half written stays behind, nor a bill in the landing folder.
func (s *site) addFiles(t *testing.T, left map[string]string) {
	t.Helper()
	err := filepath.WalkDir(s.dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		name, err := filepath.Rel(s.dir, path)
		left["file "+name] = "there"
		if err == nil && filepath.Ext(path) == ".xlsx" {
			var content []byte
			content, err = os.ReadFile(path)
			left["file "+name] = string(content)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// wantLeft names what differs from an uninterrupted run, and reports how much.
func wantLeft(t *testing.T, got, want map[string]string) (differing int) {
	t.Helper()
	for name := range want {
		if got[name] != want[name] {
			differing++
			t.Errorf("%s: %.60q; uninterrupted: %.60q", name, got[name], want[name])
		}
	}
	for name := range got {
		if _, there := want[name]; !there {
			differing++
			t.Errorf("%s: %.60q; uninterrupted: none", name, got[name])
		}
	}
	return differing
}

// receiver takes alerts and drops repeats by their Idempotency-Key.
type receiver struct {
	server *httptest.Server

	mu     sync.Mutex
	alerts map[string]string // body by key
	taken  func()            // called with each alert before it is acknowledged; nil: nothing
}

func newReceiver(t *testing.T) *receiver {
	r := &receiver{alerts: map[string]string{}}
	r.server = httptest.NewServer(r)
	t.Cleanup(r.server.Close)
	return r
}

func (r *receiver) ServeHTTP(_ http.ResponseWriter, request *http.Request) {
	body, err := io.ReadAll(request.Body)
	if err != nil {
		return // the sender was killed while it spoke
	}
	taken := r.take(request.Header.Get("Idempotency-Key"), string(body))
	if taken != nil {
		taken()
	}
}

// take keeps an alert. A repeat must say what the first one said.
func (r *receiver) take(key, body string) (taken func()) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if first, repeated := r.alerts[key]; repeated && first != body {
		body = "first " + first + ", then " + body
	}
	r.alerts[key] = body
	return r.taken
}

// onAlert calls taken with each alert from now on.
func (r *receiver) onAlert(taken func()) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.taken = taken
}

// heard is a line for each alert.
func (r *receiver) heard() map[string]string {
	r.mu.Lock()
	defer r.mu.Unlock()
	heard := map[string]string{}
	for key, body := range r.alerts {
		heard["alert "+key] = body
	}
	return heard
}
