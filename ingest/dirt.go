package ingest

import (
	"context"
	"database/sql"
	_ "embed"
	"errors"
	"fmt"
	"slices"
	"strings"
)

//go:embed dialect.sql
var dialectSQL string

// refuseDirt refuses files that are not written as FOCUS asks, where the
// dialect does not ask for the repair: with the first value of each kind of
// dirt, and the dialect that would repair them all.
// notes say which columns were read under other names.
func (l loading) refuseDirt(ctx context.Context, conn *sql.Conn) (notes []string, err error) {
	if !l.mapping.strict() {
		return nil, nil
	}
	if _, err := conn.ExecContext(ctx, dialectSQL); err != nil {
		return nil, err
	}
	from, err := scan(l.delivery, l.mapping)
	if err != nil {
		return nil, err
	}
	written, err := describe(ctx, conn, from)
	if err != nil {
		return nil, err
	}
	if notes, err = l.vetNames(written); err != nil {
		return nil, err
	}
	return notes, l.refuseCells(ctx, conn)
}

// refuseCells refuses values that are dirty after the repairs.
func (l loading) refuseCells(ctx context.Context, conn *sql.Conn) error {
	from, physical, err := relation(ctx, conn, l.delivery, l.mapping)
	if err != nil {
		return err
	}
	found, err := theDirty(ctx, conn, from, l.mapping.left(physical, l.delivery.Dialect))
	if err != nil || len(found) == 0 {
		return err
	}
	codes := slices.Clone(l.delivery.Dialect)
	var places []string
	for _, dirt := range found {
		if slices.Contains(codes, dirt.code) {
			continue
		}
		place, err := l.placeOfDirt(ctx, conn, dirt)
		if err != nil {
			return err
		}
		places, codes = append(places, place), append(codes, dirt.code)
	}
	return fmt.Errorf("%w: %s; %s", ErrReconcile, strings.Join(places, "; "), askFor(codes))
}

// askFor says what would repair dirt.
func askFor(codes []string) string {
	return fmt.Sprintf("set dialect: [%s] to have it and its like repaired and counted, or have the files written as FOCUS asks",
		strings.Join(codes, ", "))
}

// theDirty are those of possible that a row of from is dirty with.
func theDirty(ctx context.Context, conn *sql.Conn, from string, possible []dirty) ([]dirty, error) {
	if len(possible) == 0 {
		return nil, nil
	}
	var conditions []string
	for _, d := range possible {
		conditions = append(conditions, "coalesce(bool_or("+d.condition+"), false)")
	}
	isDirty := make([]bool, len(possible))
	into := make([]any, len(possible))
	for i := range isDirty {
		into[i] = &isDirty[i]
	}
	if err := conn.QueryRowContext(ctx, "select "+strings.Join(conditions, ", ")+" from "+from).Scan(into...); err != nil {
		return nil, err
	}
	var found []dirty
	for i, d := range possible {
		if isDirty[i] {
			found = append(found, d)
		}
	}
	return found, nil
}

// placeOfDirt says where dirt stands first, its value and what it should be.
func (l loading) placeOfDirt(ctx context.Context, conn *sql.Conn, dirt dirty) (string, error) {
	if _, err := conn.ExecContext(ctx, "set preserve_insertion_order = true"); err != nil {
		return "", err
	}
	for _, file := range l.delivery.Files {
		one := Delivery{Encoding: l.delivery.Encoding, Files: []File{file}, Dialect: l.delivery.Dialect}
		from, physical, err := relation(ctx, conn, one, l.mapping)
		if err != nil {
			return "", err
		}
		left := l.mapping.left(physical, l.delivery.Dialect)
		i := slices.IndexFunc(left, func(d dirty) bool { return d.cell.name == dirt.cell.name && d.code == dirt.code })
		if i < 0 {
			continue
		}
		row, value, err := firstBad(ctx, conn, from, left[i].cell.physical, left[i].condition)
		if errors.Is(err, sql.ErrNoRows) {
			continue
		}
		if err != nil {
			return "", err
		}
		place, err := placeOf(one, row)
		return fmt.Sprintf("%s, column %s: %s", place, dirt.cell.name, dirt.wants(value)), err
	}
	return "", fmt.Errorf("%w: column %s: %s", ErrReconcile, dirt.cell.name, dirt.code)
}

// wants says what the value should have been.
func (d dirty) wants(value sql.NullString) string {
	want := map[string]string{
		"blanks":         "no blanks around it",
		"null_words":     "nothing at all where there is no value",
		"currency_signs": "a number such as 12.5",
		"thousands":      "a number such as 1234.5",
		"short_times":    "a time such as 2026-10-31T23:00:00Z",
		casing:           "a code such as USD",
		missingCosts:     "a number such as 12.5",
	}[d.code]
	if d.code == casing && len(d.cell.list) > 0 {
		want = "one of " + strings.Join(d.cell.list, ", ")
	}
	if !value.Valid {
		return "is empty; want " + want
	}
	return fmt.Sprintf("value %.80q; want %s", value.String, want)
}
