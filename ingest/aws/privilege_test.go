package aws_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/costwarden/costwarden/ingest"
	"github.com/costwarden/costwarden/ingest/aws"
	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"
)

// policy is a policy of IAM as far as docs/connect-aws.md writes them.
type policy struct {
	Statement []statement
}

type statement struct {
	Sid, Effect, Action string
	Resource            string
	Condition           struct {
		StringLike, StringEquals map[string]texts
	}
	used bool
}

// texts are one text or a list of them, as IAM has it.
type texts []string

func (t *texts) UnmarshalJSON(content []byte) error {
	var one string
	if json.Unmarshal(content, &one) == nil {
		*t = texts{one}
		return nil
	}
	return json.Unmarshal(content, (*[]string)(t))
}

// documented reads the policy to be attached out of docs/connect-aws.md.
func documented(t *testing.T) *policy {
	t.Helper()
	return policyOf(t, func(s statement) bool { return s.Sid == "ListExports" })
}

// policyOf reads the policy with a statement that is wanted.
func policyOf(t *testing.T, wanted func(statement) bool) *policy {
	t.Helper()
	text, err := os.ReadFile("../../docs/connect-aws.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, block := range regexp.MustCompile("(?s)```json\n(.*?)```").FindAllSubmatch(text, -1) {
		var p policy
		if err := json.Unmarshal(block[1], &p); err == nil && slices.ContainsFunc(p.Statement, wanted) {
			return &p
		}
	}
	t.Fatal("docs/connect-aws.md has no such policy")
	return nil
}

// allows reports whether a statement allows action on resource, a listing of
// prefix.
func (p *policy) allows(action, resource, prefix string) bool {
	for i, s := range p.Statement {
		patterns, bound := s.Condition.StringLike["s3:prefix"]
		listed := !bound || slices.ContainsFunc(patterns, func(pattern string) bool { return like(pattern, prefix) })
		if s.Effect == "Allow" && s.Action == action && like(s.Resource, resource) && listed {
			p.Statement[i].used = true
			return true
		}
	}
	return false
}

// like matches as IAM does: a star stands for anything.
func like(pattern, text string) bool {
	quoted := strings.ReplaceAll(regexp.QuoteMeta(pattern), `\*`, ".*")
	return regexp.MustCompile("^(?s:" + quoted + ")$").MatchString(text)
}

// guard is an S3 server that answers what a policy allows, and refuses all else.
type guard struct {
	backend gofakes3.Backend
	inner   http.Handler

	assume *policy // of the caller; nil: there is no role to assume
	trust  *policy // of the role

	mu      sync.Mutex
	policy  *policy
	refused []string
}

func newGuard(t *testing.T, p *policy) *guard {
	t.Helper()
	g := &guard{backend: s3mem.New(), policy: p}
	if err := g.backend.CreateBucket("acme-billing"); err != nil {
		t.Fatal(err)
	}
	g.inner = gofakes3.New(g.backend, gofakes3.WithTimeSkewLimit(0)).Server()
	server := httptest.NewServer(g)
	t.Cleanup(server.Close)
	for name, value := range map[string]string{
		"AWS_ACCESS_KEY_ID": "AKIAEXAMPLE", "AWS_SECRET_ACCESS_KEY": "not-to-be-told", "AWS_SESSION_TOKEN": "",
		"AWS_PROFILE": "", "AWS_REGION": "", "AWS_DEFAULT_REGION": "", "AWS_EC2_METADATA_DISABLED": "true",
		"AWS_CONFIG_FILE": os.DevNull, "AWS_SHARED_CREDENTIALS_FILE": os.DevNull, "AWS_ENDPOINT_URL": server.URL,
	} {
		t.Setenv(name, value)
	}
	return g
}

// ServeHTTP knows the two calls of S3 that a source makes, by the API
// reference: ListObjectsV2 and GetObject.
func (g *guard) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	bucket, key, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	query := r.URL.Query()
	action, resource := r.Method+" "+r.URL.String(), ""
	switch {
	case r.Method == http.MethodPost && bucket == "":
		g.answerSTS(w, r)
		return
	case r.Method == http.MethodGet && query.Get("list-type") == "2" && key == "":
		action, resource = "s3:ListBucket", "arn:aws:s3:::"+bucket
	case r.Method == http.MethodGet && key != "" && query.Get("x-id") == "GetObject":
		action, resource = "s3:GetObject", "arn:aws:s3:::"+bucket+"/"+key
	}
	g.mu.Lock()
	allowed := g.policy.allows(action, resource, query.Get("prefix"))
	if !allowed {
		g.refused = append(g.refused, action+" "+resource+" "+query.Get("prefix"))
	}
	g.mu.Unlock()
	if !allowed {
		w.WriteHeader(http.StatusForbidden)
		fmt.Fprint(w, `<?xml version="1.0" encoding="UTF-8"?><Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>`)
		return
	}
	g.inner.ServeHTTP(w, r)
}

// answerSTS is the one call of STS that needs no permission, and the one that
// assumes the role of the page with its external id.
func (g *guard) answerSTS(w http.ResponseWriter, r *http.Request) {
	_ = r.ParseForm() // a body that is no form asks for nothing
	switch action := r.Form.Get("Action"); {
	case action == "AssumeRole" && g.assumed(r.Form.Get("RoleArn"), r.Form.Get("ExternalId")):
		fmt.Fprint(w, `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials>`+
			`<AccessKeyId>ASIAEXAMPLE</AccessKeyId><SecretAccessKey>not-to-be-told</SecretAccessKey><SessionToken>t</SessionToken>`+
			`<Expiration>2099-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>`)
		return
	case action != "GetCallerIdentity":
		g.mu.Lock()
		g.refused = append(g.refused, "sts:"+action+" "+r.Form.Get("RoleArn"))
		g.mu.Unlock()
		w.WriteHeader(http.StatusForbidden)
		fmt.Fprint(w, `<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>not authorized</Message></Error></ErrorResponse>`)
		return
	}
	fmt.Fprint(w, `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>`+
		`<Arn>arn:aws:sts::111122223333:assumed-role/costwarden-read/costwarden</Arn></GetCallerIdentityResult></GetCallerIdentityResponse>`)
}

// assumed reports whether the page's trust policy and the caller's policy let
// the role be assumed so.
func (g *guard) assumed(role, externalID string) bool {
	if g.assume == nil || g.trust == nil {
		return false
	}
	return g.assume.allows("sts:AssumeRole", role, "") && slices.ContainsFunc(g.trust.Statement, func(s statement) bool {
		return s.Action == "sts:AssumeRole" && slices.Equal(s.Condition.StringEquals["sts:ExternalId"], texts{externalID})
	})
}

func (g *guard) put(t *testing.T, key, content string) {
	t.Helper()
	_, err := g.backend.PutObject("acme-billing", key, map[string]string{}, bytes.NewReader([]byte(content)), int64(len(content)), nil)
	if err != nil {
		t.Fatal(err)
	}
}

// putExport puts October of a Data Export below prefix, which is empty or ends
// in a slash.
func (g *guard) putExport(t *testing.T, prefix string) {
	t.Helper()
	file := prefix + "acme-focus/data/BILLING_PERIOD=2026-10/acme-focus-00001.csv"
	g.put(t, file, "BilledCost,InvoiceId\n1,2\n")
	g.put(t, prefix+"acme-focus/metadata/BILLING_PERIOD=2026-10/acme-focus-Manifest.json",
		`{"columns": [{"name": "BilledCost"}, {"name": "InvoiceId"}], "dataFiles": ["s3://acme-billing/`+file+`"]}`)
}

func (g *guard) putReport(t *testing.T) {
	t.Helper()
	const file = "exports/acme-report/20261001-20261101/0c1f/acme-report-00001.csv.gz"
	g.put(t, file, "\x1f\x8b")
	g.put(t, "exports/acme-report/20261001-20261101/acme-report-Manifest.json", `{"assemblyId": "0c1f", "bucket": "acme-billing", "charset": "UTF-8",
		"billingPeriod": {"start": "20261001T000000.000Z", "end": "20261101T000000.000Z"}, "reportKeys": ["`+file+`"]}`)
}

func TestDocumentedPolicyIsEnoughAndNoMore(t *testing.T) {
	cases := []struct {
		name   string
		config aws.Config
		put    func(*testing.T, *guard)
	}{
		{"an export", aws.Config{Location: "s3://acme-billing/exports", Export: "acme-focus"}, func(t *testing.T, g *guard) { g.putExport(t, "exports/") }},
		{"a legacy report", aws.Config{Location: "s3://acme-billing/exports", Export: "acme-report"}, func(t *testing.T, g *guard) { g.putReport(t) }},
		{"a copy without manifests", aws.Config{Location: "s3://acme-billing/exports", Export: "acme-focus", Manifest: "none"},
			func(t *testing.T, g *guard) { g.putExport(t, "exports/") }},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			g := newGuard(t, documented(t))
			c.put(t, g)
			load(t, c.config)
			g.check(t)
		})
	}
}

// An export without a prefix lies at the top of its bucket; the page says what
// the condition is then.
func TestDocumentedPolicyOfAnExportWithoutPrefix(t *testing.T) {
	text, err := os.ReadFile("../../docs/connect-aws.md")
	if err != nil {
		t.Fatal(err)
	}
	said := regexp.MustCompile("`(\"s3:prefix\": \\[.*?\\])`").FindSubmatch(text)
	if said == nil {
		t.Fatal("docs/connect-aws.md says no s3:prefix for an export without a prefix")
	}
	var condition map[string]texts
	if err := json.Unmarshal([]byte("{"+string(said[1])+"}"), &condition); err != nil {
		t.Fatal(err)
	}
	p := documented(t)
	for i := range p.Statement {
		p.Statement[i].Resource = strings.Replace(p.Statement[i].Resource, "/exports/", "/acme-focus/", 1)
		if p.Statement[i].Condition.StringLike != nil {
			p.Statement[i].Condition.StringLike = condition
		}
	}
	g := newGuard(t, p)
	g.put(t, "logs/other", "")
	config := aws.Config{Location: "s3://acme-billing", Export: "acme-focus"}
	err = examine(t, config)
	if want := "no export acme-focus in s3://acme-billing/, nor any other"; err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("before the first delivery: %v, want %s", err, want)
	}
	g.putExport(t, "")
	g.refused = nil // the look at what else is there
	load(t, config)
	g.check(t)
}

// The role of another account is assumed with what the page gives both sides.
func TestDocumentedRoleIsAssumed(t *testing.T) {
	g := newGuard(t, documented(t))
	isAssume := func(s statement) bool { return s.Action == "sts:AssumeRole" }
	g.assume = policyOf(t, func(s statement) bool { return isAssume(s) && s.Resource != "" })
	g.trust = policyOf(t, func(s statement) bool { return isAssume(s) && s.Condition.StringEquals != nil })
	g.putExport(t, "exports/")
	config := aws.Config{Location: "s3://acme-billing/exports", Export: "acme-focus", RoleARN: g.assume.Statement[0].Resource,
		ExternalID: g.trust.Statement[0].Condition.StringEquals["sts:ExternalId"][0]}
	load(t, config)
	g.check(t)
	config.ExternalID = "another"
	if err := examine(t, config); err == nil || !strings.Contains(err.Error(), "the role's trust policy must name this caller and its external id") {
		t.Errorf("with another external id: %v", err)
	}
}

// What is missing is told with the permission that is missing.
func TestMissingPermissionIsNamed(t *testing.T) {
	for sid, want := range map[string]string{"ListExports": "allow s3:ListBucket", "ReadExports": "allow s3:GetObject"} {
		p := documented(t)
		p.Statement = slices.DeleteFunc(p.Statement, func(s statement) bool { return s.Sid == sid })
		g := newGuard(t, p)
		g.putExport(t, "exports/")
		err := examine(t, aws.Config{Location: "s3://acme-billing/exports", Export: "acme-focus"})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("without %s: %v, want %s", sid, err, want)
		}
	}
}

func (g *guard) check(t *testing.T) {
	t.Helper()
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, refused := range g.refused {
		t.Errorf("the documented policy does not allow %s", refused)
	}
	for _, s := range g.policy.Statement {
		if !s.used {
			t.Errorf("the documented policy allows %s, and nothing asked for it", s.Sid)
		}
	}
}

// privileged opens a source of the guarded bucket.
func privileged(t *testing.T, config aws.Config) ingest.Source {
	t.Helper()
	config.Region, config.PathStyle = "eu-west-1", true
	source, err := aws.Open(t.Context(), "aws-payer", config)
	if err != nil {
		t.Fatal(err)
	}
	return source
}

// load does all that a run asks of a source, and what doctor does.
func load(t *testing.T, config aws.Config) {
	t.Helper()
	if err := examine(t, config); err != nil {
		t.Error(err)
	}
	source := privileged(t, config)
	exports, err := source.Exports(t.Context())
	if err != nil || len(exports) != 1 {
		t.Fatalf("%d exports: %v", len(exports), err)
	}
	delivery, err := source.Fetch(t.Context(), exports[0], t.TempDir(), nil)
	if err != nil || len(delivery.Files) != 1 {
		t.Fatalf("%d files: %v", len(delivery.Files), err)
	}
}

// examine returns the first step that failed.
func examine(t *testing.T, config aws.Config) error {
	t.Helper()
	var failed error
	privileged(t, config).(ingest.Examiner).Examine(t.Context(), func(step ingest.Step) {
		if failed == nil {
			failed = step.Err
		}
	})
	return failed
}
