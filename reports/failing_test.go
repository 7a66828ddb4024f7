package reports_test

import (
	"bytes"
	"os"
	"strings"
	"testing"
	"time"
)

// In given.sql October is loaded from aws-payer alone, and azure-ea holds
// August.
func TestASourceThatFailedIsNamedOnTheFirstSheet(t *testing.T) {
	const asOf = "2025-11-10T09:00:00Z" // October is closing
	for _, c := range []struct{ about, slice, kind, source, asOf, want string }{
		{"nothing can be read, and there is a load to stand on", "null", "source", "aws-payer", asOf,
			"aws-payer failed in the last run: its export could not be read. Its numbers stand as of the last good load, 2025-11-03 06:30 UTC."},
		{"nothing can be read, and nothing was loaded", "null", "other", "azure-ea", asOf,
			"azure-ea failed in the last run: its export could not be read. None of its cost is in these numbers."},
		{"the month cannot be read", "'2025-10'", "source", "aws-payer", asOf,
			"aws-payer failed in the last run: the newest delivery of the month could not be read. Its numbers stand as of the last good load, 2025-11-03 06:30 UTC."},
		{"the month is refused, also once it is final", "'2025-10'", "reconciliation", "aws-payer", "2025-12-20T09:00:00Z",
			"aws-payer failed in the last run: the newest delivery of the month was refused. Its numbers stand as of the last good load, 2025-11-03 06:30 UTC."},
		{"the month cannot be loaded", "'2025-10'", "other", "snowflake", asOf,
			"snowflake failed in the last run: the newest delivery of the month could not be loaded. None of its cost is in these numbers."},
		{"another month cannot be read", "'2025-09'", "source", "aws-payer", asOf, ""},
		{"nothing can be read, and the month is final", "null", "source", "aws-payer", "2025-12-20T09:00:00Z", ""},
		{"nothing can be read of a source that never had the final month", "null", "source", "snowflake", "2025-12-20T09:00:00Z", ""},
		{"a source that is configured no more", "null", "source", "gone", asOf, ""},
	} {
		db, w := given(t), october(t)
		at, err := time.Parse(time.RFC3339, c.asOf)
		if err != nil {
			t.Fatal(err)
		}
		w.Now = at
		run(t, db, "insert into source_failure values ('"+c.source+"', "+c.slice+", '"+c.kind+"', 'for the engineer')")
		sheet := dump(t, open(t, write(t, db, w)), "Overview")
		if c.want == "" && strings.Contains(sheet, "failed in the last run") || !strings.Contains(sheet, c.want) {
			t.Errorf("%s: want %q in\n%s", c.about, c.want, sheet)
		}
		if strings.Contains(sheet, "for the engineer") {
			t.Errorf("%s: the reason is for those who run it:\n%s", c.about, sheet)
		}
		if c.want != "" && strings.Contains(sheet, "Every source has delivered") {
			t.Errorf("%s: not every source has:\n%s", c.about, sheet)
		}
	}
}

func TestASourceThatFailedIsNotAlsoCalledMissing(t *testing.T) {
	db, w := given(t), october(t)
	w.Now = time.Date(2025, 11, 10, 9, 0, 0, 0, time.UTC)
	run(t, db, "insert into source_failure values ('azure-ea', null, 'source', 'no'), ('snowflake', '2025-10', 'source', 'no')")
	sheet := dump(t, open(t, write(t, db, w)), "Overview")
	for want, there := range map[string]bool{
		"\nAmounts are never added across currencies.\n": true,
		"Not delivered yet":                false,
		"azure-ea failed in the last run":  true,
		"snowflake failed in the last run": true,
	} {
		if strings.Contains(sheet, want) != there {
			t.Errorf("%q: want %v in\n%s", want, there, sheet)
		}
	}
}

func TestASourceThatStillFailsGivesTheSameBytes(t *testing.T) {
	db, w := given(t), october(t)
	w.Now = time.Date(2025, 11, 10, 9, 0, 0, 0, time.UTC)
	var written [][]byte
	for _, reason := range []string{"request 1", "request 2"} {
		run(t, db, "delete from source_failure; insert into source_failure values ('aws-payer', null, 'source', '"+reason+"')")
		content, err := os.ReadFile(write(t, db, w))
		if err != nil {
			t.Fatal(err)
		}
		written = append(written, content)
		w.Now = w.Now.AddDate(0, 0, 1)
	}
	if !bytes.Equal(written[0], written[1]) {
		t.Error("the workbook of the next day differs")
	}
}
