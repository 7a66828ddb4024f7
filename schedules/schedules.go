// Package schedules runs Costwarden's jobs at their times, or writes the same
// table of jobs for another scheduler to run.
//
//	costwarden.yaml: schedule ──> []Job ──┬─> Run       resident, in this process
//	                                      ├─> Crontab   lines for cron
//	                                      └─> CronJobs  manifests for Kubernetes
//
// A job is a costwarden command line at a time. Times are five cron fields
// (minute, hour, day of month, month, day of week) in one time zone. A time
// that was slept through is not made up for: a job does all that is due
// whenever it runs, so the next one catches up.
package schedules

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/robfig/cron/v3"
)

// Job is a named command at a time.
type Job struct {
	Name string   // daily
	Spec string   // five cron fields
	Args []string // the arguments of costwarden: run
}

// lockWait is how long a job waits for a command that holds the warehouse.
const lockWait = "1h"

// CommandLine is the job's whole command line for a configuration file,
// without the program's name.
func (j Job) CommandLine(config string) []string {
	return slices.Concat(j.Args, []string{"--config", config, "--lock-wait", lockWait})
}

// jobName keeps the name of a Kubernetes CronJob, which has "costwarden-" in
// front, within the 52 characters that it may have.
var jobName = regexp.MustCompile(`^[a-z]([a-z0-9-]{0,38}[a-z0-9])?$`)

var fields = cron.NewParser(cron.Minute | cron.Hour | cron.Dom | cron.Month | cron.Dow)

// Check reports what is wrong with the job's name, times or arguments.
func (j Job) Check() error {
	if !jobName.MatchString(j.Name) {
		return fmt.Errorf("job name %q: want at most 40 lower-case letters, digits and dashes, a letter first", j.Name)
	}
	if len(j.Args) == 0 {
		return fmt.Errorf("job %s has no arguments; name a command, such as [run]", j.Name)
	}
	_, err := j.times()
	return err
}

// Next is when the job runs next after now, in zone.
func (j Job) Next(now time.Time, zone string) (time.Time, error) {
	location, err := time.LoadLocation(zone)
	if err != nil {
		return time.Time{}, fmt.Errorf("time zone %q: %w", zone, err)
	}
	times, err := j.times()
	if err != nil {
		return time.Time{}, err
	}
	return times.Next(now.In(location)), nil
}

// times parses the cron fields.
func (j Job) times() (cron.Schedule, error) {
	if n := len(strings.Fields(j.Spec)); n != 5 || strings.Contains(j.Spec, "?") {
		return nil, fmt.Errorf("cron expression %q: want five fields, such as 30 6 * * * for 06:30 each day", j.Spec)
	}
	times, err := fields.Parse(j.Spec)
	if err != nil {
		return nil, fmt.Errorf("cron expression %q: %w", j.Spec, err)
	}
	if times.Next(time.Unix(0, 0)).IsZero() {
		return nil, fmt.Errorf("cron expression %q: names a day that no month has", j.Spec)
	}
	return times, nil
}
