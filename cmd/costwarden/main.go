// Command costwarden is cost governance as a batch job: it loads the cloud's
// bills into one database, judges them by rules and budgets, writes the
// showback workbook and tells each budget breach once.
//
// Read pipeline.go first: it lists what a run does, in order. Each command is a
// file of its name; the others are its furniture:
//
//	main.go         the process: arguments, streams, clock, signals
//	root.go         the command tree
//	flags.go        its flags, and the environment that may set them
//	config.go       costwarden.yaml
//	work.go         one run of a writing command: lock, database, row in run
//	exit.go         errors and the exit codes they end in
package main

import (
	"context"
	"io"
	"log"
	"os"
	_ "time/tzdata" // time_zone works also where the machine knows no zones
)

func main() {
	log.SetOutput(io.Discard) // of libraries; what goes wrong comes back as an error
	ctx, stop := signalled(context.Background())
	code := run(ctx, os.Args[1:], processEnvironment())
	stop()
	os.Exit(code)
}
