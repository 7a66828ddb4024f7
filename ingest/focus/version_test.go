package focus_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/costwarden/costwarden/ingest/focus"
)

// with adds a column to a bill of one line.
func with(text, column, value string) string {
	lines := strings.SplitAfterN(text, "\n", 2)
	return strings.TrimSuffix(lines[0], "\n") + "," + column + "\n" + strings.TrimSuffix(lines[1], "\n") + "," + value + "\n"
}

// Which column came with which version: the specification's change log.
func TestTheVersionIsRecognisedOrDeclaredAndStated(t *testing.T) {
	plain := bill("2026-10", "1")
	renamed := strings.NewReplacer("ProviderName,PublisherName", "ServiceProviderName,HostProviderName").Replace(plain)
	for _, test := range []struct{ name, text, declared, format, note string }{
		{"1.0", plain, "", "focus_1_0", "FOCUS 1.0, recognised by its columns"},
		{"1.1", with(plain, "SkuMeter", "Seconds"), "", "focus_1_1", "FOCUS 1.1, recognised by its columns, such as SkuMeter"},
		{"1.2", with(with(plain, "SkuMeter", "Seconds"), "InvoiceId", "7"), "", "focus_1_2", "FOCUS 1.2, recognised by its columns, such as InvoiceId"},
		{"1.3", with(with(plain, "ServiceProviderName", "Snowfall"), "HostProviderName", "AWS"), "", "focus_1_3",
			"no columns of FOCUS 1.2, kept in x_Custom: HostProviderName; FOCUS 1.3, recognised by its columns, such as ServiceProviderName"},
		{"1.4", renamed, "", "focus_1_4", "no columns of FOCUS 1.2, kept in x_Custom: HostProviderName; " +
			"FOCUS 1.4, recognised by its columns, such as ServiceProviderName without ProviderName"},
		{"declared", plain, "1.0", "focus_1_0", "FOCUS 1.0, as declared"},
		{"declared otherwise", with(plain, "InvoiceId", "7"), "1.0", "focus_1_0",
			"FOCUS 1.0, as declared, though its columns are those of 1.2, such as InvoiceId"},
	} {
		t.Run(test.name, func(t *testing.T) {
			v := newVendor(t)
			v.put(t, "2026-10.csv", test.text)
			if _, err := v.load(t, focus.Config{Version: test.declared}); err != nil {
				t.Fatal(err)
			}
			v.asks(t, "select Format, Note from import", fmt.Sprintf(`{"Format":%q,"Note":%q}`, test.format, test.note))
			v.asks(t, "select ProviderName, InvoiceIssuerName from cost", `{"ProviderName":"Snowfall","InvoiceIssuerName":"Snowfall Inc."}`)
		})
	}
}

func TestProviderColumnsOfLaterVersionsAreCoalesced(t *testing.T) {
	v := newVendor(t)
	text := strings.NewReplacer("ProviderName,PublisherName", "ServiceProviderName,HostProviderName",
		"Snowfall,Snowfall,", "Snowfall,AWS,").Replace(bill("2026-10", "1"))
	v.put(t, "2026-10.csv", with(text, "InvoiceDetailId", "D-1"))
	if _, err := v.load(t, focus.Config{}); err != nil {
		t.Fatal(err)
	}
	v.asks(t, "select ProviderName, PublisherName, x_Custom from cost",
		`{"ProviderName":"Snowfall","PublisherName":null,"x_Custom":{"HostProviderName":"AWS","InvoiceDetailId":"D-1"}}`)
}

func TestCustomColumnsAreKept(t *testing.T) {
	v := newVendor(t)
	text := with(with(with(bill("2026-10", "1"), "x_Team", `"a ""b"""`), "x_Seats", "12"), "x_Empty", "")
	v.put(t, "2026-10.csv", with(text, "Warehouse Size", "XL"))
	if _, err := v.load(t, focus.Config{}); err != nil {
		t.Fatal(err)
	}
	v.asks(t, "select x_Custom, x_Custom ->> 'x_Team' as Team, (x_Custom ->> 'x_Seats')::integer as Seats from cost",
		`{"x_Custom":{"Warehouse Size":"XL","x_Seats":"12","x_Team":"a \"b\""},"Team":"a \"b\"","Seats":12}`)
	v.asks(t, "select Note from import", `{"Note":"no columns of FOCUS 1.2, kept in x_Custom: Warehouse Size; FOCUS 1.0, recognised by its columns"}`)
}

func TestOpenRefusesAWrongConfiguration(t *testing.T) {
	for want, config := range map[string]focus.Config{
		"location is missing; set the folder of the FOCUS files, such as s3://bucket/prefix or file:./folder":                        {},
		`location "ftp://acme": want s3://bucket/prefix or azblob://account/container/prefix or gs://bucket/prefix or file:./folder`: {Location: "ftp://acme"},
		"location: holds a user or password; credentials belong into the environment or a profile":                                   {Location: "s3://me:secret@acme/bills"},
		`layout "snapshots": want parts, where the files of a month make it up together, or newest, where each holds the whole month so far; ` +
			"leave it out for one file or folder per month": {Location: "file:.", Layout: "snapshots"},
		`version "1.5": want one of 1.0, 1.1, 1.2, 1.3, 1.4, or leave it out`: {Location: "file:.", Version: "1.5"},
	} {
		_, err := focus.Open(t.Context(), "vendor", config, noStores)
		if err == nil || err.Error() != "source vendor: "+want {
			t.Errorf("got  %v\nwant %s", err, want)
		}
	}
}
