package reports_test

import (
	"bytes"
	"database/sql"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"github.com/costwarden/costwarden/model"
	"github.com/costwarden/costwarden/reports"
)

var update = flag.Bool("update", false, "write the golden files anew")

// given opens a database that holds the hand-made company of testdata.
func given(t *testing.T) *sql.DB { return filled(t, "testdata/given.sql") }

// filled opens a database that holds what file inserts.
func filled(t *testing.T, file string) *sql.DB {
	t.Helper()
	db := empty(t)
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	run(t, db, string(text))
	return db
}

func run(t *testing.T, db *sql.DB, query string) {
	t.Helper()
	if _, err := db.Exec(query); err != nil {
		t.Fatal(err)
	}
}

func month(t *testing.T, text string) model.Period {
	t.Helper()
	p, err := model.ParsePeriod(text)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func october(t *testing.T) reports.Workbook {
	return reports.Workbook{
		Organization: "Acme & Sons",
		Period:       month(t, "2025-10"),
		Dir:          t.TempDir(),
		Now:          time.Date(2025, 11, 20, 9, 0, 0, 0, time.UTC),
		Version:      "1.2.3",
		Sources:      []string{"aws-payer", "azure-ea", "snowflake"},
		Acts: map[string]string{
			"rightsizing/previous_generation": "Move to the current generation.",
			"rightsizing/idle":                "Stop it, or say who needs it.",
		},
	}
}

func write(t *testing.T, db *sql.DB, w reports.Workbook) string {
	t.Helper()
	path, _, err := reports.Write(t.Context(), db, w)
	if err != nil {
		t.Fatal(err)
	}
	return path
}

func open(t *testing.T, path string) *excelize.File {
	t.Helper()
	file, err := excelize.OpenFile(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { file.Close() })
	return file
}

// dump is a sheet as text: a line for each row, cells as a reader sees them.
func dump(t *testing.T, file *excelize.File, sheet string) string {
	t.Helper()
	rows, err := file.GetRows(sheet)
	if err != nil {
		t.Fatal(err)
	}
	var text strings.Builder
	for _, row := range rows {
		text.WriteString(strings.TrimRight(strings.Join(row, " | "), " |") + "\n")
	}
	return text.String()
}

func TestSheetsOfTheHandMadeMonth(t *testing.T) {
	file := open(t, write(t, given(t), october(t)))
	for _, sheet := range file.GetSheetList() {
		golden := filepath.Join("testdata", strings.ReplaceAll(strings.ToLower(sheet), " ", "_")+".golden")
		got := dump(t, file, sheet)
		if *update {
			if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(golden)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", sheet, diff)
		}
	}
}

func TestSameTablesGiveTheSameBytes(t *testing.T) {
	db, w := given(t), october(t)
	first, changed, err := reports.Write(t.Context(), db, w)
	if err != nil || !changed {
		t.Fatalf("first: changed %v, %v", changed, err)
	}
	before, err := os.ReadFile(first)
	if err != nil {
		t.Fatal(err)
	}
	w.Now = w.Now.AddDate(0, 5, 3)
	second, changed, err := reports.Write(t.Context(), db, w)
	if err != nil || changed || second != first {
		t.Fatalf("second: %s changed %v, %v", second, changed, err)
	}
	after, err := os.ReadFile(second)
	if err != nil || !bytes.Equal(before, after) {
		t.Fatalf("the bytes differ, %v", err)
	}
}

func TestAWriterThatWasKilledLeavesNothingBehind(t *testing.T) {
	db, w := given(t), october(t)
	half := filepath.Join(w.Dir, ".Acme-Sons_showback_2025-10_final.xlsx.part")
	if err := os.WriteFile(half, []byte("half a workbook, longer or shorter"), 0o640); err != nil {
		t.Fatal(err)
	}
	path, _, err := reports.Write(t.Context(), db, w)
	if err != nil {
		t.Fatal(err)
	}
	left, err := os.ReadDir(w.Dir)
	if err != nil || len(left) != 1 || left[0].Name() != filepath.Base(path) {
		t.Errorf("the folder holds %v, %v; want the workbook alone", left, err)
	}
}

func TestPreliminaryUntil15DaysAfterTheMonth(t *testing.T) {
	db, w := given(t), october(t)
	for now, want := range map[string]string{
		"2025-10-20T12:00:00Z": "Acme-Sons_showback_2025-10_prelim.xlsx",
		"2025-11-15T23:59:59Z": "Acme-Sons_showback_2025-10_prelim.xlsx",
		"2025-11-16T00:00:00Z": "Acme-Sons_showback_2025-10_final.xlsx",
	} {
		var err error
		if w.Now, err = time.Parse(time.RFC3339, now); err != nil {
			t.Fatal(err)
		}
		if got := filepath.Base(write(t, db, w)); got != want {
			t.Errorf("at %s: %s; want %s", now, got, want)
		}
	}
}

func TestAMonthWithCostThatAwaitsItsInvoiceStaysPreliminary(t *testing.T) {
	db, w := given(t), october(t)
	run(t, db, "update import_total set InvoiceId = null where BillingCurrency = 'EUR'")
	if got, want := filepath.Base(write(t, db, w)), "Acme-Sons_showback_2025-10_prelim.xlsx"; got != want {
		t.Errorf("got %s; want %s", got, want)
	}
}

func TestRestatementsStandOnlyWhereAClosedMonthChanged(t *testing.T) {
	db, w := given(t), october(t)
	run(t, db, "delete from restatement where State = 'closed'")
	if got := open(t, write(t, db, w)).GetSheetList(); slices.Contains(got, "Restatements") {
		t.Errorf("the sheets are %v", got)
	}
}

func TestAMonthThatIsNotLoaded(t *testing.T) {
	w := october(t)
	w.Period = month(t, "2025-12")
	_, _, err := reports.Write(t.Context(), given(t), w)
	if err == nil || !strings.Contains(err.Error(), "no charges of 2025-12 are loaded") {
		t.Fatalf("got %v", err)
	}
	if files, err := os.ReadDir(w.Dir); err != nil || len(files) > 0 {
		t.Fatalf("left %v, %v", files, err)
	}
}

func TestTotalsThatDoNotTieAreNotWritten(t *testing.T) {
	for name, spoil := range map[string]string{
		"an owner counted twice":         "create or replace view owned_cost as select * from (" + ownedCost(t) + ") union all by name select * from (" + ownedCost(t) + ") where x_Owner = 'shop'",
		"a charge outside every invoice": "update import_total set BilledCost = BilledCost - 0.000000000000000001 where BillingCurrency = 'EUR'",
	} {
		db, w := given(t), october(t)
		run(t, db, spoil)
		if _, _, err := reports.Write(t.Context(), db, w); err == nil || !strings.Contains(err.Error(), "differs from the cost loaded") {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

// ownedCost is the select of the view owned_cost.
func ownedCost(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile("../model/views/owned_cost.sql")
	if err != nil {
		t.Fatal(err)
	}
	_, query, found := strings.Cut(string(text), "create or replace view owned_cost as")
	if !found {
		t.Fatal("owned_cost.sql has another beginning")
	}
	return strings.TrimRight(strings.TrimSpace(query), ";")
}

func TestWhatALimitLeavesOutIsOneLineAndTotalsTie(t *testing.T) {
	w := october(t)
	w.DetailRows = 2
	file := open(t, write(t, given(t), w))
	for sheet, want := range map[string]string{
		"Showback":      "All other owners | All services | USD | 65.00 ", // 226.005 - 94.005 - 67
		"Untagged cost": "Total |  |  |  | USD | 70.00 ",
		"Rightsizing":   "Total, the largest finding of each resource |  |  | USD | 94.01 | 94.01",
	} {
		if got := strings.ReplaceAll(dump(t, file, sheet), "  |", " |"); !strings.Contains(got, strings.ReplaceAll(want, "  |", " |")) {
			t.Errorf("%s has no line %q:\n%s", sheet, want, got)
		}
	}
	// 226.005 less the two largest lines, checkout EC2 94.005 and shop EC2 50.
	if got := dump(t, file, "Showback"); !strings.Contains(got, "All smaller lines | All services | USD | 82.00") {
		t.Errorf("the rest of the services is not 82.00:\n%s", got)
	}
}

func TestNothingInTheWorkbookIsAFormula(t *testing.T) {
	file := open(t, write(t, given(t), october(t)))
	for _, sheet := range file.GetSheetList() {
		rows, err := file.GetRows(sheet)
		if err != nil {
			t.Fatal(err)
		}
		for i, row := range rows {
			for j := range row {
				at, err := excelize.CoordinatesToCellName(j+1, i+1)
				if err != nil {
					t.Fatal(err)
				}
				if formula, err := file.GetCellFormula(sheet, at); err != nil || formula != "" {
					t.Errorf("%s!%s is a formula: %q, %v", sheet, at, formula, err)
				}
				if strings.ContainsAny(row[j][:min(1, len(row[j]))], "=+@\t\r") && row[j] != "+13.0% on previous month" {
					t.Errorf("%s!%s begins a formula when saved as CSV: %q", sheet, at, row[j])
				}
			}
		}
	}
}

func TestCellText(t *testing.T) {
	for given, want := range map[string]string{
		"web":             "web",
		"=1+1":            "'=1+1",
		"+1":              "'+1",
		"-1":              "'-1",
		"@sum(a1)":        "'@sum(a1)",
		"  =1+1":          "'  =1+1",
		"\t=1+1":          "'␉=1+1",
		"\r=1":            "'␍=1",
		"＝1+1":            "'＝1+1",
		"a\x00b\x1bc":     "a␀b␛c",
		"bad \xff byte":   "bad \uFFFD byte",
		"turn \u202eback": "turn \uFFFDback",
		"":                "",
	} {
		if got := reports.CellText(given); got != want {
			t.Errorf("%q became %q; want %q", given, got, want)
		}
	}
	if got := reports.CellText(strings.Repeat("x", 32_767)); len(got) != 32_767 {
		t.Errorf("a text that fits was cut to %d", len(got))
	}
	// Every 😀 is two of the 32,767 units of a cell; the mark takes eight.
	if got, want := reports.CellText(strings.Repeat("😀", 20_000)), strings.Repeat("😀", 16_379)+" … (cut)"; got != want {
		t.Errorf("a long text became %d characters that end in %q", len([]rune(got)), got[len(got)-20:])
	}
}

func TestEvidenceTooLongForACellIsCutVisibly(t *testing.T) {
	db := given(t)
	run(t, db, `update finding set Evidence = json_object('pods', repeat('x', 40000)) where RuleId = 'rightsizing/idle'`)
	file := open(t, write(t, db, october(t)))
	if got := dump(t, file, "Rightsizing"); !strings.Contains(got, "xxx … (cut)\n") {
		t.Error("no cell ends in the mark")
	}
}

func TestEverySheetPrintsOnA4Landscape(t *testing.T) {
	file := open(t, write(t, given(t), october(t)))
	for _, sheet := range file.GetSheetList() {
		layout, err := file.GetPageLayout(sheet)
		if err != nil {
			t.Fatal(err)
		}
		const a4 = 9
		if *layout.Size != a4 || *layout.Orientation != "landscape" || *layout.FitToWidth != 1 {
			t.Errorf("%s: paper %d, %s, %d wide", sheet, *layout.Size, *layout.Orientation, *layout.FitToWidth)
		}
	}
}

func TestListsAreNativeTables(t *testing.T) {
	file := open(t, write(t, given(t), october(t)))
	var names []string
	for _, sheet := range file.GetSheetList() {
		tables, err := file.GetTables(sheet)
		if err != nil {
			t.Fatal(err)
		}
		for _, table := range tables {
			names = append(names, table.Name)
		}
	}
	want := []string{"ShowbackOwner", "ShowbackProvider", "ShowbackService", "TrendOwner", "TrendService", "TopMovers", "UntaggedCost", "Rightsizing", "Budgets", "Sources", "DataQuality", "Restatements"}
	if diff := cmp.Diff(want, names); diff != "" {
		t.Error(diff)
	}
}

func TestAmountsShowTheDigitsOfTheirCurrency(t *testing.T) {
	db := given(t)
	run(t, db, `
		update daily_cost set BillingCurrency = 'JPY' where BillingCurrency = 'EUR';
		update import_total set BillingCurrency = 'JPY' where BillingCurrency = 'EUR';
		update import_change set BilledCost = BilledCost * 1000, EffectiveCost = EffectiveCost * 1000 where BillingCurrency = 'EUR';
		update finding set Cost = -1234.5, BillingCurrency = 'KWD' where BillingCurrency = 'EUR';`)
	file := open(t, write(t, db, october(t)))
	if got := dump(t, file, "Showback"); !strings.Contains(got, "| JPY | 30  |") {
		t.Errorf("no amount in JPY without digits:\n%s", got)
	}
	if got := dump(t, file, "Rightsizing"); !strings.Contains(got, "| KWD | (1,234.500) |") {
		t.Errorf("no negative amount in KWD in brackets with three digits:\n%s", got)
	}
}

func TestAWorkbookNeedsAMonthAndAnOrganization(t *testing.T) {
	_, _, err := reports.Write(t.Context(), given(t), reports.Workbook{DetailRows: -1})
	for _, want := range []string{"organization", "no month", "-1 detail rows"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v does not mention %q", err, want)
		}
	}
}
