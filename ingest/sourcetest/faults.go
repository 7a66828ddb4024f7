package sourcetest

import (
	"fmt"
	"strings"
	"testing"
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

// row names the harm in docs/reliability.md.
func (h Harm) row() row {
	often := map[int]string{1: "once", 2: "twice", Always: "always"}[h.Times]
	if often == "" {
		often = fmt.Sprint(h.Times, " times")
	}
	return row{h.Fault, h.To, often}
}

// faults delivers a month anew for every harm and loads it through the fault:
// all of it is there then, or all of the delivery before and an error that says
// why. Once the fault is over, the next run loads it.
func faults(t *testing.T, s *suite) {
	r := beginLoaded(t, s)
	for _, harm := range s.Harms {
		r.deliver(t)
		in, known := s.Requests[harm.To]
		if !known {
			t.Fatalf("%s happens to %s, which Requests does not name", harm.Fault, harm.To)
		}
		fault := &Fault{In: in, Times: harm.Times, Happen: harm.Happen}
		source := r.open(t, "bill")
		r.Door().Arrange(fault)
		_, err := r.run(t.Context(), source)
		r.Door().Arrange()
		name, edition := strings.Join(harm.row().cells(), ", "), r.edition
		switch {
		case harm.Told == "" && err != nil:
			t.Errorf("%s: %v; want it loaded", name, err)
		case harm.Told != "" && (err == nil || !strings.Contains(err.Error(), harm.Told)):
			t.Errorf("%s: got %v; want an error that says: %s", name, err, harm.Told)
		case harm.Told != "" && !isRefusal(err):
			t.Errorf("%s: %v is of no kind that a command knows", name, err)
		}
		s.outcomes[harm.row()] = "loads"
		if harm.Told != "" {
			s.outcomes[harm.row()], edition = "stays", edition-1
		}
		if fault.Times == harm.Times {
			t.Errorf("%s did not happen", name)
		}
		r.holds(t, name, edition)
		if harm.Told != "" {
			r.load(t)
		}
	}
}
