# Octavo's commands for people: `make help` lists them.
PYTHON ?= python3
BIN := .venv/bin
.DEFAULT_GOAL := help
.PHONY: help setup run test lint format bench speed round web catalogs constraints clean

help: ## List the targets
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

setup: .venv/ready ## Make .venv and install Octavo from constraints.txt

.venv/ready: pyproject.toml constraints.txt
	@echo "Setting up .venv (once; a few minutes at most) ..."
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade pip
	@$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[dev]'
	@touch $@

run: setup ## Start Octavo with the demonstration press and print today's front page
	@$(BIN)/octavo demo

test: setup ## Run all tests (says what it skipped for want of a browser or a PostgreSQL)
	@$(BIN)/python -m pytest --numprocesses auto

lint: setup ## Check style, types and the laws of the house
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

format: setup ## Put the code into shape
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

bench: setup ## Measure quality, beside other methods, against floors.toml: make bench DATA=path/to/data
	@test -n "$(DATA)" || { echo "Say where the data is: make bench DATA=path/to/data" >&2; exit 2; }
	@$(BIN)/python bench/run.py "$(DATA)" && for script in feeds credits evidence group_table; do $(BIN)/python bench/$$script.py "$(DATA)" || exit 1; done

speed: setup ## Measure the speed of grouping with up to 200,000 live articles (half an hour), and of the whole line
	@$(BIN)/python bench/line_speed.py && $(BIN)/python bench/group_speed.py

round: setup ## Gather 500 feeds of all kinds, ill ones too, from this machine, and say what became of each kind
	@$(BIN)/python bench/gather_round.py

web: setup ## Measure how fast pages are on 200,000 articles (made first; a quarter of an hour)
	@rm -rf build/web && mkdir -p build/web
	@$(BIN)/python bench/web_data.py "sqlite:///$(CURDIR)/build/web/octavo.sqlite" && $(BIN)/python bench/web_speed.py "sqlite:///$(CURDIR)/build/web/octavo.sqlite"

catalogs: setup ## Take new texts of the pages into the translations, and say what is untranslated
	@$(BIN)/python bench/catalogs.py

constraints: ## Renew constraints.txt with the newest versions that pyproject.toml allows
	@rm -rf .venv/fresh && $(PYTHON) -m venv .venv/fresh && .venv/fresh/bin/pip install --quiet --upgrade pip
	@.venv/fresh/bin/pip install --quiet '.[dev]'
	@{ echo "# Exact versions that 'make setup' installs from; 'make constraints' renews them."; .venv/fresh/bin/pip freeze --exclude octavo; } > constraints.txt
	@rm -rf .venv/fresh

clean: ## Remove .venv and everything that was built
	@rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis dist build
