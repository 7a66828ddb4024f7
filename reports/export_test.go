package reports

import "time"

// Hasten lets tests retry without waiting, and time out soon.
func (w *Webhook) Hasten() *Webhook {
	w.pause, w.client.Timeout = time.Millisecond, 300*time.Millisecond
	return w
}

// Sheets are the names of the sheets' queries.
func Sheets() []string {
	var names []string
	files, err := sheets.ReadDir("sheets")
	if err != nil {
		panic(err)
	}
	for _, file := range files {
		names = append(names, file.Name()[:len(file.Name())-len(".sql")])
	}
	return names
}

// Ask and CellText are tested on their own: what they promise holds for each
// query and every text.
var (
	Ask      = ask
	CellText = cellText
)
