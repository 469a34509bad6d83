# Everything a person or CI calls. `make` alone prints this list.
#
# Python packages come from lock files with hashes through whatever index pip is set up to use. Work already done is
# remembered by stamp files in .venv, so a second `make serve` starts at once.

SHELL   := bash
.SHELLFLAGS := -euo pipefail -c
VENV    := .venv
BIN     := $(VENV)/bin
PYTHON  ?= $(shell tools/find-python)
PORT    ?= 8000
WORKERS ?= 2
ROUNDS  ?= 5
PIP     := $(BIN)/python -m pip --disable-pip-version-check --quiet

.PHONY: help serve test check fix bench survive lock migration ui clean
help:
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 12

serve: $(VENV)/.ready ## install what is missing and serve the demo on http://127.0.0.1:8000 (data in var/)
	@mkdir -p var
	@exec $(BIN)/jingban serve --demo --port $(PORT)

test: $(VENV)/.ready-dev ## everything: needs, format, lint, types, then all tests on both databases and in Chromium
	@tools/test-needs
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/jingban check
	$(BIN)/pytest -n $(WORKERS) --dist worksteal --durations=10 -q

check: $(VENV)/.ready-dev ## format, lint and types only
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

fix: $(VENV)/.ready-dev ## let ruff format and mend what it can
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(VENV)/.ready-dev ## measure the cost of a step against both baselines (minutes; ROUNDS=5)
	$(BIN)/python -m benchmarks --rounds $(ROUNDS) --json var/bench.json

survive: $(VENV)/.ready-dev ## kill -9 server and workers 100 times under load on each database
	JINGBAN_KILLS=$${KILLS:-100} $(BIN)/pytest tests/test_survival.py -q -s --timeout 3600

lock: $(VENV)/.ready-dev ## compute both lock files anew from pyproject.toml
	@tools/lock

migration: $(VENV)/.ready-dev ## SAY="what changed": write the next migration from the tables
	$(BIN)/python -m tools.migration "$(SAY)"

ui: ## build webapp/static/vendor from webapp/ui (needs Node 20; developers only)
	cd webapp/ui && npm ci --ignore-scripts --no-audit --no-fund && npm run build

clean: ## remove what was installed and built; data in var/ stay
	rm -rf $(VENV) build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis

$(BIN)/python:
	@tools/make-venv "$(PYTHON)" $(VENV)

$(VENV)/.ready: $(BIN)/python requirements.lock pyproject.toml
	@echo "Installing (once; about a minute) ..."
	@$(PIP) install --require-hashes -r requirements.lock
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.ready-dev: $(BIN)/python requirements-dev.lock pyproject.toml
	@echo "Installing, with what the tests need (once; about a minute) ..."
	@$(PIP) install --require-hashes -r requirements-dev.lock
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@ $(VENV)/.ready
