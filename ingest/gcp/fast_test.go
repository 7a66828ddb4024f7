package gcp_test

import (
	"bytes"
	"context"
	"strings"
	"testing"
	"time"

	"cloud.google.com/go/bigquery/storage/apiv1/storagepb"
	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/ipc"
	"github.com/apache/arrow/go/v15/arrow/memory"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/costwarden/costwarden/ingest/gcp"
	"github.com/costwarden/costwarden/ingest/gcp/bigquerytest"
)

// streams is the Storage Read API over the answers that a fake BigQuery keeps.
type streams struct {
	storagepb.UnimplementedBigQueryReadServer
	server  *bigquerytest.Server
	refuse  error // of every session
	fail    error // of every stream
	empty   bool  // batches hold no rows, whatever they say
	lose    int   // rows lost at the end
	session int
	read    int // rows sent
}

var answerSchema = arrow.NewSchema([]arrow.Field{
	{Name: "c0", Type: arrow.BinaryTypes.String, Nullable: true},
	{Name: "c1", Type: arrow.PrimitiveTypes.Int64, Nullable: true},
	{Name: "c2", Type: arrow.BinaryTypes.String, Nullable: true},
}, nil)

// written is the schema and the records as Arrow's stream format has them,
// without the mark of its end.
func written(records ...arrow.Record) ([]byte, error) {
	var out bytes.Buffer
	writer := ipc.NewWriter(&out, ipc.WithSchema(answerSchema))
	for _, record := range records {
		if err := writer.Write(record); err != nil {
			return nil, err
		}
	}
	err := writer.Close()
	return out.Bytes()[:out.Len()-8], err
}

func (s *streams) CreateReadSession(_ context.Context, r *storagepb.CreateReadSessionRequest) (*storagepb.ReadSession, error) {
	s.session++
	if s.refuse != nil {
		return nil, s.refuse
	}
	schema, err := written()
	if err != nil {
		return nil, err
	}
	table := r.GetReadSession().GetTable()
	job := table[strings.LastIndex(table, "/")+1:]
	return &storagepb.ReadSession{
		Streams: []*storagepb.ReadStream{{Name: job}},
		Schema:  &storagepb.ReadSession_ArrowSchema{ArrowSchema: &storagepb.ArrowSchema{SerializedSchema: schema}},
	}, nil
}

func (s *streams) ReadRows(r *storagepb.ReadRowsRequest, out storagepb.BigQueryRead_ReadRowsServer) error {
	if s.fail != nil {
		return s.fail
	}
	rows := s.server.Answer(r.GetReadStream())
	rows = rows[:len(rows)-s.lose]
	builder := array.NewRecordBuilder(memory.DefaultAllocator, answerSchema)
	defer builder.Release()
	for _, row := range rows {
		if s.empty {
			break
		}
		builder.Field(0).(*array.StringBuilder).Append(row[0].(string))
		builder.Field(1).(*array.Int64Builder).Append(row[1].(int64))
		builder.Field(2).(*array.StringBuilder).Append(row[2].(string))
	}
	record := builder.NewRecord()
	defer record.Release()
	schema, err := written()
	if err != nil {
		return err
	}
	both, err := written(record)
	if err != nil {
		return err
	}
	s.read += len(rows)
	return out.Send(&storagepb.ReadRowsResponse{
		RowCount: int64(len(rows)),
		Rows:     &storagepb.ReadRowsResponse_ArrowRecordBatch{ArrowRecordBatch: &storagepb.ArrowRecordBatch{SerializedRecordBatch: both[len(schema):]}},
	})
}

func TestTheStorageReadAPIIsNeverBelieved(t *testing.T) {
	for _, c := range []struct {
		name    string
		streams streams
		told    string // in the log; empty: nothing
	}{
		{"rows as they are", streams{}, ""},
		{"no permission, which falls back in silence", streams{refuse: status.Error(codes.PermissionDenied, "no bigquery.readsessions.create")}, ""},
		{"a stream that fails", streams{fail: status.Error(codes.PermissionDenied, "no more")}, "is read by REST"},
		{"a stream that is tried for ever", streams{fail: status.Error(codes.Unavailable, "down")}, "no answer from BigQuery"},
		{"a batch without rows, at which the client panics", streams{empty: true}, "the client of BigQuery panicked"},
		{"an answer whose end is lost", streams{lose: 3}, "10 rows of 202610 were counted and 7 read"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			d, october := wide(t)
			c.streams.server = d.server
			service := grpc.NewServer()
			storagepb.RegisterBigQueryReadServer(service, &c.streams)
			d.server.Streams = service
			d.config.StorageReadAPI = true
			source := d.source(t)
			gcp.Hasten(source, 2*time.Second)
			fetched, err := d.try(t, source, map[string]string{})
			if err != nil {
				t.Fatal(err)
			}
			wantFetched(t, fetched, map[string]string{"2026-10": october})
			if c.streams.session == 0 {
				t.Error("the Storage Read API was not asked")
			}
			if log := d.log.String(); !strings.Contains(log, c.told) || c.told == "" && strings.Contains(log, "WARN") {
				t.Errorf("the log says\n%s\nwant %q", log, c.told)
			}
			if pages := d.server.Asked(nextPage); c.name == "rows as they are" && (c.streams.read != 10 || len(pages) > 0) {
				t.Errorf("%d rows came by streams, and by REST %q; want all by streams", c.streams.read, pages)
			}
		})
	}
}

func TestTheStorageReadAPIIsOnlyAskedWhenItIsWanted(t *testing.T) {
	d, october := wide(t)
	s := &streams{server: d.server}
	service := grpc.NewServer()
	storagepb.RegisterBigQueryReadServer(service, s)
	d.server.Streams = service
	wantFetched(t, d.run(t, map[string]string{}), map[string]string{"2026-10": october})
	if s.session > 0 {
		t.Errorf("%d sessions, want none", s.session)
	}
}
