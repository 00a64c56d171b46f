# Every command of the project, one line each. `make` alone lists them.
.DEFAULT_GOAL := help

# The first interpreter that is new enough; `make PYTHON=/path/to/python3.12 run` names another.
PYTHON ?= $(shell for each in python3 python3.13 python3.12 python3.11; do \
	$$each -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$each; break; }; done)
VENV := .venv
BIN := $(VENV)/bin
MANAGE := $(BIN)/python manage.py
PIP := $(BIN)/python -m pip --disable-pip-version-check
ROOMS := accounts assistants integrations conversations analytics flame tests
# Another process per core halves the suite; a single file starts faster without.
WORKERS ?= auto

.PHONY: help run start build test watch coverage lint format types check client model bench migrate rollback seed doctor logs up down clean

help: ## List these commands
	@awk 'BEGIN {FS = ":.*## "} /^[a-z]+:.*## / {printf "  make %-9s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))

run: $(VENV)/.runtime ## Everything in one process on port 3000, with demo data
	@$(MANAGE) migrate --verbosity 0
	@$(MANAGE) seed --if-demo
	@$(MANAGE) run

start: $(VENV)/.runtime ## The same without touching the database first
	@$(MANAGE) run

build: $(VENV)/.runtime ## Gather the static files that production serves
	@$(MANAGE) collectstatic --noinput --verbosity 0

test: $(VENV)/.development ## The whole suite, no service needed; ARGS="-k name" picks
	@$(BIN)/python -m pytest -n $(WORKERS) $(ARGS)

watch: $(VENV)/.development ## The suite again at every change; ARGS="-k name" picks
	@$(BIN)/watchfiles --filter python '$(BIN)/python -m pytest -q -x $(ARGS)' $(ROOMS)

coverage: $(VENV)/.development ## The suite with branch coverage, also in htmlcov/
	@$(BIN)/python -m pytest -n $(WORKERS) --cov --cov-report=term:skip-covered --cov-report=html $(ARGS)

lint: $(VENV)/.development ## Style and who may import whom
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/lint-imports

format: $(VENV)/.development ## Rewrite the code in the house style
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

types: $(VENV)/.development ## Static types, strictly
	@$(BIN)/mypy .

check: lint types ## What CI asks besides the suite
	@DJANGO_SETTINGS_MODULE=flame.test_settings $(MANAGE) makemigrations --check --dry-run
	@$(MAKE) --no-print-directory test

client: ## Compile a TypeScript client of docs/openapi.yaml (needs Node 18 or newer)
	@cd tests/client && npm ci --silent && npm run --silent check

model: ## Install a model server that is not ours, for the suite to ask (needs Node 20 or newer)
	@cd tests/model && npm ci --silent

bench: $(VENV)/.development ## Measure every figure that the README claims
	@$(BIN)/python -m benchmarks

migrate: $(VENV)/.runtime ## Bring the database up to date
	@$(MANAGE) migrate

rollback: $(VENV)/.runtime ## Take an app's tables back: make rollback APP=analytics TO=zero
	@test -n "$(APP)" -a -n "$(TO)" || { echo "Say what to take back: make rollback APP=analytics TO=0001 (or TO=zero)." >&2; exit 2; }
	@$(MANAGE) migrate $(APP) $(TO)

seed: $(VENV)/.runtime ## Demo users, assistants and integrations
	@$(MANAGE) seed

doctor: $(VENV)/.runtime ## What is mis-set, why, and the fix
	@$(MANAGE) doctor

logs: ## Follow what the containers say
	@docker compose logs --follow --tail 50

up: ## Production's set of containers
	@docker compose up --build --detach --wait

down: ## Stop them; the volumes stay
	@docker compose down

clean: ## Remove what the commands above made, but no database
	@rm -rf $(VENV) static_root htmlcov .coverage .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis tests/client/node_modules tests/model/node_modules test*.sqlite3*
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(BIN)/python:
	@test -n "$(PYTHON)" && $(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "FLAME Assistant needs Python 3.11 or newer, and '$(or $(PYTHON),python3)' is not. Name one: make PYTHON=/path/to/python3.12 run" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); exit 1; }

$(VENV)/.runtime: requirements.txt constraints.txt | $(BIN)/python
	@echo "Installing requirements.txt ..."
	@$(PIP) install -qq --requirement requirements.txt
	@touch $@

$(VENV)/.development: requirements-dev.txt requirements.txt constraints.txt | $(BIN)/python
	@echo "Installing requirements-dev.txt ..."
	@$(PIP) install -qq --requirement requirements-dev.txt
	@touch $@ $(VENV)/.runtime
