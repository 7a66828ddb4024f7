# The targets are explained by `make help`. On a fresh Debian machine with Go, gcc, g++ and make, `make demo`
# and `make test` do all their own set-up; `make e2e` installs what it needs with apt-get first.
SHELL       := bash
.SHELLFLAGS := -eu -o pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo unknown)
BIN     := bin/costwarden
LDFLAGS := -X main.version=$(VERSION)
ROWS    ?= 1000000,10000000
EXPORTS ?= acme-cur2,acme-focus-csv,focus-ea,cost-ea,gcp-detailed
COMPANY ?= acme-cur2,focus-ea,gcp-detailed
AZURITE := .ci/bin/azurite/node_modules/.bin/azurite-blob

## build: the binary, bin/costwarden
.PHONY: build
build:
	go build -trimpath -ldflags '$(LDFLAGS)' -o $(BIN) ./cmd/costwarden

## demo: a sample company's bills through every stage, into costwarden-demo/
.PHONY: demo
demo: build
	$(BIN) demo

## test: every test that needs no server and no network
.PHONY: test
test:
	go test ./...

## check: format, vet, staticcheck, import walls, stale generated files
.PHONY: check
check:
	@unformatted="$$(gofmt -l .)"; if [ -n "$$unformatted" ]; then echo "gofmt -w these:"; echo "$$unformatted"; exit 1; fi
	go vet ./...
	go vet -tags e2e ./...
	go vet -tags bench ./...
	go tool staticcheck ./...
	go test -count=1 -run 'TestHouse|AreDocumented' ./cmd/costwarden ./model ./ingest

## e2e: against S3, Blob and GCS servers and a real spreadsheet program
.PHONY: e2e
e2e: .ci/bin/versitygw .ci/bin/fake-gcs-server $(AZURITE)
	.ci/install-renderers
	COSTWARDEN_VERSITYGW=$(CURDIR)/.ci/bin/versitygw COSTWARDEN_AZURITE=$(CURDIR)/$(AZURITE) \
		COSTWARDEN_FAKE_GCS=$(CURDIR)/.ci/bin/fake-gcs-server \
		go test -count=1 -tags e2e -run E2E ./...

.ci/bin/versitygw: .ci/versitygw/go.mod .ci/versitygw/go.sum
	go build -C .ci/versitygw -o $(CURDIR)/$@ github.com/versity/versitygw/cmd/versitygw

.ci/bin/fake-gcs-server: .ci/fakegcs/go.mod .ci/fakegcs/go.sum
	go build -C .ci/fakegcs -o $(CURDIR)/$@ github.com/fsouza/fake-gcs-server

$(AZURITE): .ci/azurite/package.json .ci/azurite/package-lock.json
	.ci/install-azurite

## bench: load time as a ratio to bare DuckDB, peak memory, a run without changes; a company's backfill (ROWS=1000000,10000000 EXPORTS=all COMPANY=...)
.PHONY: bench
bench:
	go test -v -count=1 -timeout 60m -tags bench -run '^TestBench$$' ./ingest -rows '$(ROWS)' -exports '$(EXPORTS)'
	go test -v -count=1 -timeout 60m -tags bench -run TestBenchBackfill ./ingest -rows '$(ROWS)' -company '$(COMPANY)'
	go test -v -count=1 -timeout 60m -tags bench -run TestBenchLanding ./ingest/gcp -rows '$(ROWS)'

## golden: write anew the committed samples and expected texts; read the difference before you commit it
.PHONY: golden
golden:
	go generate ./...
	go test ./reports -update
	go test ./model ./ingest ./cmd/costwarden -run AreDocumented -update

## docs: the generated pages of docs/
.PHONY: docs
docs:
	go test ./model ./ingest ./cmd/costwarden -run AreDocumented -update

## figures: the suite that every source passes, and what it counts into docs/reliability.md
.PHONY: figures
figures:
	go test -count=1 -p 1 -run TestSource ./ingest/aws ./ingest/azure ./ingest/gcp ./ingest/focus -figures

## clean: what the other targets made
.PHONY: clean
clean:
	rm -rf bin out data costwarden-demo .ci/bin

.PHONY: help
help:
	@sed -n 's/^## /  /p' $(MAKEFILE_LIST)
