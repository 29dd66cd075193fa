# Python 3.11 or later; another one with: make demo PYTHON=python3.12
PYTHON ?= python3
# More for pip, such as: make demo PIP_ARGS="--extra-index-url URL"
PIP_ARGS ?=
BIN := .venv/bin
PIP := PIP_CONSTRAINT=constraints.txt $(BIN)/pip install --disable-pip-version-check -q $(PIP_ARGS)
# Tests run on every core; libraries that took all of them for each would wait for each other.
ONE_THREAD := OPENBLAS_NUM_THREADS=1 OMP_NUM_THREADS=1
QUESTION := How much does the test of a used battery cost?

.PHONY: help demo install test lint format unit test-slow clean \
	bench-accuracy bench-ranking bench-reader bench-cold bench-bulk bench-vectors bench-scale \
	bench-slack bench-sources bench-pdf bench-web

help:  ## List what make can do
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

demo: .venv/installed  ## Install, index the sample articles, ask a question
	@$(BIN)/footnote index --samples --index .demo
	@echo
	@echo "$$ footnote ask \"$(QUESTION)\""
	@$(BIN)/footnote ask "$(QUESTION)" --index .demo

install: .venv/installed-dev  ## Install everything that development needs

test: .venv/installed-dev lint unit  ## Check format, lint, types, import contracts, and test

lint: .venv/installed-dev  ## Check format, lint, types and import contracts
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy
	$(BIN)/lint-imports

unit: .venv/installed-dev  ## Run the tests with branch coverage
	$(ONE_THREAD) $(BIN)/python -m pytest -n auto --dist loadfile --cov --cov-report=term

test-slow: .venv/installed-dev  ## Run the tests that take minutes: hundreds of crashes
	$(BIN)/python -m pytest -m slow

format: .venv/installed-dev  ## Format the code
	$(BIN)/ruff format
	$(BIN)/ruff check --fix

bench-accuracy: .venv/installed-dev  ## Measure accuracy as footnote eval counts it (the whole: ../shared/data)
	$(BIN)/python -m tests.benchmarks.accuracy

bench-ranking: .venv/installed-dev  ## Measure ranking on the open benchmark (needs ../shared/data)
	$(BIN)/python -m tests.benchmarks.ranking

bench-reader: .venv/installed-dev  ## Measure answers and refusals (needs ../shared/data)
	$(BIN)/python -m tests.benchmarks.reader

bench-cold: .venv/installed-dev  ## Measure what a question costs in a new process (needs ../shared/data)
	$(BIN)/python -m tests.benchmarks.cold

bench-bulk: .venv/installed-dev  ## Measure embedding many passages (needs ../shared/data)
	$(BIN)/python -m tests.benchmarks.bulk

bench-vectors: .venv/installed-dev  ## Measure a million vectors (needs ../shared/data)
	$(BIN)/python -m tests.benchmarks.vectors

bench-scale: .venv/installed-dev  ## Measure 100,000 passages (needs ../shared/data)
	$(BIN)/python -m tests.benchmarks.scale --index .bench-scale

bench-slack: .venv/installed-dev  ## Measure the Slack app under load
	$(BIN)/python -m tests.benchmarks.slack --index .bench-slack

bench-sources: .venv/installed-dev  ## Measure reading a thousand documents of all kinds
	$(BIN)/python -m tests.benchmarks.sources

bench-web: .venv/installed-dev  ## Measure looking at unchanged addresses again
	$(BIN)/python -m tests.benchmarks.web

bench-pdf: .venv/installed-dev  ## Measure reading PDF
	$(BIN)/python -m tests.benchmarks.pdf

clean:  ## Remove the environment and every cache
	rm -rf .venv .demo .bench-scale .bench-slack .coverage .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache

.venv/bin/pip:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Footnote needs Python 3.11 or later; name one: make PYTHON=python3.12"; exit 1; }
	$(PYTHON) -m venv .venv

.venv/installed: pyproject.toml constraints.txt | .venv/bin/pip
	$(PIP) -e .
	@touch $@

.venv/installed-dev: pyproject.toml constraints.txt | .venv/bin/pip
	$(PIP) -e '.[dev]'
	@touch .venv/installed $@
