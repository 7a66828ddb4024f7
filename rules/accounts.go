package rules

import "regexp"

// Account is a row of accounts.csv: who owns a sub account.
type Account struct {
	Line         int
	SubAccountID string
	Owner        string
	Contact      string
	Channel      string // the alert channel's name; empty: every channel
}

var accountColumns = []string{"sub_account_id", "owner", "contact", "channel"}

// readAccounts reads accounts.csv.
func readAccounts(file string, text []byte) ([]Account, error) {
	s := readSheet(file, text, accountColumns)
	first := map[string]int{}
	var accounts []Account
	for _, row := range s.rows {
		account := Account{row.line, subAccount(row), row.required("owner"), row.values["contact"], row.values["channel"]}
		if line, ok := first[account.SubAccountID]; ok && account.SubAccountID != "" {
			row.report("sub_account_id", "%s stands in line %d already; keep one", account.SubAccountID, line)
			continue
		}
		first[account.SubAccountID] = row.line
		accounts = append(accounts, account)
	}
	return accounts, s.err()
}

var inScientific = regexp.MustCompile(`^\d([.,]\d+)?[eE]\+?\d+$`)

// subAccount is the row's account id as text; spreadsheets like to make
// numbers of account ids.
func subAccount(row sheetRow) string {
	id := row.required("sub_account_id")
	if inScientific.MatchString(id) {
		row.report("sub_account_id", "%q is an id that a spreadsheet made a number of; format the column as text and write all digits", id)
	}
	return id
}
