package main

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"

	"github.com/spf13/cobra"
)

//go:embed starter
var starter embed.FS

func (a *app) newInit() *cobra.Command {
	return &cobra.Command{
		Use:   "init",
		Short: "Write a commented configuration and policy into the current folder",
		Long: `Write costwarden.yaml and the folder policy into the current folder, with comments
that say what to fill in. What is there already is never overwritten.`,
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			files, err := writeFolder(starter, "starter", ".", false)
			if err != nil {
				return err
			}
			for _, file := range files {
				fmt.Fprintln(a.env.stdout, file)
			}
			fmt.Fprintln(a.env.stdout, "\nNext: fill in one of the sources in costwarden.yaml, then\n  costwarden doctor    # tries all that it names, and says what to do\n  costwarden run       # loads the bills and writes the workbook")
			return nil
		},
	}
}

// writeFolder writes the files below root of from into the folder to and
// returns their paths. Unless keep says to leave a file that is there as it is,
// one that is there already stops it before anything is written.
func writeFolder(from fs.FS, root, to string, keep bool) ([]string, error) {
	texts := map[string][]byte{}
	var files []string
	var there []error
	err := fs.WalkDir(from, root, func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		relative, _ := filepath.Rel(filepath.FromSlash(root), filepath.FromSlash(path.Clean(name)))
		file := filepath.Join(to, relative)
		switch _, err := os.Lstat(file); {
		case err == nil && keep:
			return nil
		case err == nil:
			there = append(there, fmt.Errorf("%s is there already; remove it, or use another folder", file))
			return nil
		}
		texts[file], err = fs.ReadFile(from, name)
		files = append(files, file)
		return err
	})
	if err := errors.Join(append(there, err)...); err != nil {
		return nil, fail(exitUsage, err)
	}
	for _, file := range files {
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			return nil, err
		}
		if err := os.WriteFile(file, texts[file], 0o644); err != nil {
			return nil, err
		}
	}
	return files, nil
}
