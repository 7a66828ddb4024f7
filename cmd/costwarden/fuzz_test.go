package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// FuzzConfig reads any text as costwarden.yaml: it is a configuration whose
// sources and channels have plain names, or every problem names the file.
func FuzzConfig(f *testing.F) {
	for _, name := range []string{"demo/costwarden.yaml", "starter/costwarden.yaml"} {
		text, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(text))
	}
	const source = "sources: [{name: a, aws: {location: 'file:./x', export: e}}]\n"
	for _, text := range []string{
		"", "{}", "[]", "a", "---\n---\n", "sources:", "sources: [null]", "sources: [{name: ../../x}]", "a: &a [*a]", "<<: {a: b}",
		source, source + "notify: [{name: t, terminal: {}}]", source + "threads: 99999999999999999999", source + "time_zone: ../../etc/passwd",
		source + "memory_limit: 1e9GB", "sources: [{name: a, aws: {location: 's3://b/%00', export: '..'}}]", "warehouse: \"\\0\"",
		source + "schedule: {daily: '* * * * *', jobs: [{name: x, cron: '@every 1s', args: [run]}]}", "? [a]\n: b", "!!binary aGk=: x", "\t", "\x00", "\xff",
		source + "rules: {params: {a/b: {c: [d]}}}", "sources: {a: b}", "organization: [a]", "a: *b", "schedule: {daily: 'TZ= * * * * *'}",
	} {
		f.Add(text)
	}
	file := filepath.Join(f.TempDir(), "costwarden.yaml")
	env := environment{lookup: func(string) (string, bool) { return "", false }}
	f.Fuzz(func(t *testing.T, text string) {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		config, err := loadConfig(file, env)
		if err != nil {
			if !strings.HasPrefix(err.Error(), file) {
				t.Errorf("%v: the problem names no file", err)
			}
			if codeOf(err) != exitUsage {
				t.Errorf("%v ends in %d; want %d", err, codeOf(err), exitUsage)
			}
			return
		}
		for _, source := range config.Sources {
			if !filepath.IsLocal(source.Name.Value) || strings.ContainsAny(source.Name.Value, `/\`) {
				t.Errorf("source %q would be fetched to a folder of its own choice", source.Name.Value)
			}
		}
		for _, path := range []string{config.Warehouse, config.Landing, config.Reports, config.Policy} {
			if !filepath.IsAbs(path) {
				t.Errorf("path %q does not hang on the file's folder", path)
			}
		}
	})
}
