package schedules_test

import (
	"testing"

	"github.com/costwarden/costwarden/schedules"
)

func TestCheck(t *testing.T) {
	cases := []struct {
		name, job, spec string
		args            []string
		good            bool
	}{
		{"each day", "daily", "30 6 * * *", []string{"run"}, true},
		{"names of days and months", "daily", "*/5 1-3 1,15 JAN MON-FRI", []string{"run"}, true},
		{"seconds", "daily", "0 30 6 * * *", []string{"run"}, false},
		{"descriptor", "daily", "@daily", []string{"run"}, false},
		{"zone inside", "daily", "TZ=UTC 6 * * *", []string{"run"}, false},
		{"minute 60", "daily", "60 6 * * *", []string{"run"}, false},
		{"never", "daily", "0 0 30 2 *", []string{"run"}, false},
		{"name with a space", "the review", "0 8 5 * *", []string{"report"}, false},
		{"no arguments", "daily", "30 6 * * *", nil, false},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			err := schedules.Job{Name: c.job, Spec: c.spec, Args: c.args}.Check()
			if (err == nil) != c.good {
				t.Errorf("got %v", err)
			}
		})
	}
}
