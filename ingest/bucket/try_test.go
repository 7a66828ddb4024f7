package bucket_test

import (
	"os"
	"slices"
	"strings"
	"testing"
)

func TestTryingAFileSaysWhetherItIsWhatItsNameSays(t *testing.T) {
	for name, c := range map[string]struct{ content, want string }{
		"a.parquet": {"PAR1 and more", ""},
		"b.parquet": {"BilledCost,...", "is no Parquet file, whatever its name says; deliver it again"},
		"c.csv.gz":  {"\x1f\x8b and more", ""},
		"d.csv.gz":  {"BilledCost,...", "is no gzip file"},
		"e.ZIP":     {"PK and more", ""},
		"f.zip":     {"<html>", "is no zip file"},
		"g.csv":     {"BilledCost,...", ""},
		"h.csv":     {"", "not delivered yet: "},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			write(t, dir, name, c.content)
			b := open(t, dir)
			objects, err := b.List(t.Context(), "")
			if err != nil {
				t.Fatal(err)
			}
			found, err := b.Try(t.Context(), objects[0])
			switch {
			case c.want == "" && (err != nil || found != b.URL(name)+" can be read"):
				t.Errorf("got %q, %v", found, err)
			case c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)):
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
}

func TestColumnsOfAFileLeaveNothingBehind(t *testing.T) {
	dir, scratch := t.TempDir(), t.TempDir()
	t.Setenv("TMPDIR", scratch)
	write(t, dir, "a.csv", "BilledCost,ChargeCategory\n1,Usage\n")
	b := open(t, dir)
	objects, err := b.List(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	columns, err := b.Columns(t.Context(), objects[0], "csv")
	if err != nil || !slices.Equal(columns, []string{"BilledCost", "ChargeCategory"}) {
		t.Errorf("columns %v, %v", columns, err)
	}
	if left, err := os.ReadDir(scratch); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
	large := objects[0]
	large.Bytes = 1 << 40
	if columns, err := b.Columns(t.Context(), large, "csv"); columns != nil || err != nil {
		t.Errorf("a TiB was asked for its columns: %v, %v", columns, err)
	}
}
