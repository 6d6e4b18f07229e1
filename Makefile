# proxify: `make run` and `make test` work on a fresh Debian with the .NET SDK, make and git; what else they need they install.

SHELL := /bin/bash
.DELETE_ON_ERROR:
.PHONY: help run install uninstall deb pack release check test test-packages test-distributions test-cluster test-reproducible reference endings bulk chaos fuzz bench bench-framed bench-admin bench-steering bench-failures clean

export PREFIX DESTDIR

SOURCES := $(shell find src bpf -type f) Directory.Build.props Directory.Packages.props global.json

help:
	@echo "make run      build ./proxify, start it on config.json with echo targets"
	@echo "make proxify  build the native binary ./proxify"
	@echo "make install, make uninstall  put it below PREFIX (/usr/local) with its unit, man page and completions, and take that away; DESTDIR comes before"
	@echo "make deb      make artifacts/proxify_VERSION_ARCHITECTURE.deb of it"
	@echo "make pack     build the library's NuGet packages into artifacts/packages"
	@echo "make release  build all that a release has into artifacts/release"
	@echo "make check    build, look at the format, run the unit tests: under a minute, for daily work"
	@echo "make test     build and run every test (system tests want root)"
	@echo "make test-packages  try the .deb with lintian and the NuGet packages with samples/Packaged"
	@echo "make test-distributions  install the .deb in bare roots of Debian 12 and 13, with their systemd, and upgrade it there with a session open (wants root)"
	@echo "make test-cluster  upgrade, stop, kill and add one of several machines behind VRRP and ECMP, with proxify and with HAProxy: six minutes (wants root)"
	@echo "make test-reproducible  build everything twice, in different folders, and compare"
	@echo "make reference  write config.schema.json, the tables of docs/configuration.md, docs/openapi.json and packaging/man from what they describe"
	@echo "make endings  play 100,000 sessions of random endings through each transport"
	@echo "make bulk     send 1 GiB each way through relays of every kind, plain and TLS, byte by byte compared"
	@echo "make chaos    call the admin API at random for 10 minutes on each transport, beside load, reloads and deaths of targets"
	@echo "make fuzz     try 100,000,000 inputs on each parser of what strangers send"
	@echo "make bench    compare with HAProxy and nginx on this machine"
	@echo "make bench-framed  the part of it that is about framed apps, beside direct connections and twemproxy"
	@echo "make bench-admin  measure what scrapes, a dashboard and top cost those who use the proxy"
	@echo "make bench-steering  measure what steering costs and spares (wants root)"
	@echo "make bench-failures  let targets fail and clients flood behind proxify and HAProxy (wants root)"
	@echo "make clean    remove what was built"

proxify: $(SOURCES)
	@scripts/install-prerequisites build
	dotnet publish src/Proxify -c Release -v minimal --nologo -o artifacts/proxify
	@ln -f artifacts/proxify/proxify proxify 2>/dev/null || cp artifacts/proxify/proxify proxify

run: proxify
	@scripts/install-prerequisites try
	@scripts/run

install: proxify
	@scripts/install

uninstall:
	@scripts/install --uninstall

deb: proxify
	@scripts/install-prerequisites deb
	@scripts/deb

# The time in the packages is the commit's, so that two builds of it are the same bytes.
pack release: export SOURCE_DATE_EPOCH := $(or $(SOURCE_DATE_EPOCH),$(shell git log -1 --format=%ct 2>/dev/null))

pack:
	@scripts/install-prerequisites build
	dotnet pack src/Proxify.Linux -c Release -v quiet --nologo -o artifacts/packages
	dotnet pack src/Proxify.Core -c Release -v quiet --nologo -o artifacts/packages

release: proxify pack
	@scripts/install-prerequisites release
	@scripts/release

check:
	@scripts/install-prerequisites build
	dotnet build -c Release -v quiet --nologo
	@scripts/format
	artifacts/bin/Proxify.Tests/release/Proxify.Tests -noColor

test: proxify
	@scripts/install-prerequisites test
	@scripts/test

test-packages: deb pack
	@scripts/install-prerequisites packages
	@scripts/test-packages

test-distributions: proxify
	@scripts/install-prerequisites distributions
	@scripts/test-distributions

test-cluster: proxify
	@scripts/install-prerequisites cluster
	@scripts/test-cluster

test-reproducible:
	@scripts/install-prerequisites release
	@scripts/test-reproducible

reference: proxify
	PROXIFY_WRITE_REFERENCE=1 dotnet run --project test/Proxify.Tests -c Release -v quiet -- -noColor -class Proxify.Tests.Configuration.ConfigSchemaTests -class Proxify.Tests.Configuration.ConfigDocumentationTests
	PROXIFY_WRITE_REFERENCE=1 dotnet run --project test/Proxify.SystemTests -c Release -v quiet -- -noColor -class Proxify.SystemTests.Admin.OpenApiTests -class Proxify.SystemTests.ManPageTests

endings:
	PROXIFY_ENDINGS=$${PROXIFY_ENDINGS:-100000} dotnet run --project test/Proxify.FunctionalTests -c Release -v quiet -- -noColor -class Proxify.FunctionalTests.Endings.EndingsTests

bulk:
	PROXIFY_BULK=$${PROXIFY_BULK:-1024} dotnet run --project test/Proxify.FunctionalTests -c Release -v quiet -- -noColor -reporter verbose -method '*.RelayDataTests.Relay_bulk_both_ways_at_once_arrives_byte_exact'

chaos: proxify
	for transport in uring sockets; do PROXIFY_CHAOS=$${PROXIFY_CHAOS:-10} PROXIFY_TRANSPORT=$$transport dotnet run --project test/Proxify.SystemTests -c Release -v quiet -- -noColor -showLiveOutput -class Proxify.SystemTests.Admin.AdminChaosTests || exit 1; done

fuzz:
	PROXIFY_FUZZ=$${PROXIFY_FUZZ:-100000000} dotnet run --project test/Proxify.FuzzTests -c Release -v quiet -- -noColor -showLiveOutput -longRunning 600 -class Proxify.FuzzTests.FuzzTests

bench: proxify
	@bash bench/peers/install.sh
	dotnet run -c Release --project bench/peers -- $(BENCH)

bench-framed: proxify
	@bash bench/peers/install.sh
	dotnet run -c Release --project bench/peers -- --only framed $(or $(BENCH),--rounds 3 --seconds 2)

bench-admin: proxify
	@bash bench/peers/install.sh
	dotnet run -c Release --project bench/peers -- --only redis-get --proxies proxify+nobody,proxify+scrape,proxify+dashboard,proxify+top $(or $(BENCH),--rounds 9)

bench-steering: proxify
	@bash bench/peers/install.sh
	dotnet run -c Release --project bench/steering -- $(BENCH)

bench-failures: proxify
	@bash bench/peers/install.sh
	dotnet run -c Release --project bench/failures -- $(BENCH)

clean:
	rm -rf artifacts proxify proxify.dbg
