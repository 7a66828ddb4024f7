package sourcetest

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/costwarden/costwarden/ingest"
)

// Harm is a fault, the requests it happens to and how often, and what becomes
// of the month: Told says why it stays as it was; empty, it loads at once.
type Harm struct {
	Fault  string // for readers: throttling
	To     string // a name in Subject.Requests
	Times  int    // Always: without end
	Happen Happening
	Told   string
}

// Loads is a harm in spite of which the month is loaded.
func Loads(fault, to string, times int, happen Happening) Harm {
	return Harm{Fault: fault, To: to, Times: times, Happen: happen}
}

// Stays is a harm by which the month stays as it was, and what the error says.
func Stays(fault, to string, times int, happen Happening, told string) Harm {
	return Harm{Fault: fault, To: to, Times: times, Happen: happen, Told: told}
}

// String is the harm in words.
func (h Harm) String() string { return h.Fault + ", " + h.To + ", " + h.often() }

func (h Harm) often() string {
	switch h.Times {
	case 1:
		return "once"
	case 2:
		return "twice"
	case Always:
		return "always"
	}
	return fmt.Sprint(h.Times, " times")
}

// faults delivers a month anew for every harm and runs through it: all of it is
// loaded then, or all of the delivery before is still there and an error says
// why. Once the fault is over, the next run fetches every byte of it.
func faults(t *testing.T, s *suite) {
	r, said := beginLoaded(t, s), silence(t)
	loaded := r.edition
	for _, harm := range s.Harms {
		name, want, outcome := harm.String(), r.deliver(t), "stays "
		if err := r.suffer(t, harm); harm.Told == "" {
			outcome, loaded = "loads ", r.edition
			if err != nil {
				t.Errorf("%s: %v; want it loaded", name, err)
			}
		} else {
			if err == nil || !strings.Contains(err.Error(), harm.Told) || !isRefusal(err) {
				t.Errorf("%s: got %v; want a refusal that says: %s", name, err, harm.Told)
			}
			r.fetches(t, name, want)
		}
		r.holds(t, name, loaded)
		known := row{harm.Fault, harm.To}
		s.outcomes[known] = append(s.outcomes[known], outcome+harm.often())
	}
	r.deliver(t)
	r.load(t)
	if text := said(); text != "" {
		t.Errorf("stderr holds %q; want it left to the program's own log", text)
	}
}

// silence puts a file in the place of stderr until the test ends, and returns
// how to read what an SDK has written there.
func silence(t *testing.T) (said func() string) {
	t.Helper()
	file, err := os.Create(filepath.Join(t.TempDir(), "stderr"))
	if err != nil {
		t.Fatal(err)
	}
	own := os.Stderr
	os.Stderr = file

	t.Cleanup(func() {
		os.Stderr = own

		file.Close()
	})
	return func() string {
		text, err := os.ReadFile(file.Name())
		if err != nil {
			t.Error(err)
		}
		return string(text)
	}
}

// suffer runs the source through a harm.
func (r *trial) suffer(t *testing.T, harm Harm) error {
	t.Helper()
	in, known := r.Requests[harm.To]
	if !known {
		t.Fatalf("%s happens to %s, which Requests does not name", harm.Fault, harm.To)
	}
	source, fault := r.open(t, "bill"), &Fault{In: in, Times: harm.Times, Happen: harm.Happen}
	r.Door().Arrange(fault)
	_, err := r.run(t.Context(), source)
	r.Door().Arrange()
	if fault.Times == harm.Times {
		t.Errorf("%s did not happen to %s", harm.Fault, harm.To)
	}
	return err
}

// left is the folder that the last run fetched export to.
func (r *trial) left(t *testing.T, export ingest.Export) string {
	t.Helper()
	folders, err := filepath.Glob(filepath.Join(r.landing, "bill", export.Slice, "*"))
	if err != nil {
		t.Fatal(err)
	}
	newest := filepath.Join(r.landing, "bill", export.Slice, "none")
	var at time.Time
	for _, folder := range folders {
		if stat, err := os.Stat(folder); err == nil && stat.ModTime().After(at) {
			newest, at = folder, stat.ModTime()
		}
	}
	return newest
}

// fetches wants a new process to fetch all that was delivered.
func (r *trial) fetches(t *testing.T, when string, want []string) {
	t.Helper()
	source := r.open(t, "bill")
	export := only(t, source)
	delivery, err := source.Fetch(t.Context(), export, r.left(t, export), nil)
	if err != nil {
		t.Errorf("%s: once it was over: %v", when, err)
		return
	}
	slices.Sort(want)
	if !slices.Equal(r.contents(t, delivery), want) {
		t.Errorf("%s: once it was over, what was fetched is not what was delivered", when)
	}
}
