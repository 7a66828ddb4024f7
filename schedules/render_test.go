package schedules_test

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/costwarden/costwarden/schedules"
)

var update = flag.Bool("update", false, "rewrite the golden files")

var table = []schedules.Job{
	{Name: "daily", Spec: "30 6 * * *", Args: []string{"run"}},
	{Name: "review", Spec: "0 8 5 * *", Args: []string{"report", "--month", "last"}},
}

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(file, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s differs (-want +got):\n%s", file, diff)
	}
}

func TestCrontab(t *testing.T) {
	var b bytes.Buffer
	if err := schedules.Crontab(&b, table, "Europe/Berlin", "/usr/local/bin/costwarden", "/etc/costwarden/costwarden.yaml"); err != nil {
		t.Fatal(err)
	}
	golden(t, "crontab", b.Bytes())
}

func TestCrontabQuotesForShellAndCron(t *testing.T) {
	var b bytes.Buffer
	if err := schedules.Crontab(&b, table[:1], "UTC", "/opt/cost warden/bin", "/etc/it's 100%.yaml"); err != nil {
		t.Fatal(err)
	}
	want := `30 6 * * * '/opt/cost warden/bin' run --config '/etc/it'\''s 100\%.yaml' --lock-wait 1h` + "\n"
	if !strings.HasSuffix(b.String(), want) {
		t.Errorf("got %s, want it to end with %s", b.String(), want)
	}
}

func TestCronJobs(t *testing.T) {
	var b bytes.Buffer
	if err := schedules.CronJobs(&b, table, "Europe/Berlin", "registry.example.com/costwarden:1.0.0"); err != nil {
		t.Fatal(err)
	}
	golden(t, "cronjobs.yaml", b.Bytes())
}

func TestRenderRefusesABadJob(t *testing.T) {
	bad := []schedules.Job{{Name: "daily", Spec: "soon", Args: []string{"run"}}}
	if err := schedules.Crontab(&bytes.Buffer{}, bad, "UTC", "costwarden", "costwarden.yaml"); err == nil {
		t.Error("crontab: want an error")
	}
	if err := schedules.CronJobs(&bytes.Buffer{}, bad, "UTC", "costwarden"); err == nil {
		t.Error("cronjobs: want an error")
	}
}
