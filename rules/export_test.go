package rules

import (
	"context"
	"database/sql"
	"io/fs"

	"github.com/costwarden/costwarden/model"
)

// Cases are the names of a rule's cases.
func Cases(rule Rule) ([]string, error) { return caseNames(rule) }

// LoadCase puts what a case of a rule gives into db, so that a test can change
// it before it is judged.
func LoadCase(ctx context.Context, db *sql.DB, rule Rule, name string) (model.Period, error) {
	folder, err := fs.Sub(rule.cases, name)
	if err != nil {
		return model.Period{}, err
	}
	return loadCase(ctx, db, folder)
}
