package gcp

import "testing"

func TestFiltersBoundPartitionsByConstants(t *testing.T) {
	for _, c := range []struct {
		partitioning
		ids  []string
		want string
	}{
		{partitioning{column: "_PARTITIONTIME", sqlType: "TIMESTAMP", unit: "DAY"}, []string{"20241231"},
			"_PARTITIONTIME >= timestamp '2024-12-31 00:00:00' and _PARTITIONTIME < timestamp '2025-01-01 00:00:00'"},
		{partitioning{column: "_PARTITIONTIME", sqlType: "TIMESTAMP", unit: "DAY"}, []string{"20240301", "20240228", "20240229", "20240305"},
			"_PARTITIONTIME >= timestamp '2024-02-28 00:00:00' and _PARTITIONTIME < timestamp '2024-03-02 00:00:00'" +
				" or _PARTITIONTIME >= timestamp '2024-03-05 00:00:00' and _PARTITIONTIME < timestamp '2024-03-06 00:00:00'"},
		{partitioning{column: "_PARTITIONTIME", sqlType: "TIMESTAMP", unit: "HOUR"}, []string{"2024022823"},
			"_PARTITIONTIME >= timestamp '2024-02-28 23:00:00' and _PARTITIONTIME < timestamp '2024-02-29 00:00:00'"},
		{partitioning{column: "day", sqlType: "DATE", unit: "MONTH"}, []string{"202412", "__NULL__"},
			"`day` >= date '2024-12-01' and `day` < date '2025-01-01' or `day` is null"},
		{partitioning{column: "at", sqlType: "DATETIME", unit: "YEAR"}, []string{"2024"},
			"`at` >= datetime '2024-01-01 00:00:00' and `at` < datetime '2025-01-01 00:00:00'"},
		{partitioning{column: "_PARTITIONTIME", sqlType: "TIMESTAMP", unit: "DAY"}, []string{"__UNPARTITIONED__"}, "_PARTITIONTIME is null"},
	} {
		got, err := c.filter(c.ids)
		if err != nil || got != c.want {
			t.Errorf("got  %s, %v\nwant %s", got, err, c.want)
		}
	}
	day := partitioning{column: "_PARTITIONTIME", sqlType: "TIMESTAMP", unit: "DAY"}
	if got, err := day.filter([]string{"2024"}); err == nil {
		t.Errorf("got %s; want the id of a year refused in a table of days", got)
	}
}

func TestIdsAreWrittenAsBigQueryWritesThem(t *testing.T) {
	for want, p := range map[string]partitioning{
		"ifnull(format_timestamp('%Y%m%d', _PARTITIONTIME), '__UNPARTITIONED__')": {column: "_PARTITIONTIME", sqlType: "TIMESTAMP", unit: "DAY"},
		"ifnull(format_timestamp('%Y%m%d%H', `at`), '__NULL__')":                  {column: "at", sqlType: "TIMESTAMP", unit: "HOUR"},
		"ifnull(format_date('%Y%m', `day`), '__NULL__')":                          {column: "day", sqlType: "DATE", unit: "MONTH"},
		"ifnull(format_datetime('%Y', `day`), '__NULL__')":                        {column: "day", sqlType: "DATETIME", unit: "YEAR"},
	} {
		if got := p.id(); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}
