package rules_test

import (
	"testing"

	"github.com/costwarden/costwarden/model"
	"github.com/costwarden/costwarden/rules"
)

func TestBuiltInRulesKeepTheContractAndTheirCases(t *testing.T) {
	all, err := rules.Load()
	if err != nil {
		t.Fatal(err)
	}
	db, err := model.Open(t.Context(), "", model.Options{Threads: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for _, rule := range all {
		t.Run(rule.ID, func(t *testing.T) {
			if err := rules.Vet(t.Context(), db, rule); err != nil {
				t.Error(err)
			}
			if err := rules.Test(t.Context(), rule); err != nil {
				t.Error(err)
			}
		})
	}
}
