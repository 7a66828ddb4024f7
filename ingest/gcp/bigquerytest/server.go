// Package bigquerytest is BigQuery's REST interface as far as package gcp
// speaks to it: tables.get, jobs.insert of dry runs, jobs.query and the pages
// of its answers. It drives the real client over HTTP. It knows three shapes of
// queries and no SQL; it does enforce what BigQuery enforces and fakes tend to
// forgive: the location, the bytes billed, and that answers do not change
// between two pages.
//
//	server := bigquerytest.NewServer(&bigquerytest.Table{Name: "acme.billing.gcp_billing_export_v1_…", Location: "EU", ...})
//	defer server.Close()
//	config := gcp.Config{Table: …, Endpoint: server.URL}
package bigquerytest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"

	"github.com/costwarden/costwarden/ingest/sourcetest"
)

// User is who everybody is to the server.
const User = "costwarden@acme-jobs.iam.gserviceaccount.com"

// Server is BigQuery on loopback.
type Server struct {
	*sourcetest.Door // notes of a request its method, path and page, and its query
	URL              string
	PageRows         int          // rows in a page of an answer
	Streams          http.Handler // answers calls of gRPC; nil: nobody does

	http *httptest.Server

	mu      sync.Mutex
	tables  map[string]*Table
	answers map[string][][]any // by job
	queries []Query
}

// Query is a query that was run.
type Query struct {
	Text               string
	Project            string
	Location           string
	MaximumBytesBilled int64
	Bytes              int64 // what it read
	Labels             map[string]string
}

// NewServer starts a server that holds tables.
func NewServer(tables ...*Table) *Server {
	s := &Server{PageRows: 1000, tables: map[string]*Table{}, answers: map[string][][]any{}}
	s.Door = &sourcetest.Door{Inner: http.HandlerFunc(s.answer), Note: note}
	for _, table := range tables {
		s.Hold(table)
	}
	s.http = httptest.NewUnstartedServer(s)
	s.http.Config.Protocols = new(http.Protocols)
	s.http.Config.Protocols.SetHTTP1(true)
	s.http.Config.Protocols.SetUnencryptedHTTP2(true)
	s.http.Start()
	s.URL = s.http.URL
	return s
}

// Hold puts a table into the server.
func (s *Server) Hold(table *Table) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.tables[table.Name] = table
	for _, row := range table.Rows {
		table.touch(row.Partition)
	}
}

// Close stops the server.
func (s *Server) Close() {
	s.http.CloseClientConnections()
	s.http.Close()
}

// Arrange lets faults happen and forgets what was asked so far.
func (s *Server) Arrange(faults ...*sourcetest.Fault) {
	s.Door.Arrange(faults...)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.queries = nil
}

// Change changes the tables while the server answers.
func (s *Server) Change(change func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	change()
}

// Queries are the queries that were run since Arrange.
func (s *Server) Queries() []Query {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Query(nil), s.queries...)
}

// ServeHTTP answers a request, through the fault that is arranged for it.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.ProtoMajor == 2 && s.Streams != nil {
		s.Streams.ServeHTTP(w, r)
		return
	}
	s.Door.ServeHTTP(w, r)
}

func note(r *http.Request) string {
	return fmt.Sprintf("%s %s %s %s", r.Method, r.URL.Path, r.URL.Query().Get("pageToken"), bodyOf(r).text())
}

// request is what a request's body says: of jobs.query, or of jobs.insert.
type request struct {
	queryRequest
	Configuration struct {
		DryRun bool              `json:"dryRun"`
		Labels map[string]string `json:"labels"`
		Query  queryRequest      `json:"query"`
	} `json:"configuration"`
	JobReference struct {
		Location string `json:"location"`
	} `json:"jobReference"`
}

type queryRequest struct {
	Query              string            `json:"query"`
	Location           string            `json:"location"`
	MaximumBytesBilled json.Number       `json:"maximumBytesBilled"`
	Labels             map[string]string `json:"labels"`
}

// bodyOf reads the body of r and leaves it to be read again. Requests without
// one are none of a query.
func bodyOf(r *http.Request) (body request) {
	if r.Body == nil {
		return body
	}
	text, err := io.ReadAll(r.Body)
	if err == nil {
		_ = json.Unmarshal(text, &body)
	}
	r.Body = io.NopCloser(bytes.NewReader(text))
	return body
}

func (r request) text() string { return r.Query + r.Configuration.Query.Query }

func (s *Server) answer(w http.ResponseWriter, r *http.Request) {
	body := bodyOf(r)
	s.mu.Lock()
	defer s.mu.Unlock()
	steps := strings.Split(strings.Trim(r.URL.Path, "/"), "/")
	switch {
	case r.Method == http.MethodGet && len(steps) == 6 && steps[2] == "datasets" && steps[4] == "tables":
		table, there := s.tables[steps[1]+"."+steps[3]+"."+steps[5]]
		if rows, ran := s.answers[steps[5]]; ran && steps[3] == answersDataset {
			table, there = &Table{View: true, Location: "EU", Columns: fieldsOf(rows)}, true
		}
		if !there {
			Refuse(http.StatusNotFound, "notFound", "Not found: Table "+steps[1]+":"+steps[3]+"."+steps[5])(w, nil)
			return
		}
		send(w, table.describe(steps[1], steps[3], steps[5]))
	case r.Method == http.MethodPost && len(steps) == 3 && steps[2] == "jobs" && body.Configuration.DryRun:
		s.dryRun(w, body)
	case r.Method == http.MethodPost && len(steps) == 3 && steps[2] == "queries":
		s.query(w, steps[1], body.queryRequest)
	case r.Method == http.MethodGet && len(steps) == 4 && steps[2] == "jobs":
		s.job(w, steps[1], steps[3])
	case r.Method == http.MethodGet && len(steps) == 4 && steps[2] == "queries":
		s.page(w, steps[1], steps[3], r.URL.Query().Get("pageToken"))
	default:
		Refuse(http.StatusNotImplemented, "notImplemented", r.Method+" "+r.URL.Path)(w, nil)
	}
}

// plan finds the table that a query reads and what that costs.
func (s *Server) plan(w http.ResponseWriter, text, location string) (p parsed, table *Table, bytes int64, ok bool) {
	p, err := parse(text)
	if err != nil {
		Refuse(http.StatusBadRequest, "invalidQuery", err.Error())(w, nil)
		return p, nil, 0, false
	}
	table, there := s.tables[p.table]
	switch {
	case !there, !strings.EqualFold(location, table.Location):
		Refuse(http.StatusNotFound, "notFound", "Not found: Table "+p.table+" was not found in location "+location)(w, nil)
	case p.listing && (table.View || table.Unlisted):
		Refuse(http.StatusForbidden, "accessDenied", "Access Denied: INFORMATION_SCHEMA.PARTITIONS")(w, nil)
	case p.listing:
		return p, table, 0, true
	case !table.View && p.column != table.Field && (table.Field != "" || p.column != "_PARTITIONTIME"):
		Refuse(http.StatusBadRequest, "invalidQuery", "Cannot query without a filter over column(s) that can be used for partition elimination")(w, nil)
	default:
		return p, table, table.bytes(p.spans, p.count), true
	}
	return p, nil, 0, false
}

func (s *Server) dryRun(w http.ResponseWriter, body request) {
	_, _, bytes, ok := s.plan(w, body.Configuration.Query.Query, body.JobReference.Location)
	if !ok {
		return
	}
	send(w, map[string]any{
		"jobReference":  map[string]any{"projectId": "p", "jobId": "dry", "location": body.JobReference.Location},
		"user_email":    User,
		"configuration": map[string]any{"dryRun": true, "query": map[string]any{"query": body.text()}},
		"status":        map[string]any{"state": "DONE"},
		"statistics":    map[string]any{"totalBytesProcessed": fmt.Sprint(bytes), "query": map[string]any{"totalBytesProcessed": fmt.Sprint(bytes)}},
	})
}

func (s *Server) query(w http.ResponseWriter, project string, q queryRequest) {
	p, table, bytes, ok := s.plan(w, q.Query, q.Location)
	if !ok {
		return
	}
	most, _ := q.MaximumBytesBilled.Int64() // absent: no bound
	if most > 0 && max(bytes, 10<<20) > most {
		Refuse(http.StatusBadRequest, "bytesBilledLimitExceeded", "Query exceeded limit for bytes billed")(w, nil)
		return
	}
	job := fmt.Sprintf("job%d", len(s.answers))
	switch {
	case p.listing:
		s.answers[job] = table.listing()
	case p.count:
		s.answers[job] = table.counting(p.spans)
	default:
		s.answers[job] = table.reading(p.spans)
	}
	s.queries = append(s.queries, Query{q.Query, project, q.Location, most, bytes, q.Labels})
	s.page(w, project, job, "0")
}

// answersDataset is where the answers of queries lie as tables.
const answersDataset = "_answers"

// job is the answer to jobs.get: it says where the answer of a query lies.
func (s *Server) job(w http.ResponseWriter, project, job string) {
	send(w, map[string]any{
		"jobReference": map[string]any{"projectId": project, "jobId": job, "location": "EU"},
		"configuration": map[string]any{"jobType": "QUERY", "query": map[string]any{
			"query": "select 1", "useLegacySql": false,
			"destinationTable": map[string]any{"projectId": project, "datasetId": answersDataset, "tableId": job},
		}},
		"status":     map[string]any{"state": "DONE"},
		"statistics": map[string]any{"query": map[string]any{"statementType": "SELECT"}},
	})
}

// Answer is the rows of the answer of a job.
func (s *Server) Answer(job string) [][]any {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.answers[job]
}

// page sends the rows of an answer from the token on.
func (s *Server) page(w http.ResponseWriter, project, job, token string) {
	rows := s.answers[job]
	first, _ := strconv.Atoi(token) // empty: the first page
	last := min(first+s.PageRows, len(rows))
	cells := []any{}
	for _, row := range rows[first:last] {
		var f []any
		for _, value := range row {
			cell := map[string]any{"v": nil}
			if value != nil {
				cell["v"] = fmt.Sprint(value)
			}
			f = append(f, cell)
		}
		cells = append(cells, map[string]any{"f": f})
	}
	answer := map[string]any{
		"kind":         "bigquery#queryResponse",
		"jobComplete":  true,
		"jobReference": map[string]any{"projectId": project, "jobId": job, "location": "EU"},
		"schema":       map[string]any{"fields": fieldsOf(rows)},
		"totalRows":    fmt.Sprint(len(rows)),
		"rows":         cells,
	}
	if last < len(rows) {
		answer["pageToken"] = fmt.Sprint(last)
	}
	send(w, answer)
}

// fieldsOf is the schema of an answer, as its values show it.
func fieldsOf(rows [][]any) []Column {
	if len(rows) == 0 {
		return []Column{{Name: "c0", Type: "STRING"}}
	}
	fields := make([]Column, len(rows[0]))
	for _, row := range rows {
		for i, value := range row {
			fields[i].Name = fmt.Sprintf("c%d", i)
			if _, whole := value.(int64); whole {
				fields[i].Type = "INTEGER"
			} else if fields[i].Type == "" {
				fields[i].Type = "STRING"
			}
		}
	}
	return fields
}

func send(w http.ResponseWriter, answer any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(answer) // a client that went away does not hear it
}

// Refuse answers with an error of Google's.
func Refuse(status int, reason, message string) sourcetest.Happening {
	return func(w http.ResponseWriter, _ *httptest.ResponseRecorder) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		_ = json.NewEncoder(w).Encode(map[string]any{"error": map[string]any{
			"code": status, "message": message,
			"errors": []any{map[string]any{"reason": reason, "message": message}},
		}})
	}
}
