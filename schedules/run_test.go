package schedules_test

import (
	"context"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/costwarden/costwarden/schedules"
)

// The clock of a synctest bubble begins at midnight UTC on Saturday 2000-01-01.

// started runs jobs for so long and returns when each began, as "name day hour:minute" in UTC.
func started(t *testing.T, jobs []schedules.Job, zone string, long, each time.Duration) []string {
	t.Helper()
	var begun []string
	ctx, cancel := context.WithTimeout(t.Context(), long)
	defer cancel()
	err := schedules.Run(ctx, jobs, zone, func(_ context.Context, job schedules.Job) {
		begun = append(begun, job.Name+" "+time.Now().UTC().Format("02 15:04"))
		time.Sleep(each)
	})
	if err != nil {
		t.Fatal(err)
	}
	return begun
}

func TestRun(t *testing.T) {
	daily := schedules.Job{Name: "daily", Spec: "30 6 * * *", Args: []string{"run"}}
	review := schedules.Job{Name: "review", Spec: "0 7 * * *", Args: []string{"report"}}
	hourly := schedules.Job{Name: "hourly", Spec: "0 * * * *", Args: []string{"run"}}
	day := 24 * time.Hour
	cases := []struct {
		name       string
		jobs       []schedules.Job
		zone       string
		long, each time.Duration
		want       []string
	}{
		{"each day at its time", []schedules.Job{daily}, "UTC", 2 * day, 0, []string{"daily 01 06:30", "daily 02 06:30"}},
		{"times are of the zone", []schedules.Job{daily}, "Asia/Tokyo", day, 0, []string{"daily 01 21:30"}},
		{"another job waits its turn", []schedules.Job{daily, review}, "UTC", 10 * time.Hour, 2 * time.Hour, []string{"daily 01 06:30", "review 01 08:30"}},
		{"a job that still runs is skipped", []schedules.Job{hourly}, "UTC", 6 * time.Hour, 90 * time.Minute, []string{"hourly 01 01:00", "hourly 01 03:00", "hourly 01 05:00"}},
		{"the job in progress is waited for, the one behind it never begins", []schedules.Job{daily, review}, "UTC", 7*time.Hour + time.Minute, 2 * time.Hour, []string{"daily 01 06:30"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				if got := started(t, c.jobs, c.zone, c.long, c.each); !slices.Equal(got, c.want) {
					t.Errorf("got %q, want %q", got, c.want)
				}
			})
		})
	}
}

func TestRunTellsTheJobThatItMustEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 7*time.Hour)
		defer cancel()
		jobs := []schedules.Job{{Name: "daily", Spec: "30 6 * * *", Args: []string{"run"}}}
		var ended time.Time
		err := schedules.Run(ctx, jobs, "UTC", func(ctx context.Context, _ schedules.Job) {
			<-ctx.Done()
			ended = time.Now().UTC()
		})
		if err != nil || ended.Format("15:04") != "07:00" {
			t.Errorf("job ended at %s, %v; want 07:00", ended, err)
		}
	})
}

func TestRunRefusesAnUnknownZone(t *testing.T) {
	if err := schedules.Run(t.Context(), nil, "Mars/Olympus", nil); err == nil {
		t.Error("want an error")
	}
}
