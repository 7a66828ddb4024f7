package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/costwarden/costwarden/fixtures"
	"github.com/costwarden/costwarden/model"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"costwarden": main})
}

func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		RequireExplicitExec: true,
		Setup: func(env *testscript.Env) error {
			// Neither the machine's cloud credentials nor its metadata service have a say.
			env.Setenv("AWS_EC2_METADATA_DISABLED", "true")
			env.Setenv("AWS_ACCESS_KEY_ID", "test")
			env.Setenv("AWS_SECRET_ACCESS_KEY", "test")
			env.Values[signalledKey{}] = new(*exec.Cmd)
			return nil
		},
		Condition: func(condition string) (bool, error) {
			if condition != "mounts" {
				return false, fmt.Errorf("unknown condition %s", condition)
			}
			return exec.Command("unshare", "-Urm", "mount", "-t", "tmpfs", "tmpfs", os.TempDir()).Run() == nil, nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits":    exits,
			"silence":  silence,
			"receiver": receives,
			"refusal":  refuses,
			"awaits":   awaits,
			"sigterm":  sigterm,
			"ended":    ended,
			"alter":    alter,
			"bill":     sampleBill,
		},
	})
}

// sampleBill writes the sample bill of AWS, of as many months, into a folder: bill
// acme 2.
func sampleBill(ts *testscript.TestScript, _ bool, args []string) {
	months, err := strconv.Atoi(args[1])
	ts.Check(err)
	options := fixtures.Options{Formats: []fixtures.Format{fixtures.FocusParquet}, Months: months}
	_, err = fixtures.Write(context.Background(), ts.MkAbs(args[0]), options)
	ts.Check(err)
}

// exits runs a command and checks its exit code: exits 2 costwarden bogus.
func exits(ts *testscript.TestScript, _ bool, args []string) {
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	err = ts.Exec(args[1], args[2:]...)
	if got := codeOfProcess(err); got != want {
		ts.Fatalf("exit code %d, want %d: %v", got, want, err)
	}
}

func codeOfProcess(err error) int {
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return exit.ExitCode()
	}
	if err != nil {
		return -1
	}
	return 0
}

// silence starts a server that never answers, puts its address into the
// environment variable named, and creates the file asked at its first request.
func silence(ts *testscript.TestScript, _ bool, args []string) {
	asked := ts.MkAbs("asked")
	release := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		if err := os.WriteFile(asked, []byte(r.URL.Path), 0o644); err != nil {
			ts.Logf("%v", err)
		}
		select {
		case <-release:
		case <-r.Context().Done():
		}
	}))
	ts.Setenv(args[0], server.URL)
	ts.Defer(func() { close(release); server.Close() })
}

// receives starts a server that takes messages, puts its address into the
// environment variable named, and writes each message to the file received.
func receives(ts *testscript.TestScript, _ bool, args []string) {
	received := ts.MkAbs("received")
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err == nil {
			err = os.WriteFile(received, body, 0o644)
		}
		if err != nil {
			w.WriteHeader(http.StatusInternalServerError)
		}
	}))
	ts.Setenv(args[0], server.URL+"/open-sesame")
	ts.Defer(server.Close)
}

// refuses starts an S3 server that answers everything with a status and an
// error code, and puts its address into the environment variable named:
// refuses AWS_ENDPOINT_URL 403 AccessDenied. What follows is the bucket's region.
func refuses(ts *testscript.TestScript, _ bool, args []string) {
	status, err := strconv.Atoi(args[1])
	ts.Check(err)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if len(args) > 3 {
			w.Header().Set("X-Amz-Bucket-Region", args[3])
		}
		w.WriteHeader(status)
		fmt.Fprintf(w, `<?xml version="1.0" encoding="UTF-8"?><Error><Code>%s</Code><Message>no</Message></Error>`, args[2])
	}))
	ts.Setenv(args[0], server.URL)
	ts.Defer(server.Close)
}

// awaits waits until a file is there.
func awaits(ts *testscript.TestScript, _ bool, args []string) {
	for range 500 {
		if _, err := os.Stat(ts.MkAbs(args[0])); err == nil {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	ts.Fatalf("%s did not come", args[0])
}

// signalledKey is where sigterm leaves its process for ended.
type signalledKey struct{}

// sigterm sends SIGTERM to the one command in the background.
func sigterm(ts *testscript.TestScript, _ bool, _ []string) {
	cmd := ts.BackgroundCmds()[0]
	*ts.Value(signalledKey{}).(**exec.Cmd) = cmd
	ts.Check(cmd.Process.Signal(syscall.SIGTERM))
}

// ended checks the exit code of the process that sigterm signalled, after wait.
func ended(ts *testscript.TestScript, _ bool, args []string) {
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	cmd := *ts.Value(signalledKey{}).(**exec.Cmd)
	if got := cmd.ProcessState.ExitCode(); got != want {
		ts.Fatalf("exit code %d, want %d", got, want)
	}
}

// alter changes a warehouse as no command does: alter data/costwarden.duckdb 'update ...'.
func alter(ts *testscript.TestScript, _ bool, args []string) {
	ctx := context.Background()
	db, err := model.Open(ctx, ts.MkAbs(args[0]), model.Options{})
	ts.Check(err)
	_, err = db.ExecContext(ctx, args[1])
	ts.Check(errors.Join(err, db.Close()))
}
