package main

import (
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/costwarden/costwarden/model"
	"github.com/costwarden/costwarden/model/yamlfile"
)

func (a *app) newConfig() *cobra.Command {
	return group("config", "Check and show the configuration", a.newConfigValidate(), a.newConfigShow())
}

func (a *app) newConfigValidate() *cobra.Command {
	return &cobra.Command{
		Use:   "validate",
		Short: "Check configuration, policy and rules; tell all problems at once",
		Long: `Read the configuration, the policy folder and the rules as a run would, and tell
every problem with its file, line and column. Nothing is fetched or written.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			w, err := a.prepare()
			if err != nil {
				return err
			}
			db, err := model.Open(cmd.Context(), "", model.Options{})
			if err != nil {
				return err
			}
			defer db.Close()
			if err := vet(cmd.Context(), db, w.rules); err != nil {
				return err
			}
			_, err = fmt.Fprintf(a.env.stdout, "%s is good: %d sources, %d channels, %d rules, %d jobs\n", a.flags.config,
				len(w.config.Sources), len(w.config.Notify), len(w.rules), len(w.config.Schedule.entries()))
			return err
		},
	}
}

func (a *app) newConfigShow() *cobra.Command {
	return &cobra.Command{
		Use:   "show",
		Short: "Show every setting, its value and where it comes from; secrets hidden",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			config, err := loadConfig(a.flags.config, a.env)
			if err != nil {
				return err
			}
			p, err := newPrinter(a.env.stdout, a.flags.output, []column{{"key", "VARCHAR"}, {"value", "VARCHAR"}, {"from", "VARCHAR"}})
			if err != nil {
				return err
			}
			for _, s := range config.settings(a.env) {
				if err := p.row([]any{s.key, s.value, s.from}); err != nil {
					return err
				}
			}
			return p.end()
		},
	}
}

// configIfThere is the configuration, or the defaults where none was named and
// none lies in the current folder.
func (a *app) configIfThere() (Config, error) {
	if _, err := os.Stat(a.flags.config); errors.Is(err, fs.ErrNotExist) && a.flags.config == "costwarden.yaml" {
		return defaultConfig(), nil
	}
	return loadConfig(a.flags.config, a.env)
}

// setting is one value of the configuration.
type setting struct{ key, value, from string }

// settings lists what the configuration says, with its secrets hidden.
func (c Config) settings(env environment) []setting {
	overridden := map[string]bool{}
	for _, key := range c.plain() {
		if value, _ := env.lookup(key.variable()); value != "" {
			overridden[key.name] = true
		}
	}
	defaults := defaultConfig()
	defaults.file = c.file
	usual := map[string]string{}
	if defaults.anchor() == nil {
		for _, s := range flatten("", reflect.ValueOf(defaults)) {
			usual[s.key] = s.value
		}
	}
	all := flatten("", reflect.ValueOf(c))
	for i, s := range all {
		switch {
		case overridden[s.key]:
			all[i].from = "environment"
		case usual[s.key] == s.value, s.value == "false":
			all[i].from = "default"
		default:
			all[i].from = "file"
		}
		all[i].value = redact(s.key, s.value)
	}
	return all
}

// flatten lists the values below v by their path, such as sources[0].aws.region.
func flatten(path string, v reflect.Value) []setting {
	if text, ok := v.Interface().(yamlfile.Text); ok {
		return []setting{{key: path, value: text.Value}}
	}
	var all []setting
	switch v.Kind() {
	case reflect.Pointer:
		if v.IsNil() {
			return nil
		}
		return flatten(path, v.Elem())
	case reflect.Struct:
		for i := range v.NumField() {
			name := v.Type().Field(i).Tag.Get("yaml")
			if name == "" || name == "-" {
				continue
			}
			all = append(all, flatten(strings.TrimPrefix(path+"."+name, "."), v.Field(i))...)
		}
		if v.NumField() == 0 {
			all = append(all, setting{key: path, value: "{}"})
		}
	case reflect.Slice:
		for i := range v.Len() {
			all = append(all, flatten(path+"["+strconv.Itoa(i)+"]", v.Index(i))...)
		}
	case reflect.Map:
		keys := v.MapKeys()
		slices.SortFunc(keys, func(a, b reflect.Value) int { return strings.Compare(a.String(), b.String()) })
		for _, key := range keys {
			all = append(all, flatten(path+"."+key.String(), v.MapIndex(key))...)
		}
	default:
		all = append(all, setting{key: path, value: fmt.Sprint(v.Interface())})
	}
	return all
}

// redact hides what might let someone in. The file holds no secrets by design;
// this is for the one who put one there all the same.
func redact(key, value string) string {
	if value != "" && strings.HasSuffix(key, "external_id") {
		return "***"
	}
	u, err := url.Parse(value)
	if err != nil || u.Scheme == "" || u.Host == "" {
		return value
	}
	if u.User != nil {
		u.User = url.User("***")
	}
	if u.RawQuery != "" {
		u.RawQuery = "***"
	}
	return u.String()
}
