# The names people type. What they mean stands in meson.build, tools/setup.sh and tests/run.
#
#   make            this list
#   make build      build/tongxin, with tests compiled beside it
#   make demo       build, then serve the demo district on LISTEN with its data in DEMO_DATA
#   make test       lint, unit, scenario, browser and fault tests, on SQLite and on PostgreSQL
#   make bench      the speed figures, as ratios taken in one run
#   make fuzz       each fuzz target for FUZZ_SECONDS seconds
#   make lint       the project lint alone
#   make install    the program and its files, under PREFIX (DESTDIR is honoured)
#   make clean      what was built goes; demo-data stays
#
# Each target first runs tools/setup.sh, which installs what is missing and says nothing when all is there.

DEMO_DATA ?= demo-data
LISTEN ?= 127.0.0.1:8365
PREFIX ?= /usr/local
FUZZ_SECONDS ?= 60
TESTS ?=

.DEFAULT_GOAL := help
.PHONY: help build demo test bench fuzz lint install clean setup-build setup-test

help:
	@sed -n 's/^#   //p' Makefile

setup-build:
	@tools/setup.sh build

setup-test:
	@tools/setup.sh test

build/build.ninja:
	@meson setup build --prefix=$(PREFIX) >/dev/null || { tail -n 20 build/meson-logs/meson-log.txt; exit 1; }

build: setup-build build/build.ninja
	@ninja -C build

demo: build
	build/tongxin demo --data $(DEMO_DATA) --listen $(LISTEN)

test: setup-test
	@tests/run $(TESTS)

lint: setup-test
	@tools/lint

bench: setup-test build
	@bench/run

fuzz: setup-test
	@tests/fuzz/run $(FUZZ_SECONDS)

install: build
	@meson install -C build

clean:
	rm -rf build build-test build-tsan build-fuzz
