package main

import (
	"io"
	"os"
	"time"

	"golang.org/x/term"
)

// environment is everything a command may know of the world outside its
// arguments and files. Time enters here and nowhere else.
type environment struct {
	stdin          io.Reader
	stdout         io.Writer // results
	stderr         io.Writer // logs and progress
	stdoutTerminal bool
	stderrTerminal bool
	lookup         func(name string) (string, bool) // an environment variable
	now            func() time.Time
}

func processEnvironment() environment {
	return environment{
		stdin:          os.Stdin,
		stdout:         os.Stdout,
		stderr:         os.Stderr,
		stdoutTerminal: term.IsTerminal(int(os.Stdout.Fd())),
		stderrTerminal: term.IsTerminal(int(os.Stderr.Fd())),
		lookup:         os.LookupEnv,
		now:            func() time.Time { return time.Now().UTC() },
	}
}

// colour reports whether results may be coloured (https://no-color.org).
func (e environment) colour() bool {
	no, _ := e.lookup("NO_COLOR")
	dumb, _ := e.lookup("TERM")
	return e.stdoutTerminal && no == "" && dumb != "dumb"
}
