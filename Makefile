# Everything here runs in .venv, which is made when it is missing. Python 3.11+ and make are enough; Go adds the tests on a real control plane.

PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
BIN := .venv/$(if $(filter Windows_NT,$(OS)),Scripts,bin)
INSTALLED := .venv/.installed
DEVELOPED := .venv/.developed
BUILT := .venv/.built
DRA := $(BIN)/kubectl-dra
# What was built is built anew when something that goes into it is newer.
PROGRAM := dist/.program
DOWNLOADS := dist/.downloads
SOURCES := $(shell find kubectl_dra packaging LICENSE -type f ! -name '*.pyc' ! -path '*/.*')

.PHONY: demo test check lint format bench live update go-binaries ci-downloads build dist krew manifest test-binary lock licenses clean

demo: $(INSTALLED)  ## the bundled cluster: its devices, a map of them, claims, and one claim in full
	$(DRA) devices --demo
	$(DRA) devices --map --demo
	$(DRA) claims -A --demo
	$(DRA) describe claim train-0-gpu -n ml --demo

# pytest runs even where lint has complaints: its closing line is the last word, and the status is that of both.
test: $(DEVELOPED) go-binaries ci-downloads  ## every check and every test
	@status=0; $(MAKE) --no-print-directory lint || status=$$?; \
	LINT_STATUS=$$status $(BIN)/pytest --durations=10 --durations-min=5 $(TESTS) || status=$$?; \
	echo $$status > .venv/.test-status; exit $$status

check: format test  ## format, then test

lint: $(DEVELOPED)  ## all four have their say, whatever the first finds
	@status=0; for check in "ruff format --check ." "ruff check ." mypy lint-imports; do \
		echo "$$check"; $(BIN)/$$check || status=1; \
	done; exit $$status

format: $(DEVELOPED)
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(DEVELOPED)  ## figures against kubectl and Kubernetes' own code; BENCH="devices start" chooses
	$(BIN)/python -m tests.bench $(BENCH)

live: $(DEVELOPED) go-binaries  ## the tests on real control planes
	$(BIN)/pytest -m live

update: $(DEVELOPED)  ## transcripts and pages, written anew from what the commands print
	$(BIN)/pytest tests/transcripts tests/pages --update-transcripts

# Where Go is missing, what needs it is skipped; in CI the tests themselves then fail. A failed build does not keep the other tests from running.
go-binaries: $(DEVELOPED)
	@if command -v go >/dev/null; then \
		$(BIN)/python -m tests.controlplane build 1.37 1.34 >/dev/null; $(BIN)/python -m tests.oracle build 1.37 1.36 1.35 1.34 >/dev/null; \
	else \
		echo "Go is not on PATH: nothing is tested on a real control plane or against Kubernetes' own allocator"; \
	fi; true

# In CI the built program is tested, too. A failed build does not keep the other tests from running: those of the program then fail.
ci-downloads:
	@test -z "$$CI" || $(MAKE) --no-print-directory dist >/dev/null || echo "the program is not built, so its tests fail"

build: $(PROGRAM)  ## dist/kubectl-dra/, and the same program as one file

$(PROGRAM): $(BUILT) $(SOURCES)
	@rm -f $@ $(DOWNLOADS)
	$(BIN)/python packaging/make_program.py
	@touch $@

dist: $(DOWNLOADS)  ## archive, checksums, wheel and sdist in dist/

$(DOWNLOADS): $(PROGRAM) README.md pyproject.toml
	$(BIN)/python packaging/make_downloads.py
	@touch $@

krew: dist manifest  ## dist/dra.yaml, the krew manifest of the archives at hand

manifest: $(BUILT)
	$(BIN)/python packaging/make_manifest.py

test-binary: krew go-binaries  ## the commands' tests, run on the built folder
	KUBECTL_DRA_PROGRAMS=$(CURDIR)/dist/kubectl-dra $(BIN)/pytest tests/binary tests/live/test_plugin.py tests/live/test_permissions.py \
		tests/live/test_broken_server.py tests/connection/test_faults.py tests/connection/test_interrupts.py tests/connection/test_interrupts.py

lock: $(DEVELOPED)  ## packaging/requirements.lock, written anew from pyproject.toml
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --quiet --upgrade \
		--group build pyproject.toml -o packaging/requirements.lock

licenses: $(BUILT)  ## what the binary contains, and under which licences
	$(BIN)/python packaging/list_licenses.py

clean:
	rm -rf .venv build dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache *.egg-info
	find kubectl_dra tests -name __pycache__ -type d -prune -exec rm -rf {} +

$(INSTALLED): pyproject.toml
	@test -n "$(PYTHON)" || { echo "Python 3.11 or later is needed, and none is on PATH"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade 'pip>=25.1'
	$(BIN)/python -m pip install --quiet --editable .
	@touch $@

$(DEVELOPED): $(INSTALLED)
	$(BIN)/python -m pip install --quiet --group dev
	@touch $@

$(BUILT): $(INSTALLED) packaging/requirements.lock
	$(BIN)/python -m pip install --quiet --require-hashes --requirement packaging/requirements.lock
	@touch $@
