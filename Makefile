# Needs only make and Python 3.11 or later with pip and venv; everything else goes into .venv.
PYTHON ?= python3
BIN := .venv/bin

.DEFAULT_GOAL := help
.PHONY: help demo test lint format docs figure bench changelog hooks clean

help: ## list these targets
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

# A stamp for each set of extras, so that setting up happens once, and again when pyproject.toml changes.
$(BIN)/python:
	$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "supraspin needs Python 3.11 or later")'
	$(PYTHON) -m venv .venv

.venv/.run: pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e .
	@touch $@

.venv/.test: pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[test]'
	@touch $@ .venv/.run

.venv/.bench: pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[bench]'
	@touch $@ .venv/.run

.venv/.dev: pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[dev]'
	@touch $@ .venv/.test .venv/.run

demo: .venv/.run ## measure virtual devices, analyse the data, draw the paper's figures, and say where the page is
	$(BIN)/python examples/demo.py

test: lint ## everything a change must pass
	$(BIN)/python -m pytest -n 2 --dist worksteal

lint: .venv/.test ## style, types, and the direction of imports
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: .venv/.test ## put the code into its form
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

docs: .venv/.dev ## build the pages into docs/_build/html
	$(BIN)/python -m sphinx -W --keep-going -b html docs docs/_build/html

figure: .venv/.run ## draw the figure of the README anew
	$(BIN)/python examples/readme_figure.py
	$(BIN)/python examples/exchange_figure.py

bench: .venv/.bench ## compare with what one would write without the package
	$(BIN)/python benchmarks/run.py

changelog: .venv/.dev ## show what the next release will say
	$(BIN)/towncrier build --draft --version next

hooks: .venv/.dev ## run the checks at every commit
	$(BIN)/pre-commit install

clean: ## remove everything that the targets above made
	rm -rf .venv demo build dist docs/_build docs/_generated .pytest_cache .ruff_cache .mypy_cache .hypothesis .import_linter_cache
	find src tests examples benchmarks -name __pycache__ -type d -prune -exec rm -rf {} +
