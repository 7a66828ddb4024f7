package reports_test

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/costwarden/costwarden/model"
	"github.com/costwarden/costwarden/reports"
)

var clock = time.Date(2025, 10, 20, 6, 30, 0, 0, time.UTC)

// empty opens a database without charges.
func empty(t *testing.T) *sql.DB {
	t.Helper()
	db, err := model.Open(t.Context(), "", model.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

// breach replaces the budget finding of October by one at threshold, which
// names a channel unless that is empty.
func breach(t *testing.T, db *sql.DB, threshold int, channel string) {
	t.Helper()
	run(t, db, "delete from finding")
	_, err := db.Exec(`insert into finding select 'budget/breach', timestamp '2025-10-01', if($1 < 100, 'warning', 'critical'),
		'1111', 'shop/prod', 'USD', 1234.5, null, json_object(
			'budget', 'shop/prod', 'amount', cast(1200 as decimal(38,18)), 'actual', cast(1234.5 as decimal(38,18)),
			'percent', cast(102.8 as decimal(38,1)), 'threshold', $1, 'previous_month', cast(900 as decimal(38,18)),
			'data_until', date '2025-10-19', 'owner', 'shop', 'contact', 'shop@acme.example', 'channel', nullif($2, ''),
			'driver_1', 'Amazon EC2', 'driver_1_cost', cast(1000 as decimal(38,18)), 'driver_1_change', cast(300.5 as decimal(38,18)),
			'driver_2', 'Amazon S3', 'driver_2_cost', cast(234.5 as decimal(38,18)), 'driver_2_change', cast(-66 as decimal(38,18)),
			'driver_3', null)`, threshold, channel)
	if err != nil {
		t.Fatal(err)
	}
}

func queue(t *testing.T, db *sql.DB, channels ...reports.Channel) int {
	t.Helper()
	n, err := reports.Queue(t.Context(), db, channels, month(t, "2025-09"), month(t, "2025-10"), clock)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// receiver is a webhook's other end: it answers with answers in turn, then 200.
type receiver struct {
	*httptest.Server
	keys    []string
	bodies  []string
	headers []http.Header
}

func listen(t *testing.T, answers ...http.HandlerFunc) *receiver {
	r := &receiver{}
	r.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, request *http.Request) {
		body, err := io.ReadAll(request.Body)
		if err != nil {
			t.Error(err)
		}
		r.keys = append(r.keys, request.Header.Get("Idempotency-Key"))
		r.bodies = append(r.bodies, string(body))
		r.headers = append(r.headers, request.Header)
		if n := len(r.keys); n <= len(answers) {
			answers[n-1](w, request)
		}
	}))
	t.Cleanup(r.Close)
	return r
}

func (r *receiver) channel() *reports.Webhook {
	return reports.NewWebhook("finops", r.URL+"/services/s3cret", "").Hasten()
}

func status(code int) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(code) }
}

func always(answer http.HandlerFunc) []http.HandlerFunc {
	return []http.HandlerFunc{answer, answer, answer, answer, answer, answer, answer, answer}
}

// undelivered sends, wants ErrNotDelivered without the secret, and returns the message.
func undelivered(t *testing.T, db *sql.DB, channel reports.Channel) string {
	t.Helper()
	sent, err := reports.Send(t.Context(), db, []reports.Channel{channel}, clock)
	if sent != 0 || !errors.Is(err, reports.ErrNotDelivered) {
		t.Fatalf("sent %d, %v; want ErrNotDelivered", sent, err)
	}
	var stored sql.NullString
	if err := db.QueryRow("select max(LastError) from outbox").Scan(&stored); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(err.Error()+stored.String, "s3cret") {
		t.Fatalf("the address stands in %q or %q", err, stored.String)
	}
	return err.Error()
}

func send(t *testing.T, db *sql.DB, want int, channels ...reports.Channel) {
	t.Helper()
	sent, err := reports.Send(t.Context(), db, channels, clock)
	if err != nil || sent != want {
		t.Fatalf("sent %d, %v; want %d", sent, err, want)
	}
}

func TestABreachIsSentOnce(t *testing.T) {
	db, r := empty(t), listen(t)
	breach(t, db, 100, "")
	if n := queue(t, db, r.channel()); n != 1 {
		t.Fatalf("%d queued; want 1", n)
	}
	send(t, db, 1, r.channel())
	if n := queue(t, db, r.channel()); n != 0 {
		t.Fatalf("%d queued again", n)
	}
	send(t, db, 0, r.channel())
	if len(r.bodies) != 1 {
		t.Fatalf("%d posts; want 1", len(r.bodies))
	}
}

func TestPayloadSaysAllThatIsNeededToAct(t *testing.T) {
	db, r := empty(t), listen(t)
	breach(t, db, 100, "")
	queue(t, db, r.channel())
	send(t, db, 1, r.channel())
	const command = `costwarden sql "select ServiceName, sum(EffectiveCost) as EffectiveCost from budgeted_cost where SubAccountId = '1111' and BillingCurrency = 'USD' and BillingPeriodStart = date '2025-10-01' group by ServiceName order by EffectiveCost desc"`
	const act = "Look at what changed in the largest costs; stop what is not wanted, or agree on another amount and write it into budgets.csv."
	want := map[string]any{
		"key": "budget/breach/2025-10/1111/shop%2Fprod/USD/100", "rule": "budget/breach", "severity": "critical", "month": "2025-10",
		"title": "Budget shop/prod at 102.8 % in 2025-10", "budget": "shop/prod", "account": "1111", "owner": "shop",
		"contact": "shop@acme.example", "currency": "USD", "amount": "1200", "actual": "1234.5", "percent": "102.8",
		"threshold": 100.0, "previous_month": "900", "data_until": "2025-10-19", "act": act, "command": command,
		"drivers": []any{"Amazon EC2 1,000.00 USD (+300.50 USD on the previous month)", "Amazon S3 234.50 USD (-66.00 USD on the previous month)"},
		"text": "Budget shop/prod at 102.8 % in 2025-10. Account 1111 cost 1,234.50 USD of 1,200.00 USD. Usage is known until 2025-10-19. " +
			"Largest costs: Amazon EC2 1,000.00 USD (+300.50 USD on the previous month); Amazon S3 234.50 USD (-66.00 USD on the previous month). " +
			"Owner: shop shop@acme.example. " + act + " See the costs: " + command,
	}
	var got map[string]any
	if err := json.Unmarshal([]byte(r.bodies[0]), &got); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestAWorseThresholdIsSentAndABetterOneIsNot(t *testing.T) {
	db, r := empty(t), listen(t)
	for _, step := range []struct{ threshold, queued int }{{80, 1}, {100, 1}, {80, 0}, {100, 0}, {120, 1}} {
		breach(t, db, step.threshold, "")
		if n := queue(t, db, r.channel()); n != step.queued {
			t.Fatalf("at %d %%: %d queued; want %d", step.threshold, n, step.queued)
		}
		send(t, db, step.queued, r.channel())
	}
	if len(r.bodies) != 3 {
		t.Fatalf("%d posts; want 3", len(r.bodies))
	}
}

func TestAWorseThresholdReplacesOneThatWasNeverSent(t *testing.T) {
	db, r := empty(t), listen(t)
	breach(t, db, 80, "")
	queue(t, db, r.channel())
	breach(t, db, 100, "")
	queue(t, db, r.channel())
	send(t, db, 1, r.channel())
	if len(r.bodies) != 1 || !strings.Contains(r.bodies[0], `"threshold":100`) {
		t.Fatalf("posted %q; want only the threshold 100", r.bodies)
	}
}

func TestABudgetWithAChannelGoesThereAndOthersEverywhere(t *testing.T) {
	var finops, shop bytes.Buffer
	channels := []reports.Channel{reports.NewTerminal("finops", &finops), reports.NewTerminal("shop", &shop)}
	db := empty(t)
	breach(t, db, 80, "shop")
	queue(t, db, channels...)
	send(t, db, 1, channels...)
	if finops.Len() > 0 || !strings.HasPrefix(shop.String(), "warning: Budget shop/prod at 102.8 %") {
		t.Fatalf("finops got %q, shop %q", finops.String(), shop.String())
	}
	breach(t, db, 100, "")
	if n := queue(t, db, channels...); n != 2 {
		t.Fatalf("%d queued; want one for each channel", n)
	}
}

func TestAnUnknownChannelNamesTheBudget(t *testing.T) {
	db := empty(t)
	breach(t, db, 100, "pager")
	_, err := reports.Queue(t.Context(), db, []reports.Channel{reports.NewTerminal("finops", io.Discard)}, month(t, "2025-10"), month(t, "2025-10"), clock)
	if err == nil || !strings.Contains(err.Error(), "shop/prod") || !strings.Contains(err.Error(), `"pager"`) {
		t.Fatalf("got %v; want an error that names shop/prod and pager", err)
	}
}

func TestABudgetWithoutCostIsToldOnce(t *testing.T) {
	db := empty(t)
	run(t, db, `insert into finding values ('budget/no_cost', timestamp '2025-10-01', 'warning', '4444', 'idle', 'USD', 0, null, '{"amount":10,"owner":"lab"}')`)
	var out bytes.Buffer
	channel := reports.NewTerminal("finops", &out)
	queue(t, db, channel)
	send(t, db, 1, channel)
	queue(t, db, channel)
	send(t, db, 0, channel)
	const want = "warning: Budget idle, 2025-10: no cost. Account 4444 cost 0.00 USD of 10.00 USD. Owner: lab. "
	if !strings.HasPrefix(out.String(), want) || strings.Count(out.String(), "\n") != 1 {
		t.Fatalf("got %q; want one line that begins %q", out.String(), want)
	}
}

func TestTextFromBillsCannotReachTheTerminalOrTheShell(t *testing.T) {
	db := empty(t)
	run(t, db, `insert into finding values ('budget/breach', timestamp '2025-10-01', 'critical', '1111''"; $(reboot) --', 'x' || chr(27) || '[2J' || chr(10), 'USD', 1, null, '{"threshold":100}')`)
	var out bytes.Buffer
	channel := reports.NewTerminal("finops", &out)
	queue(t, db, channel)
	send(t, db, 1, channel)
	if strings.ContainsAny(strings.TrimSuffix(out.String(), "\n"), "\x1b\n") {
		t.Errorf("control characters in %q", out.String())
	}
	if _, command, _ := strings.Cut(out.String(), "See the costs: "); !strings.Contains(command, "SubAccountId like '1111______reboot__--'") {
		t.Errorf("the command is %q", command)
	}
}

func TestFiveHundredThenOK(t *testing.T) {
	db, r := empty(t), listen(t, status(500))
	breach(t, db, 100, "")
	queue(t, db, r.channel())
	send(t, db, 1, r.channel())
	if len(r.keys) != 2 || r.keys[0] == "" || r.keys[0] != r.keys[1] {
		t.Fatalf("keys %q; want the same one twice", r.keys)
	}
}

func TestWhatFailsIsKeptForTheNextRun(t *testing.T) {
	db, r := empty(t), listen(t, always(status(503))[:4]...)
	breach(t, db, 100, "")
	queue(t, db, r.channel())
	if got := undelivered(t, db, r.channel()); !strings.Contains(got, "503") {
		t.Fatalf("got %q; want the answer", got)
	}
	var tries int
	var reason string
	if err := db.QueryRow("select Attempts, LastError from outbox where DeliveredAt is null").Scan(&tries, &reason); err != nil || tries != 1 || reason == "" {
		t.Fatalf("outbox holds %d attempts, %q, %v", tries, reason, err)
	}
	send(t, db, 1, r.channel())
	if len(r.keys) != 5 {
		t.Fatalf("%d posts; want four of the first run and one of the second", len(r.keys))
	}
}

func TestGoneIsFinalForThisRun(t *testing.T) {
	db, r := empty(t), listen(t, status(410))
	breach(t, db, 100, "")
	queue(t, db, r.channel())
	if got := undelivered(t, db, r.channel()); !strings.Contains(got, "410") || len(r.keys) != 1 {
		t.Fatalf("got %q after %d posts; want 410 after one", got, len(r.keys))
	}
}

func TestASlowReceiverTimesOut(t *testing.T) {
	block := make(chan struct{})
	db, r := empty(t), listen(t, always(func(http.ResponseWriter, *http.Request) { <-block })...)
	t.Cleanup(func() { close(block) })
	breach(t, db, 100, "")
	queue(t, db, r.channel())
	if got := undelivered(t, db, r.channel()); !strings.Contains(got, "in time") {
		t.Fatalf("got %q", got)
	}
}

func TestARedirectIsNotFollowed(t *testing.T) {
	elsewhere := listen(t)
	db, r := empty(t), listen(t, func(w http.ResponseWriter, request *http.Request) {
		http.Redirect(w, request, elsewhere.URL+"/services/s3cret", http.StatusTemporaryRedirect)
	})
	breach(t, db, 100, "")
	queue(t, db, r.channel())
	undelivered(t, db, r.channel())
	if len(elsewhere.bodies) != 0 || len(r.bodies) != 1 {
		t.Fatalf("%d posts elsewhere, %d here; want 0 and 1", len(elsewhere.bodies), len(r.bodies))
	}
}

func TestRetryAfterIsHonoured(t *testing.T) {
	var first, second time.Time
	db, r := empty(t), listen(t,
		func(w http.ResponseWriter, _ *http.Request) {
			first = time.Now()
			w.Header().Set("Retry-After", "1")
			w.WriteHeader(http.StatusTooManyRequests)
		},
		func(http.ResponseWriter, *http.Request) { second = time.Now() })
	breach(t, db, 100, "")
	queue(t, db, r.channel())
	send(t, db, 1, r.channel())
	if second.Sub(first) < time.Second {
		t.Fatalf("tried again after %s; want a second", second.Sub(first))
	}
}

func TestALongRetryAfterIsLeftToTheNextRun(t *testing.T) {
	db, r := empty(t), listen(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", "3600")
		w.WriteHeader(http.StatusServiceUnavailable)
	})
	breach(t, db, 100, "")
	queue(t, db, r.channel())
	if got := undelivered(t, db, r.channel()); len(r.keys) != 1 || !strings.Contains(got, "1h0m0s") {
		t.Fatalf("%d posts, %q", len(r.keys), got)
	}
}

func TestNobodyListens(t *testing.T) {
	db, r := empty(t), listen(t)
	channel := r.channel()
	r.Close()
	breach(t, db, 100, "")
	queue(t, db, channel)
	undelivered(t, db, channel)
}

func TestASilentChannelIsNotTriedForEachAlert(t *testing.T) {
	db, r := empty(t), listen(t, always(status(500))...)
	breach(t, db, 100, "")
	run(t, db, "insert into finding select * replace (Subject || '2' as Subject) from finding")
	queue(t, db, r.channel())
	undelivered(t, db, r.channel())
	if len(r.keys) != 4 {
		t.Fatalf("%d posts; want the four attempts of the first alert", len(r.keys))
	}
}

// dying delivers and dies before its caller can mark the alert.
type dying struct{ reports.Channel }

func (d dying) Send(ctx context.Context, alert reports.Alert) error {
	if err := d.Channel.Send(ctx, alert); err != nil {
		return err
	}
	panic("killed")
}

func TestKilledBetweenSendAndMarkRepeatsOnceWithTheSameKey(t *testing.T) {
	db, r := empty(t), listen(t)
	breach(t, db, 100, "")
	queue(t, db, r.channel())
	func() {
		defer func() { _ = recover() }()
		_, err := reports.Send(t.Context(), db, []reports.Channel{dying{r.channel()}}, clock)
		t.Errorf("survived: %v", err)
	}()
	send(t, db, 1, r.channel())
	send(t, db, 0, r.channel())
	if len(r.keys) != 2 || r.keys[0] != r.keys[1] {
		t.Fatalf("keys %q; want the same one twice", r.keys)
	}
}

// cancelling delivers, and the run is told to stop meanwhile.
type cancelling struct {
	reports.Channel
	cancel context.CancelFunc
}

func (c cancelling) Send(ctx context.Context, alert reports.Alert) error {
	defer c.cancel()
	return c.Channel.Send(ctx, alert)
}

func TestStoppedWhileSendingIsStillMarked(t *testing.T) {
	db, r := empty(t), listen(t)
	breach(t, db, 100, "")
	queue(t, db, r.channel())
	ctx, cancel := context.WithCancel(t.Context())
	if sent, err := reports.Send(ctx, db, []reports.Channel{cancelling{r.channel(), cancel}}, clock); err != nil || sent != 1 {
		t.Fatalf("sent %d, %v", sent, err)
	}
	send(t, db, 0, r.channel())
}

func TestAChannelThatIsGoneFromTheConfiguration(t *testing.T) {
	db, r := empty(t), listen(t)
	breach(t, db, 100, "")
	queue(t, db, r.channel())
	got := undelivered(t, db, reports.NewTerminal("other", io.Discard))
	if !strings.Contains(got, "finops") {
		t.Fatalf("got %q; want the channel's name", got)
	}
}

func TestExtraHeaderIsSent(t *testing.T) {
	db, r := empty(t), listen(t)
	channel := reports.NewWebhook("finops", r.URL, "Authorization: Bearer abc").Hasten()
	breach(t, db, 100, "")
	queue(t, db, channel)
	send(t, db, 1, channel)
	if got := r.headers[0].Get("Authorization"); got != "Bearer abc" {
		t.Fatalf("got %q", got)
	}
}

func TestCheckFindsAllThatIsWrongWithoutShowingIt(t *testing.T) {
	err := reports.NewWebhook("finops", "ftp://example.com/s3cret", "s3cret").Check()
	if err == nil || strings.Count(err.Error(), "finops") != 2 || strings.Contains(err.Error(), "s3cret") {
		t.Fatalf("got %v; want both problems and no secret", err)
	}
	if err := reports.NewWebhook("finops", "https://example.com/x", "X-Key: 1").Check(); err != nil {
		t.Fatal(err)
	}
}
