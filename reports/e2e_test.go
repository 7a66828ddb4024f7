//go:build e2e

package reports_test

import (
	"bytes"
	"image"
	_ "image/png"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// These tests print workbooks with LibreOffice: they need soffice, pdftotext
// and pdftoppm.

func TestE2ELibreOfficePrintsEverySheet(t *testing.T) {
	w := october(t)
	text := command(t, "pdftotext", "-layout", printed(t, write(t, given(t), w)), "-")
	for _, want := range []string{
		"226.01", "236.01", "40.00", "65.7%", "(30.00)", "Check: cost loaded less total",
		"'=HYPERLINK", "breached", "INV-10", "snowflake", "What this is",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("the pages do not show %q", want)
		}
	}
	if strings.Contains(text, "###") {
		t.Error("a column is too narrow for its number")
	}
	if pages := strings.Count(text, "\f"); pages != 12 {
		t.Errorf("%d pages; want one for each of the eleven sheets, and a second of Showback", pages)
	}
}

func TestE2ELibreOfficePrintsTheReportingCurrency(t *testing.T) {
	db := given(t)
	before(t, db)
	rates(t, db, "USD", "2025-09 EUR 1.05", "2025-10 EUR 1.1")
	text := command(t, "pdftotext", "-layout", printed(t, write(t, db, october(t))), "-")
	for _, want := range []string{
		"All bills in USD", "270.01", "By currency of the bill", "Effective cost by owner, USD",
		"Cost in USD", "(19.50)", "Conversion into USD", "1.1000", "Exchange rates to USD", "ECB, month end",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("the pages do not show %q", want)
		}
	}
	if strings.Contains(text, "###") {
		t.Error("a column is too narrow for its number")
	}
	if pages := strings.Count(text, "\f"); pages != 15 {
		t.Errorf("%d pages; want one for each of the fourteen sheets, and a second of Showback", pages)
	}
}

// The picture of the overview is left in the folder that COSTWARDEN_PICTURES
// names, where it is set.
func TestE2ELibreOfficeDrawsTheOverview(t *testing.T) {
	w := october(t)
	w.Organization, w.Sources = "Acme", nil
	pdf := printed(t, write(t, filled(t, "testdata/year.sql"), w))
	text := command(t, "pdftotext", "-l", "1", pdf, "-")
	for _, want := range []string{
		"185,976.00", "183,024.00", "2,952.00", "180,396.72", "94.9%", "9,576.00", "2,100.50", "10,080.00",
		"Effective cost by owner, USD", "This month by service, USD", "data-platform", "2024-10", "Amazon CloudFront",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("the overview does not show %q", want)
		}
	}
	name := filepath.Join(filepath.Dir(pdf), "overview")
	command(t, "pdftoppm", "-r", "110", "-png", "-l", "1", "-singlefile", pdf, name)
	picture, err := os.ReadFile(name + ".png")
	if err != nil {
		t.Fatal(err)
	}
	if n := colors(t, picture); n < 200 {
		t.Errorf("the overview has %d colours; want tiles and charts", n)
	}
	if folder := os.Getenv("COSTWARDEN_PICTURES"); folder != "" {
		if err := os.WriteFile(filepath.Join(folder, "overview.png"), picture, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// printed turns a workbook into a PDF beside it.
func printed(t *testing.T, path string) string {
	t.Helper()
	profile := "-env:UserInstallation=file://" + filepath.Join(t.TempDir(), "profile")
	command(t, "soffice", "--headless", profile, "--convert-to", "pdf", "--outdir", filepath.Dir(path), path)
	return strings.TrimSuffix(path, ".xlsx") + ".pdf"
}

// command runs a program and returns what it prints.
func command(t *testing.T, name string, args ...string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), name, args...)
	var out, problems bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &problems
	if err := cmd.Run(); err != nil {
		t.Fatalf("%s: %v\n%s", name, err, problems.String())
	}
	return out.String()
}

// colors counts the colours of a picture.
func colors(t *testing.T, content []byte) int {
	t.Helper()
	picture, _, err := image.Decode(bytes.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	seen := map[any]bool{}
	for y := range picture.Bounds().Dy() {
		for x := range picture.Bounds().Dx() {
			seen[picture.At(x, y)] = true
		}
	}
	return len(seen)
}
