# The whole set-up: `make run` and `make test` need only Python 3.11 or newer with venv, make and git.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export SAYSO_HOME ?= $(CURDIR)/var/sample-shop

.PHONY: run install test lint types format docs bench lock clean

run: install  ## load the sample shop, print who may be contacted, serve the pages on 127.0.0.1:8000
	$(BIN)/sayso demo

install: $(VENV)/installed  ## make .venv with sayso in it

# Nothing is compiled ahead: that takes a third of the time, and most of it is never imported.
$(VENV)/installed: requirements/runtime.txt pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --no-compile --require-hashes -r requirements/runtime.txt
	$(BIN)/python -m pip install --quiet --no-compile --no-deps --editable .
	touch $@

$(VENV)/installed-dev: $(VENV)/installed requirements/dev.txt
	$(BIN)/python -m pip install --quiet --no-compile --require-hashes -r requirements/dev.txt
	touch $@

$(VENV)/installed-bench: $(VENV)/installed-dev requirements/bench.txt
	$(BIN)/python -m pip install --quiet --no-compile --require-hashes -r requirements/bench.txt
	touch $@

test: export PYTHONDONTWRITEBYTECODE =  # tests start sayso hundreds of times: it is compiled once, whatever the shell says
test: $(VENV)/installed-dev lint  ## everything that is checked; benchmarks run apart
	$(BIN)/python tests/parts.py
	$(BIN)/python -m pytest -n 2 --dist worksteal

lint: $(VENV)/installed-dev  ## style, strict types, who may import whom
	$(BIN)/ruff check src tests bench
	$(BIN)/ruff format --check src tests bench
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(VENV)/installed-dev
	$(BIN)/ruff check --fix src tests bench
	$(BIN)/ruff format src tests bench

docs: install  ## write the reference pages anew from the code and the rulebooks
	$(BIN)/python -m sayso.reports.reference docs/reference
	$(BIN)/typer sayso.cli.app utils docs --name sayso --title "The command line" --output docs/reference/cli.md

bench: $(VENV)/installed-bench  ## ratios on this machine; see docs/performance.md
	$(BIN)/python -m bench

lock:  ## pin all dependencies with hashes (needs uv)
	uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-annotate --no-header -q -o requirements/runtime.txt
	uv pip compile pyproject.toml --group dev --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-annotate --no-header -q -c requirements/runtime.txt -o requirements/dev.txt
	uv pip compile pyproject.toml --group dev --group bench --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-annotate --no-header -q -c requirements/runtime.txt -o requirements/bench.txt

clean:
	rm -rf $(VENV) var build dist
