package rules

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"slices"

	"github.com/costwarden/costwarden/model/yamlfile"
)

// Policy is what the files of the policy folder say.
type Policy struct {
	Hash       string // of the files' names and bytes
	OwnerKey   string // the tag key whose value owns a charge; empty: no tag does
	Keys       []TagKey
	Untaggable []string // services whose charges cannot carry a tag, as ServiceName spells them
	Budgets    []Budget
	Accounts   []Account
	Rates      []Rate

	ReportingCurrency string // what reports convert into beside billing currencies; empty: nothing. In sets it.
}

// policyFiles are the files a policy folder may hold, in the order of their hash.
var policyFiles = []string{"accounts.csv", "budgets.csv", "rates.csv", "tags.yaml"}

// LoadPolicy reads and checks every file in dir; all problems come at once,
// each with file and line. An absent file is an empty one; an absent folder,
// and a CSV or YAML file that is not part of the policy, are problems.
func LoadPolicy(dir string) (Policy, error) {
	policy, err := readPolicy(os.DirFS(dir), nil)
	if errors.Is(err, fs.ErrNotExist) {
		return Policy{}, fmt.Errorf("policy folder %s does not exist; costwarden init writes one", dir)
	}
	return policy, err
}

// readPolicy reads the policy in folder. Files named in beside are no part of
// it and may lie there.
func readPolicy(folder fs.FS, beside []string) (Policy, error) {
	var policy Policy
	entries, err := fs.ReadDir(folder, ".")
	if err != nil {
		return policy, fmt.Errorf("read policy: %w", err)
	}
	problems := []error{strangers(entries, beside)}
	var hashed []string
	for _, file := range policyFiles {
		text, err := fs.ReadFile(folder, file)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return policy, fmt.Errorf("read policy: %w", err)
		}
		hashed = append(hashed, file, string(text))
		problems = append(problems, policy.read(file, text))
	}
	policy.Hash = hash(hashed...)
	return policy, errors.Join(problems...)
}

// read adds what one policy file says.
func (p *Policy) read(file string, text []byte) (err error) {
	switch file {
	case "accounts.csv":
		p.Accounts, err = readAccounts(file, text)
	case "budgets.csv":
		p.Budgets, err = readBudgets(file, text)
	case "rates.csv":
		p.Rates, err = readRates(file, text)
	case "tags.yaml":
		err = p.readTags(file, text)
	}
	return err
}

// strangers names the files that look like policy and are not: budget.csv
// would otherwise be a policy that nobody reads.
func strangers(entries []fs.DirEntry, beside []string) error {
	var problems []error
	for _, entry := range entries {
		name := entry.Name()
		known := slices.Contains(policyFiles, name) || slices.Contains(beside, name)
		if known || entry.IsDir() || !slices.Contains([]string{".csv", ".yaml", ".yml"}, path.Ext(name)) {
			continue
		}
		problems = append(problems, fmt.Errorf("%s: not a policy file; %s", name, yamlfile.Suggest(name, policyFiles)))
	}
	return errors.Join(problems...)
}

// In is the policy with reports in currency beside those in the currency of
// each bill. The hash tells it apart, as it does every change of the policy.
func (p Policy) In(currency string) Policy {
	p.ReportingCurrency = currency
	if currency != "" {
		p.Hash = hash(p.Hash, currency)
	}
	return p
}

// CheckChannels returns an error for each budget and account whose channel is
// not one of known, the channels that costwarden.yaml names.
func (p Policy) CheckChannels(known []string) error {
	var problems []error
	look := func(file string, line int, channel string) {
		if channel != "" && !slices.Contains(known, channel) {
			problems = append(problems, fmt.Errorf("%s:%d: column channel: no channel %q in costwarden.yaml; %s", file, line, channel, yamlfile.Suggest(channel, known)))
		}
	}
	for _, a := range p.Accounts {
		look("accounts.csv", a.Line, a.Channel)
	}
	for _, b := range p.Budgets {
		look("budgets.csv", b.Line, b.Channel)
	}
	return errors.Join(problems...)
}
