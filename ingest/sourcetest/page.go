package sourcetest

import "testing"

type suite struct {
	Subject
	prints   map[int]string // of the rows of each edition
	outcomes map[row]string // of each harm

	shown, held, pieces, broken, names, twins, killed int
}

type row struct{ fault, to, often string }

func (r row) cells() []string { return []string{r.fault, r.to, r.often} }

func (s *suite) tell(t *testing.T) {
	t.Logf("%s: %d held, %d pieces, %d broken, %d names, %d twins, %d faults, %d killed", s.Heading, s.held, s.pieces, s.broken, s.names, s.twins, len(s.Harms), s.killed)
}
