package main

// checkSchedule says when each job runs next.
func (d *doctor) checkSchedule() []verdict {
	jobs := d.config.Schedule.jobs()
	if len(jobs) == 0 && !d.faulty {
		return []verdict{ok("schedule", "jobs", "there are none; something else has to call costwarden run")}
	}
	var found []verdict
	for _, job := range jobs {
		next, err := job.Next(d.clock, d.config.TimeZone.Value)
		if err != nil {
			found = append(found, failed("schedule", job.Name, exitUsage, err))
			continue
		}
		found = append(found, ok("schedule", job.Name, "next %s", next.Format("2006-01-02 15:04 MST")))
	}
	return found
}
