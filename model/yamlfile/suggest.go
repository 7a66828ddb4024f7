package yamlfile

import (
	"slices"
	"strings"
)

// Suggest says which of the known words was probably meant by word, or lists
// them where none is near. It is the second half of an "unknown ..." message.
func Suggest(word string, known []string) string {
	nearest, least := "", 1+max(2, len(word)/3)
	for _, name := range known {
		if d := distance(strings.ToLower(word), strings.ToLower(name)); d < least {
			nearest, least = name, d
		}
	}
	if nearest != "" {
		return `did you mean "` + nearest + `"?`
	}
	if len(known) == 0 {
		return "none is known here"
	}
	return "known here: " + strings.Join(slices.Sorted(slices.Values(known)), ", ")
}

// distance counts the letters to add, drop, change or swap to make b of a
// (optimal string alignment).
func distance(a, b string) int {
	from, to := []rune(a), []rune(b)
	rows := make([][]int, len(from)+1)
	for i := range rows {
		rows[i] = make([]int, len(to)+1)
		rows[i][0] = i
	}
	for j := range to {
		rows[0][j+1] = j + 1
	}
	for i := range from {
		for j := range to {
			change := 1
			if from[i] == to[j] {
				change = 0
			}
			best := min(rows[i][j+1]+1, rows[i+1][j]+1, rows[i][j]+change)
			if i > 0 && j > 0 && from[i] == to[j-1] && from[i-1] == to[j] {
				best = min(best, rows[i-1][j-1]+1)
			}
			rows[i+1][j+1] = best
		}
	}
	return rows[len(from)][len(to)]
}
