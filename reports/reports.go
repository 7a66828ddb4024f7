// Package reports writes the showback workbook that finance opens each month
// and sends each alert once to the person who can act on it.
//
//	owned_cost, finding, import ──> sheets/*.sql ──> Write ──> <org>_showback_<month>_<state>.xlsx
//	finding ──> Queue ──> outbox ──> Send ──> Channel (webhook, terminal)
//
// What a sheet says is SQL; how it looks is Go. A sheet's query returns lines,
// marked in x_Line as row, rest (what a limit left out), total or check, so
// that totals tie whatever is listed. Nothing in a workbook depends on the
// clock of the run but the states of months: the same tables give
// the same bytes.
package reports
