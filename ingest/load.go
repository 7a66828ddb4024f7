package ingest

import (
	"context"
	"crypto/sha256"
	"database/sql"
	_ "embed"
	"encoding/hex"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"github.com/costwarden/costwarden/model"
)

//go:embed load/import.sql
var importSQL string

//go:embed load/forget.sql
var forgetSQL string

//go:embed load/basis.sql
var basisSQL string

// loading is one delivery on its way into the tables.
type loading struct {
	source   Source
	export   Export
	delivery Delivery
	mapping  mapping
	mapped   string // the mapping's version
	importID string
	now      time.Time
}

// load replaces the slice of export by delivery in one transaction and returns
// what the slice totals to. On any error the slice stays as it was. dir is a
// folder for scratch files.
func load(ctx context.Context, db *sql.DB, source Source, export Export, delivery Delivery, dir string, now time.Time) (Outcome, error) {
	mapping, err := mappingOf(delivery.Format)
	if err != nil {
		return Outcome{}, fmt.Errorf("%w: %w", ErrSource, err)
	}
	mapped, err := mapping.version()
	if err != nil {
		return Outcome{}, err
	}
	if delivery.Encoding == "json" {
		delivery, err = unpackJSON(ctx, db, mapping, delivery, filepath.Join(dir, "plain"))
	} else {
		delivery, err = unpack(ctx, delivery, filepath.Join(dir, "plain"))
	}
	if err != nil {
		return Outcome{}, onDisk(dir, err)
	}
	conn, err := db.Conn(ctx)
	if err != nil {
		return Outcome{}, err
	}
	defer conn.Close()
	l := loading{source, export, delivery, mapping, mapped, importID(source, export), now}
	costs, err := settleDates(ctx, conn, mapping, delivery.costs())
	if err == nil {
		l.delivery.Files = append(costs.Files, delivery.prices().Files...)
		err = l.prepare(ctx, conn)
	}
	if err == nil {
		err = l.replace(ctx, conn)
	}
	if err != nil {
		err = l.explain(ctx, conn, err)
	}
	if err := errors.Join(err, dropTemporary(ctx, conn)); err != nil {
		return Outcome{}, err
	}
	return l.outcome(ctx, conn)
}

// dropTemporary leaves the connection to its next user as it was, also where
// ctx has ended meanwhile.
func dropTemporary(ctx context.Context, conn *sql.Conn) error {
	_, err := conn.ExecContext(context.WithoutCancel(ctx), forgetSQL)
	return err
}

// importID names the load of one delivery: the same delivery always has the
// same name, whenever and however often it is loaded.
func importID(source Source, export Export) string {
	return fmt.Sprintf("%s/%s@%s", source.Name(), export.Slice, versionHash(export))
}

// versionHash is the export's version as 12 hexadecimal digits, fit for a name.
func versionHash(export Export) string {
	hash := sha256.Sum256([]byte(export.Version))
	return hex.EncodeToString(hash[:6])
}

// prepare lays what the mapping reads: the shared words, the reference table,
// raw over the files, and control with the totals of the files.
func (l loading) prepare(ctx context.Context, conn *sql.Conn) error {
	if _, err := conn.ExecContext(ctx, "set preserve_insertion_order = false"); err != nil {
		return err
	}
	words, err := macrosFor(l.delivery.Format)
	if err != nil {
		return err
	}
	if _, err := conn.ExecContext(ctx, words); err != nil {
		return err
	}
	if err := layReferences(ctx, conn, l.delivery.Format); err != nil {
		return err
	}
	for name, time := range map[string]time.Time{"period_start": l.export.Period.Start(), "loaded_at": l.now.UTC()} {
		if _, err := conn.ExecContext(ctx, "set variable "+name+" = cast(? as timestamp)", time); err != nil {
			return err
		}
	}
	if err := layPrices(ctx, conn, l.mapping, l.delivery.prices()); err != nil {
		return err
	}
	renamed, err := l.refuseDirt(ctx, conn)
	if err != nil {
		return err
	}
	notes, err := layRaw(ctx, conn, "raw", l.mapping, l.delivery.costs())
	if err != nil {
		return err
	}
	if err := l.layControl(ctx, conn); err != nil {
		return err
	}
	var lines int64
	if err := conn.QueryRowContext(ctx, "select coalesce(sum(Lines), 0) from control").Scan(&lines); err != nil {
		return err
	}
	if said := l.delivery.Rows; said != nil && *said != lines {
		return fmt.Errorf("%w: the delivery says that it has %d lines, and its files hold %d; deliver the month again", ErrReconcile, *said, lines)
	}
	if lines == 0 {
		return fmt.Errorf("%w: the files hold a header and no lines", ErrNotDelivered)
	}
	if err := note(ctx, conn, append(append(renamed, notes...), l.delivery.Note)); err != nil {
		return err
	}
	return l.setVariables(ctx, conn)
}

// setVariables sets what the mapping's selects read as variables.
func (l loading) setVariables(ctx context.Context, conn *sql.Conn) error {
	if l.mapping.set == "" {
		return nil
	}
	_, err := conn.ExecContext(ctx, l.mapping.set)
	return err
}

// note adds to what the control says about the delivery.
func note(ctx context.Context, conn *sql.Conn, notes []string) error {
	for _, text := range notes {
		const add = "update control set Note = concat_ws('; ', nullif(Note, ''), ?)"
		if text == "" {
			continue
		}
		if _, err := conn.ExecContext(ctx, add, text); err != nil {
			return err
		}
	}
	return nil
}

// replace writes the delivery in the place of what the slice held, and undoes
// all of it where the totals or the values do not hold.
func (l loading) replace(ctx context.Context, conn *sql.Conn) error {
	tx, err := conn.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	for _, step := range []func(context.Context, *sql.Tx) error{
		l.refuseTwin, l.lookBefore, l.clear, l.write, l.writeSplit, l.checkValues, l.reconcile, l.rollUp, l.refuseFocusTwin, l.refuseAzureTwin, l.restate, l.tieOut, l.countChanges, l.remember,
	} {
		if err := step(ctx, tx); err != nil {
			return errors.Join(err, tx.Rollback())
		}
	}
	return tx.Commit()
}

// clear deletes the slice's rows and this import's own traces of an earlier load.
func (l loading) clear(ctx context.Context, tx *sql.Tx) error {
	for _, table := range []string{"cost", "daily_cost", "split_cost"} {
		const where = " where x_SourceName = ? and x_Slice = ?"
		if _, err := tx.ExecContext(ctx, "delete from "+table+where, l.source.Name(), l.export.Slice); err != nil {
			return err
		}
	}
	for _, table := range []string{"import", "import_total", "import_basis", "import_file", "import_file_total", "import_check", "import_change"} {
		if _, err := tx.ExecContext(ctx, "delete from "+table+" where ImportId = ?", l.importID); err != nil {
			return err
		}
	}
	const supersede = "update import set State = 'superseded' where SourceName = ? and Slice = ?"
	_, err := tx.ExecContext(ctx, supersede, l.source.Name(), l.export.Slice)
	return err
}

// write maps raw into cost.
func (l loading) write(ctx context.Context, tx *sql.Tx) error {
	return l.insert(ctx, tx, "cost", l.mapping.charges)
}

// writeSplit maps the split-cost lines of raw into split_cost.
func (l loading) writeSplit(ctx context.Context, tx *sql.Tx) error {
	if l.mapping.split == "" {
		return nil
	}
	var lines int64
	if err := tx.QueryRowContext(ctx, "select sum(SplitLines) from control").Scan(&lines); err != nil || lines == 0 {
		return err
	}
	return l.insert(ctx, tx, "split_cost", l.mapping.split)
}

func (l loading) insert(ctx context.Context, tx *sql.Tx, table, mapped string) error {
	statement := "insert into " + table + " by name\n" +
		"select *, $source_name as x_SourceName, $slice as x_Slice, $import_id as x_ImportId from (\n" + mapped + "\n)"
	_, err := tx.ExecContext(ctx, statement, sql.Named("source_name", l.source.Name()),
		sql.Named("slice", l.export.Slice), sql.Named("import_id", l.importID))
	return err
}

func (l loading) rollUp(ctx context.Context, tx *sql.Tx) error {
	return model.RollUp(ctx, tx, l.importID)
}

// remember records the import, its files and the cost basis of its payers.
func (l loading) remember(ctx context.Context, tx *sql.Tx) error {
	if err := l.rememberFiles(ctx, tx); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, basisSQL, sql.Named("import_id", l.importID)); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, importSQL,
		sql.Named("import_id", l.importID), sql.Named("source_name", l.source.Name()),
		sql.Named("slice", l.export.Slice), sql.Named("period_start", l.export.Period.Start()),
		sql.Named("provider", l.source.Provider()), sql.Named("format", l.delivery.Format),
		sql.Named("encoding", l.delivery.Encoding), sql.Named("version", l.export.Version),
		sql.Named("mapping", l.mapped),
		sql.Named("now", l.now.UTC()))
	return err
}

// outcome reads back what was loaded.
func (l loading) outcome(ctx context.Context, conn *sql.Conn) (Outcome, error) {
	o := Outcome{Source: l.source.Name(), Slice: l.export.Slice, Status: Loaded}
	const totals = `select BillingCurrency, sum(BilledCost), sum(CostRows)::bigint from import_total
		where ImportId = ? group by all order by all`
	rows, err := conn.QueryContext(ctx, totals, l.importID)
	if err != nil {
		return o, err
	}
	defer rows.Close()
	for rows.Next() {
		var total Total
		var count int64
		if err := rows.Scan(&total.BillingCurrency, &total.BilledCost, &count); err != nil {
			return o, err
		}
		o.Totals = append(o.Totals, total)
		o.Rows += count
	}
	if err := rows.Err(); err != nil {
		return o, err
	}
	var note sql.NullString
	err = conn.QueryRowContext(ctx, "select Note from import where ImportId = ?", l.importID).Scan(&note)
	o.Note = note.String
	return o, err
}
