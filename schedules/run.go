package schedules

import (
	"context"
	"fmt"
	"time"

	"github.com/robfig/cron/v3"
)

// Run starts each job at its time in zone, an IANA name such as Europe/Berlin,
// until ctx ends; then it waits for the job in progress, whose context has
// ended too, and returns nil.
//
// One job runs at a time, because the database has one writer. A job that
// falls due while another runs waits for its turn rather than being lost: the
// review comes once a month. A job that falls due while it is itself running
// or waiting is skipped.
//
// What run returns is run's own to log; it does not stop the schedule.
func Run(ctx context.Context, jobs []Job, zone string, run func(ctx context.Context, job Job)) error {
	location, err := time.LoadLocation(zone)
	if err != nil {
		return fmt.Errorf("time zone %q: %w", zone, err)
	}
	clock := cron.New(cron.WithLocation(location), cron.WithChain(cron.SkipIfStillRunning(cron.DiscardLogger)))
	turn := make(chan struct{}, 1)
	for _, job := range jobs {
		if err := job.Check(); err != nil {
			return err
		}
		times, err := job.times()
		if err != nil {
			return err
		}
		clock.Schedule(times, cron.FuncJob(func() { takeTurn(ctx, turn, func() { run(ctx, job) }) }))
	}
	clock.Start()
	<-ctx.Done()
	<-clock.Stop().Done()
	return nil
}

// takeTurn calls do once turn is free, or not at all when ctx ends first.
func takeTurn(ctx context.Context, turn chan struct{}, do func()) {
	select {
	case <-ctx.Done():
		return
	case turn <- struct{}{}:
	}
	defer func() { <-turn }()
	if ctx.Err() == nil {
		do()
	}
}
