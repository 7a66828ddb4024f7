package main

import (
	"context"
	"database/sql"
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"
)

// version is set when a release is linked: -ldflags "-X main.version=1.0.0".
var version = ""

// versionText is the version of the release, else of the module, else of the commit.
func versionText() string {
	if version != "" {
		return version
	}
	build, ok := debug.ReadBuildInfo()
	if !ok || build.Main.Version == "" {
		return "(devel)"
	}
	return build.Main.Version
}

func (a *app) newVersion() *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print the versions of Costwarden, DuckDB and Go",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			duckdb, err := duckdbVersion(cmd.Context())
			if err != nil {
				return err
			}
			_, err = fmt.Fprintf(a.env.stdout, "costwarden %s\nduckdb %s\n%s %s/%s\n",
				versionText(), duckdb, runtime.Version(), runtime.GOOS, runtime.GOARCH)
			return err
		},
	}
}

func duckdbVersion(ctx context.Context) (string, error) {
	db, err := sql.Open("duckdb", "")
	if err != nil {
		return "", err
	}
	defer db.Close()
	var text string
	err = db.QueryRowContext(ctx, "select version()").Scan(&text)
	return text, err
}
