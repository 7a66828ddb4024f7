package focus

import (
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/costwarden/costwarden/model"
)

// place is what the path of a file says about its month.
type place struct {
	month  model.Period // zero: nothing
	folder string       // the folder that names the month; empty: the file's own name does
}

// placeOf reads the month out of a path below the location. A folder's name
// counts before the file's, a deeper folder's before one above it. One name
// that holds two months is an error.
func placeOf(file string) (place, error) {
	folders := strings.Split(path.Dir(file), "/")
	for i := len(folders) - 1; i >= 0; i-- {
		month, err := monthOfFolder(folders[:i+1])
		if err != nil || !month.IsZero() {
			return place{month, strings.Join(folders[:i+1], "/")}, err
		}
	}
	month, err := monthIn(path.Base(file))
	return place{month: month}, err
}

// monthOfFolder is the month that the last of folders names, alone or, as
// 2026/10 and year=2026/month=10 do, with the one above it.
func monthOfFolder(folders []string) (model.Period, error) {
	last := folders[len(folders)-1]
	if len(folders) > 1 {
		year, number := valueOf("year", folders[len(folders)-2]), valueOf("month", last)
		if len(number) == 1 {
			number = "0" + number
		}
		if month, ok := parse(year, number); ok {
			return month, nil
		}
	}
	return monthIn(last)
}

// valueOf is what a folder says of key: the 10 of month=10 and of 10.
func valueOf(key, folder string) string {
	if name, value, ok := strings.Cut(folder, "="); ok && strings.EqualFold(name, key) {
		return value
	}
	return folder
}

var digits = regexp.MustCompile(`[0-9]+`)

// monthIn is the one month that a name holds: 2026-10, 2026_10, 2026.10 or
// 202610, or a whole month's dates such as 20261001-20261101. The date of a
// day, 2026-10-05 or 20261005, names no month: who knows what was written then.
func monthIn(name string) (model.Period, error) {
	var months []model.Period
	runs := digits.FindAllStringIndex(name, -1)
	for i := 0; i < len(runs); i++ {
		month, used, ok := monthAt(name, runs[i:])
		if ok && !slices.Contains(months, month) {
			months = append(months, month)
		}
		i += used - 1
	}
	switch len(months) {
	case 0:
		return model.Period{}, nil
	case 1:
		return months[0], nil
	}
	return model.Period{}, fmt.Errorf("%s names the months %s and %s; give it the name of one, such as %s", name, months[0], months[1], months[0])
}

// monthAt reads a month from the first of runs, the digits in name, on. used
// is how many of them belong to what was read, be it a month or not.
func monthAt(name string, runs [][]int) (month model.Period, used int, ok bool) {
	text := func(i int) string { return name[runs[i][0]:runs[i][1]] }
	between := func(i int) string { // what stands between run i and the next
		if i+1 >= len(runs) {
			return ""
		}
		return name[runs[i][1]:runs[i+1][0]]
	}
	first := text(0)
	switch joint := between(0); {
	case len(first) == 6:
		month, ok = parse(first[:4], first[4:])
	case len(first) == 8 && joint == "-" && len(text(1)) == 8:
		month, ok = parse(first[:4], first[4:6])
		return month, 2, ok && datesOf(month) == first+"-"+text(1)
	case len(first) == 4 && len(joint) == 1 && strings.Contains("-_.", joint) && len(text(1)) == 2:
		if between(1) == joint && len(text(2)) <= 2 { // a day
			return model.Period{}, 3, false
		}
		month, ok = parse(first, text(1))
		return month, 2, ok
	}
	return month, 1, ok
}

// datesOf is month as first day and first day after it, 20261001-20261101.
func datesOf(month model.Period) string {
	return month.Start().Format("20060102") + "-" + month.End().Format("20060102")
}

// parse takes years of this century only: other numbers of that length are
// something else.
func parse(year, number string) (model.Period, bool) {
	if len(year) != 4 || !strings.HasPrefix(year, "20") || len(number) != 2 {
		return model.Period{}, false
	}
	month, err := model.ParsePeriod(year + "-" + number)
	return month, err == nil
}
