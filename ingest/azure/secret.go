package azure

import (
	"errors"
	"fmt"
	"net/url"
	"os"
	"strings"
)

// secret is where a secret stands: in an environment variable or in a file.
type secret struct {
	name      string // of its keys: <name>_env and <name>_file
	env, file string
}

func (c Config) sas() secret { return secret{"sas", c.SASEnv, c.SASFile} }
func (c Config) key() secret { return secret{"key", c.KeyEnv, c.KeyFile} }
func (c Config) connectionString() secret {
	return secret{"connection_string", c.ConnectionStringEnv, c.ConnectionStringFile}
}

func (c Config) secrets() []secret { return []secret{c.sas(), c.key(), c.connectionString()} }

func (s secret) isSet() bool { return s.env != "" || s.file != "" }

// value reads the secret. No error of its tells anything of it.
func (s secret) value() (string, error) {
	if s.env != "" {
		value := strings.TrimSpace(os.Getenv(s.env))
		if value == "" {
			return "", fmt.Errorf("%s_env: the environment variable %s is not set", s.name, s.env)
		}
		return value, nil
	}
	content, err := os.ReadFile(s.file)
	if err != nil {
		return "", fmt.Errorf("%s_file: %w", s.name, err)
	}
	value := strings.TrimSpace(string(content))
	if value == "" {
		return "", fmt.Errorf("%s_file: %s is empty", s.name, s.file)
	}
	return value, nil
}

// signature reads a shared access signature out of text, which is the token or
// the whole address with it, as the portal shows both.
func signature(text string) (url.Values, error) {
	if _, query, found := strings.Cut(text, "?"); found {
		text = query
	}
	values, err := url.ParseQuery(text)
	if err != nil || values.Get("sig") == "" {
		return nil, errors.New("holds no shared access signature; want sv=...&sig=..., quoted whole")
	}
	for _, asked := range []string{"comp", "restype", "prefix", "delimiter"} { // of an address that lists the container
		values.Del(asked)
	}
	return values, nil
}

// settingOf is one of the settings that a connection string is made of.
func settingOf(connectionString, name string) string {
	for setting := range strings.SplitSeq(connectionString, ";") {
		if key, value, found := strings.Cut(setting, "="); found && strings.EqualFold(strings.TrimSpace(key), name) {
			return value
		}
	}
	return ""
}
