package ingest

import "testing"

func TestTheVersionOfAMappingFollowsWhatItDoes(t *testing.T) {
	m, err := mappingOf("aws_cur_2_0")
	if err != nil {
		t.Fatal(err)
	}
	version := func(m mapping) string {
		t.Helper()
		v, err := m.version()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	was := version(m)
	for name, test := range map[string]struct {
		change func(*mapping)
		same   bool
	}{
		"nothing":         {func(*mapping) {}, true},
		"its title":       {func(m *mapping) { m.title = "Another" }, true},
		"a comment":       {func(m *mapping) { m.charges = "-- why\n" + m.charges }, true},
		"a tie-out":       {func(m *mapping) { m.checks += "\nlimit 1" }, true},
		"a select":        {func(m *mapping) { m.charges += "\nlimit 1" }, false},
		"its totals":      {func(m *mapping) { m.control += "\nlimit 1" }, false},
		"a column's kind": {func(m *mapping) { m.columns = append([]column{{name: "x", kind: "text"}}, m.columns...) }, false},
		"how it names":    {func(m *mapping) { m.snake = true }, false},
		"its split lines": {func(m *mapping) { m.split = "" }, false},
	} {
		changed := m
		test.change(&changed)
		if same := version(changed) == was; same != test.same {
			t.Errorf("%s: the same version is %t; want %t", name, same, test.same)
		}
	}
	versions, err := MappingVersions()
	if err != nil || versions["aws_cur_2_0"] != was || versions["aws_cur_legacy"] == was {
		t.Errorf("got %v, %v; want aws_cur_2_0 at %s and another for the legacy report", versions, err, was)
	}
}
