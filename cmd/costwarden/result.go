package main

// result is one line of what a command did: the same in the table on stdout,
// in its JSON and CSV, and in the column Summary of run.
type result struct {
	Stage   string `json:"stage"`
	Subject string `json:"subject"` // a source and its slice, a rule, a workbook, a channel
	Status  string `json:"status"`
	Count   int64  `json:"count"` // rows, findings, alerts
	Detail  string `json:"detail"`
}

// resultColumns are the columns of results as they are printed.
var resultColumns = []column{
	{"stage", "VARCHAR"}, {"subject", "VARCHAR"}, {"status", "VARCHAR"}, {"count", "BIGINT"}, {"detail", "VARCHAR"},
}

func (w *work) note(stage, subject, status string, count int64, detail string) {
	w.results = append(w.results, result{stage, subject, status, count, detail})
}

// print writes the results to stdout.
func (w *work) print() error {
	if len(w.results) == 0 && w.app.flags.output == "table" {
		return nil
	}
	p, err := newPrinter(w.app.env.stdout, w.app.flags.output, resultColumns)
	if err != nil {
		return err
	}
	for _, r := range w.results {
		if err := p.row([]any{r.Stage, r.Subject, r.Status, r.Count, r.Detail}); err != nil {
			return err
		}
	}
	return p.end()
}
