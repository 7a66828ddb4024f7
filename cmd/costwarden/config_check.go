package main

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"time"

	"github.com/costwarden/costwarden/ingest"
	"github.com/costwarden/costwarden/model"
	"github.com/costwarden/costwarden/model/yamlfile"
	"github.com/costwarden/costwarden/schedules"
)

var (
	plainName  = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$`)
	memorySize = regexp.MustCompile(`^[0-9]+(\.[0-9]+)? ?([KMGT]i?B|%)$`)
)

// problems collects what is wrong with a file.
type problems struct {
	file string
	all  []error
}

func (p *problems) add(at yamlfile.Position, format string, args ...any) {
	p.all = append(p.all, yamlfile.Problem{File: p.file, At: at, Text: fmt.Sprintf(format, args...)})
}

// check reports everything that is well-formed but makes no sense.
func (c *Config) check() error {
	p := &problems{file: c.file}
	c.checkMachine(p)
	c.checkSources(p)
	c.checkChannels(p)
	c.checkSchedule(p)
	return errors.Join(p.all...)
}

func (c *Config) checkMachine(p *problems) {
	for _, key := range c.plain() {
		if key.path && *key.value == "" && key.name != "temp_directory" {
			p.add(yamlfile.Position{}, "%s is empty; name a path or leave the key out", key.name)
		}
	}
	if _, err := c.landingLimit(); err != nil {
		p.add(c.LandingLimit.At, "%v", err)
	}
	if code := c.Currency.Value; code != "" && !model.IsCurrency(code) {
		p.add(c.Currency.At, "currency %q: want a code of ISO 4217 such as USD; leave it out to report each bill in its own currency", code)
	}
	if size := c.MemoryLimit.Value; size != "" && !memorySize.MatchString(size) {
		p.add(c.MemoryLimit.At, "memory_limit %q: want a size such as 2GiB", size)
	}
	if _, err := c.threads(); err != nil {
		p.add(c.Threads.At, "threads %q: want a whole number from 1 up", c.Threads.Value)
	}
	if _, err := time.LoadLocation(c.TimeZone.Value); err != nil || c.TimeZone.Value == "" || c.TimeZone.Value == "Local" {
		p.add(c.TimeZone.At, "time_zone %q: want an IANA name such as Europe/Berlin", c.TimeZone.Value)
	}
}

// landingLimit is how many bytes may lie in the landing folder before no
// further month is fetched.
func (c *Config) landingLimit() (int64, error) {
	bytes, ok := ingest.ParseSize(c.LandingLimit.Value)
	if !ok || bytes == 0 {
		return 0, fmt.Errorf("landing_limit %q: want a size such as 4GiB", c.LandingLimit.Value)
	}
	return bytes, nil
}

// threads is how many threads DuckDB may use, 0 for one per core.
func (c *Config) threads() (int, error) {
	if c.Threads.Value == "" {
		return 0, nil
	}
	n, err := strconv.Atoi(c.Threads.Value)
	if err == nil && n < 1 {
		err = strconv.ErrRange
	}
	return n, err
}

func (c *Config) checkSources(p *problems) {
	seen := map[string]bool{}
	for _, source := range c.Sources {
		name := source.Name.Value
		switch {
		case !plainName.MatchString(name):
			p.add(source.At, "source name %q: want letters, digits, dash, dot or underscore", name)
		case seen[name]:
			p.add(source.Name.At, "source %s stands here twice; rows carry the name, keep it unique", name)
		case len(source.providers()) == 0:
			p.add(source.At, "source %s names no provider; add one of aws:, azure:, gcp: and focus:, each with a location or a table", name)
		case len(source.providers()) > 1:
			p.add(source.At, "source %s names more than one provider; give each a source of its own", name)
		default:
			checkProvider(p, source)
		}
		seen[name] = true
	}
}

// checkProvider reports what the provider's package finds wrong with its block.
func checkProvider(p *problems, source SourceConfig) {
	for _, err := range source.providers()[0].validate() {
		p.add(source.At, "source %s: %v", source.Name.Value, err)
	}
}

func (c *Config) checkChannels(p *problems) {
	seen := map[string]bool{}
	for _, channel := range c.Notify {
		name := channel.Name.Value
		switch {
		case !plainName.MatchString(name):
			p.add(channel.At, "channel name %q: want letters, digits, dash, dot or underscore", name)
		case seen[name]:
			p.add(channel.Name.At, "channel %s stands here twice; keep one", name)
		case (channel.Webhook == nil) == (channel.Terminal == nil):
			p.add(channel.At, "channel %s: want one of webhook: {url_env: NAME} and terminal: {}", name)
		case channel.Webhook != nil && (channel.Webhook.URLEnv == "") == (channel.Webhook.URLFile == ""):
			p.add(channel.At, "channel %s: want one of url_env and url_file, which say where the address stands", name)
		case channel.Webhook != nil && channel.Webhook.HeaderEnv != "" && channel.Webhook.HeaderFile != "":
			p.add(channel.At, "channel %s: header_env and header_file say the same; keep one", name)
		}
		seen[name] = true
	}
}

func (c *Config) checkSchedule(p *problems) {
	seen := map[string]bool{}
	for _, entry := range c.Schedule.entries() {
		if err := entry.job.Check(); err != nil {
			p.add(entry.at, "schedule: %v", err)
		}
		if seen[entry.job.Name] {
			p.add(entry.at, "schedule: job %s stands here twice; keep one", entry.job.Name)
		}
		seen[entry.job.Name] = true
	}
}

// scheduleEntry is a job and the place of its time in the file.
type scheduleEntry struct {
	job schedules.Job
	at  yamlfile.Position
}

// entries is the one table of jobs.
func (s ScheduleConfig) entries() []scheduleEntry {
	var entries []scheduleEntry
	if s.Daily.Value != "" {
		job := schedules.Job{Name: "daily", Spec: s.Daily.Value, Args: []string{"run"}}
		entries = append(entries, scheduleEntry{job, s.Daily.At})
	}
	if s.Review.Value != "" {
		job := schedules.Job{Name: "review", Spec: s.Review.Value, Args: []string{"report", "--month", "last"}}
		entries = append(entries, scheduleEntry{job, s.Review.At})
	}
	for _, own := range s.Jobs {
		at := own.Cron.At
		if at == (yamlfile.Position{}) {
			at = own.At
		}
		entries = append(entries, scheduleEntry{schedules.Job{Name: own.Name, Spec: own.Cron.Value, Args: own.Args}, at})
	}
	return entries
}

// jobs is entries without their places.
func (s ScheduleConfig) jobs() []schedules.Job {
	var jobs []schedules.Job
	for _, entry := range s.entries() {
		jobs = append(jobs, entry.job)
	}
	return jobs
}
