package ingest

import (
	"context"
	"database/sql"
	"fmt"
	"math"
	"math/big"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"
)

// FuzzNumber reads any text as a number: the fast ways come to what a plain
// cast comes to, or neither reads it.
func FuzzNumber(f *testing.F) {
	conn := connect(f)
	for _, text := range []string{
		"0", "-0", "1", "-1.5", "+2.25", ".5", "-.5", "5.", ".", "-", "", " 7 ", "12 .345678901234567", "00000000\r.", "1_000", "1,5", "1.5.2", "0x10", "inf", "nan",
		"12345678", "-1234567", "123456789", "12345678.9876543210", "-12345678.9876543210", "123456789.9876543210", "1234567890123456.5",
		"54.123456789012345678", "-54.123456789012345678", "9.9999999999999999995", "0.0000000000000000005", "99999999999999999999.1",
		"1e-7", "1.25E-12", "12.5e3", "1e400", "54.12345678901234e1", "０.５", "5.٣",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if strings.ContainsAny(text, "_\x00") {
			return // no number here, and one to DuckDB
		}
		plain, plainErr := ask(conn, "select cast(cast(? as varchar) as decimal(38, 18))", text)
		fast, fastErr := ask(conn, "select plain_number(cast(? as varchar))", text)
		if (plainErr == nil) != (fastErr == nil) || plain != fast {
			t.Errorf("%q: a plain cast gives %q, %v; the fast way %q, %v", text, plain, plainErr, fast, fastErr)
		}
	})
}

// FuzzDouble reads any double as a number: the fast ways come to its shortest
// text, whole or rounded to nine decimals.
func FuzzDouble(f *testing.F) {
	conn := connect(f)
	for _, x := range []float64{
		0, 1, -1, 0.1, -0.1, 0.30000000000000004, 1e-10, 1.00000000015, 1e5, 99999.9999999999, 1e9, 999999999.999999,
		61847529062400, 1e15, 999999999999999, 1234567890123456.7, 1e17, 1.5e-9, 2.5e-9, 0.0000000005, 0.00000000049999999,
		1.2345678905, 12345.6789012345, -12345.6789012345, 99999.1234567895, 2.675, math.MaxFloat64, math.Pi * 1e-6,
	} {
		f.Add(x)
	}
	random := rand.New(rand.NewPCG(1, 2))
	for range 200 {
		f.Add(random.Float64() * math.Pow(10, float64(random.IntN(24)-12)))
	}
	f.Fuzz(func(t *testing.T, x float64) {
		if math.IsNaN(x) || math.IsInf(x, 0) {
			return
		}
		text := strconv.FormatFloat(x, 'g', -1, 64)
		for question, places := range map[string]int{"exact(cast(? as double))": 18, "numeric_of(cast(? as double))": 9} {
			got, err := ask(conn, question, x)
			want, fits := rounded(text, places)
			if fits != (err == nil) || fits && got != want {
				t.Errorf("%s of %s: got %q, %v; want %q", question, text, got, err, want)
			}
		}
	})
}

// rounded is the number that text writes to some decimal places, halves away
// from zero, and whether it has at most 38 digits, or 28 where nine are behind
// the point.
func rounded(text string, places int) (string, bool) {
	x, ok := new(big.Rat).SetString(text)
	if !ok {
		return "", false
	}
	limit := new(big.Int).Exp(big.NewInt(10), big.NewInt(map[int]int64{9: 19, 18: 20}[places]), nil)
	rounded := x.FloatString(places)
	whole, _, _ := strings.Cut(strings.TrimPrefix(rounded, "-"), ".")
	n, _ := new(big.Int).SetString(whole, 10)
	if strings.Trim(rounded, "-0.") == "" {
		rounded = strings.TrimPrefix(rounded, "-")
	}
	return rounded, n.Cmp(limit) < 0
}

// ask returns the one value that a question with one argument is answered with.
func ask(conn *sql.Conn, question string, argument any) (string, error) {
	var answer string
	err := conn.QueryRowContext(context.Background(), fmt.Sprintf("select cast((%s) as varchar)", question), argument).Scan(&answer)
	return answer, err
}
