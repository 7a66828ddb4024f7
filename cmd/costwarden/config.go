package main

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/costwarden/costwarden/ingest/aws"
	"github.com/costwarden/costwarden/ingest/azure"
	"github.com/costwarden/costwarden/ingest/focus"
	"github.com/costwarden/costwarden/ingest/gcp"
	"github.com/costwarden/costwarden/model/yamlfile"
)

// Config is costwarden.yaml. docs/configuration.md explains every key.
type Config struct {
	Organization  string          `yaml:"organization"`
	Warehouse     string          `yaml:"warehouse"`
	Landing       string          `yaml:"landing"`
	LandingLimit  yamlfile.Text   `yaml:"landing_limit"`
	Policy        string          `yaml:"policy"`
	Reports       string          `yaml:"reports"`
	Currency      yamlfile.Text   `yaml:"currency"`
	MemoryLimit   yamlfile.Text   `yaml:"memory_limit"`
	Threads       yamlfile.Text   `yaml:"threads"`
	TempDirectory string          `yaml:"temp_directory"`
	TimeZone      yamlfile.Text   `yaml:"time_zone"`
	Sources       []SourceConfig  `yaml:"sources"`
	Rules         RulesConfig     `yaml:"rules"`
	Notify        []ChannelConfig `yaml:"notify"`
	Schedule      ScheduleConfig  `yaml:"schedule"`

	file string // where it was read from
	hash string // of its bytes
}

// SourceConfig is one entry of sources: a name and one provider.
type SourceConfig struct {
	Name  yamlfile.Text     `yaml:"name"`
	AWS   *aws.Config       `yaml:"aws"`
	Azure *azure.Config     `yaml:"azure"`
	Focus *focus.Config     `yaml:"focus"`
	GCP   *gcp.Config       `yaml:"gcp"`
	At    yamlfile.Position `yaml:"-"`
}

// RulesConfig adds rules and changes their parameters.
type RulesConfig struct {
	Dirs   []string                     `yaml:"dirs"`
	Params map[string]map[string]string `yaml:"params"` // by rule id, then by parameter
}

// ChannelConfig is one entry of notify: a name and one kind of channel.
type ChannelConfig struct {
	Name     yamlfile.Text     `yaml:"name"`
	Webhook  *WebhookConfig    `yaml:"webhook"`
	Terminal *struct{}         `yaml:"terminal"`
	At       yamlfile.Position `yaml:"-"`
}

// WebhookConfig says where the secrets of a webhook stand; they themselves are
// never in the file. The header is one more to send, "Name: value".
type WebhookConfig struct {
	URLEnv     string `yaml:"url_env"` // an environment variable
	URLFile    string `yaml:"url_file"`
	HeaderEnv  string `yaml:"header_env"`
	HeaderFile string `yaml:"header_file"`
}

// ScheduleConfig says when which command runs.
type ScheduleConfig struct {
	Daily  yamlfile.Text `yaml:"daily"`  // costwarden run
	Review yamlfile.Text `yaml:"review"` // costwarden report --month last
	Jobs   []JobConfig   `yaml:"jobs"`
}

// JobConfig is a job of the user's own.
type JobConfig struct {
	Name string            `yaml:"name"`
	Cron yamlfile.Text     `yaml:"cron"`
	Args []string          `yaml:"args"`
	At   yamlfile.Position `yaml:"-"`
}

// defaultConfig holds what the file need not say.
func defaultConfig() Config {
	return Config{
		Organization: "Organization",
		Warehouse:    "data/costwarden.duckdb",
		Landing:      "data/landing",
		LandingLimit: yamlfile.Text{Value: "4GiB"},
		Policy:       "policy",
		Reports:      "out",
		TimeZone:     yamlfile.Text{Value: "UTC"},
		// 1.5 GB at the peak of a load of ten million rows; more buys little speed.
		MemoryLimit: yamlfile.Text{Value: "1GiB"},
	}
}

// loadConfig reads the file, lets the environment override its plain keys and
// checks everything; all problems come at once, each with its place. With an
// error comes as much of the configuration as could be read, for doctor.
func loadConfig(file string, env environment) (Config, error) {
	config := defaultConfig()
	text, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return config, usageError("%s: no such file; write one with costwarden init, or name yours with --config", file)
	}
	if err != nil {
		return config, fail(exitUsage, err)
	}
	hash := sha256.Sum256(text)
	config.file, config.hash = file, hex.EncodeToString(hash[:])
	err = errors.Join(yamlfile.Decode(file, text, &config), config.override(env))
	if err == nil {
		err = config.check()
	}
	return config, fail(exitUsage, errors.Join(err, config.anchor()))
}

// plain names the keys that the environment can override, COSTWARDEN_ and the
// key in capitals. Paths are marked: in a variable they are relative to the
// current folder, as on a command line.
func (c *Config) plain() []plainKey {
	return []plainKey{
		{"organization", &c.Organization, false},
		{"warehouse", &c.Warehouse, true},
		{"landing", &c.Landing, true},
		{"landing_limit", &c.LandingLimit.Value, false},
		{"policy", &c.Policy, true},
		{"reports", &c.Reports, true},
		{"currency", &c.Currency.Value, false},
		{"memory_limit", &c.MemoryLimit.Value, false},
		{"threads", &c.Threads.Value, false},
		{"temp_directory", &c.TempDirectory, true},
		{"time_zone", &c.TimeZone.Value, false},
	}
}

type plainKey struct {
	name  string
	value *string
	path  bool
}

func (k plainKey) variable() string { return "COSTWARDEN_" + strings.ToUpper(k.name) }

func (c *Config) override(env environment) error {
	for _, key := range c.plain() {
		value, ok := env.lookup(key.variable())
		if !ok || value == "" {
			continue
		}
		if key.path {
			absolute, err := filepath.Abs(value)
			if err != nil {
				return err
			}
			value = absolute
		}
		*key.value = value
	}
	return nil
}

// anchor makes the file's relative paths relative to the file's folder.
func (c *Config) anchor() error {
	folder, err := filepath.Abs(filepath.Dir(c.file))
	if err != nil {
		return err
	}
	for _, key := range c.plain() {
		if key.path && *key.value != "" {
			*key.value = under(folder, *key.value)
		}
	}
	for i, dir := range c.Rules.Dirs {
		c.Rules.Dirs[i] = under(folder, dir)
	}
	for _, source := range c.Sources {
		for _, provider := range source.providers() {
			if path, ok := strings.CutPrefix(*provider.location, "file:"); ok {
				*provider.location = "file:" + under(folder, path)
			}
			for _, file := range provider.files {
				if *file != "" {
					*file = under(folder, *file)
				}
			}
		}
	}
	for _, channel := range c.Notify {
		if channel.Webhook == nil {
			continue
		}
		for _, file := range []*string{&channel.Webhook.URLFile, &channel.Webhook.HeaderFile} {
			if *file != "" {
				*file = under(folder, *file)
			}
		}
	}
	return nil
}

// under is path, below folder where it is relative.
func under(folder, path string) string {
	if filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(folder, path)
}
