# Everything a newcomer needs is `make run` and `make test`; both install what is missing.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# Bytecode is written when something is first imported, not ahead of time: most of what is installed never is.
# A setting against writing any would make every start as slow as the first.
unexport PYTHONDONTWRITEBYTECODE
PIP := $(BIN)/python -m pip --disable-pip-version-check -qq
PYTEST := $(BIN)/python -m pytest -n auto --maxprocesses=4
CODE := ugly_mugs channels migrations tests $(wildcard bench training)
# Presidio has an environment of its own, with Python 3.12 or later where there is one: the larger model needs it.
PEER := .venv-presidio
PEER_PYTHON ?= python3.12 python3.13 $(PYTHON)
POT ?= ugly_mugs/locale/messages.pot
# A test may be named: make test ARGS="tests/test_story.py -x"
ARGS ?=
export ONLY LIST SEED MESSAGES

.PHONY: help run install install-dev install-bench test check format-check lint types imports locks migrations dockerfile \
	templates nightly format lock messages migration bench redaction-report train install-training chaos sbom audit docker

help: ## Say what each target does
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

run: install ## Start everything with made-up people around it, and say where to click
	@UGLY_MUGS_ENV=demo exec $(BIN)/python -m ugly_mugs run

test: install-dev ## Run the tests, on SQLite and on a real PostgreSQL
	@$(PYTEST) $(ARGS)

install: $(VENV)/.installed ## Install what the program needs into .venv

install-dev: $(VENV)/.installed-dev ## Install what tests and checks need as well

$(VENV)/.installed: requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; name it with PYTHON=…"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing into $(VENV), once …"
	@$(PIP) install --require-hashes --no-compile -r requirements.lock
	@touch $@

$(VENV)/.installed-dev: requirements-dev.lock $(VENV)/.installed
	@echo "Installing what the tests need, once …"
	@$(PIP) install --require-hashes --no-compile -r requirements-dev.lock
	@touch $@

install-bench: $(VENV)/.installed-bench ## Install the peers that `make bench` measures against

$(VENV)/.installed-bench: requirements-bench.lock $(VENV)/.installed-dev
	@echo "Installing what the bench needs, once …"
	@$(PIP) install --require-hashes --no-compile -r requirements-bench.lock
	@touch $@

install-training: $(VENV)/.installed-training ## Install what makes the word lists and the models

$(VENV)/.installed-training: requirements-training.lock $(VENV)/.installed-dev
	@echo "Installing what training needs, once …"
	@$(PIP) install --require-hashes --no-compile -r requirements-training.lock
	@touch $@

check: format-check lint types imports locks dockerfile templates migrations test ## Everything a change has to pass

format-check: install-dev ## Is every file laid out by ruff?
	@$(BIN)/ruff format --check .

lint: install-dev ## Ruff's rules
	@$(BIN)/ruff check .

types: install-dev ## mypy, strict
	@$(BIN)/mypy $(CODE)

imports: install-dev ## Does the story run downhill?
	@$(BIN)/lint-imports --no-cache --no-logo

locks: install-dev ## Are the locks what pyproject.toml asks for, without addresses?
	@PATH="$(CURDIR)/$(BIN):$$PATH" bash .ci/locks

dockerfile: install-dev ## hadolint
	@$(BIN)/hadolint Dockerfile && echo "Dockerfile: nothing to say."

templates: install-dev ## Does every template parse, and can its words be translated?
	@$(BIN)/python -m pytest tests/test_templates.py

migrations: install-dev ## Do the migrations make the tables the models say, on both databases?
	@$(BIN)/python -m pytest tests/test_schema.py

nightly: install-dev chaos ## What takes minutes: the chaos in full, and tests marked nightly where there are any
	@$(PYTEST) -m nightly $(ARGS) || test $$? -eq 5

format: install-dev ## Lay every file out
	@$(BIN)/ruff check --quiet --select I --fix . && $(BIN)/ruff format .

lock: install-dev ## Make the locks anew; UPGRADE=1 takes newer releases
	@PATH="$(CURDIR)/$(BIN):$$PATH" bash .ci/locks write $(if $(UPGRADE),--upgrade)

messages: install-dev ## Collect the words that people read, for translators
	@mkdir -p $(dir $(POT))
	@$(BIN)/pybabel -q extract -F .ci/babel.cfg -k lazy -k N_ -k PydanticCustomError:2 --no-location --sort-output \
		--omit-header -o $(POT) ugly_mugs templates
	@echo "$$(grep -c '^msgid' $(POT)) messages in $(POT)"

migration: install-dev ## Write the migration that the models need: make migration m="add what"
	@test -n "$(m)" || { echo 'Say what it does: make migration m="add what"'; exit 1; }
	@$(BIN)/python -m migrations.draft "$(m)"

bench: install-bench ## Measure speed and size; ONLY=name for one, LIST=1 for their names
	@$(BIN)/python -W ignore -m bench

redaction-report: install-dev $(PEER)/.installed ## Measure the suggestions beside Presidio, and write docs/redaction.md's figures
	@$(BIN)/python -W ignore -m bench.redaction --presidio $(PEER)/bin/python $(ARGS)

$(PEER)/.installed: requirements-presidio.lock
	@for each in $(PEER_PYTHON); do "$$each" -c '' 2>/dev/null && break; done; \
		echo "Installing Presidio into $(PEER) with $$each, once …"; test -x $(PEER)/bin/python || "$$each" -m venv $(PEER)
	@$(PEER)/bin/python -m pip --disable-pip-version-check -qq install --require-hashes -r requirements-presidio.lock
	@touch $@

train: install-training ## Make the word lists and the two models of redaction anew, from training/
	@$(BIN)/python -m training.lexicon && $(BIN)/python -m training.train

chaos: install-dev ## Kill workers in mid-send, in a storm, on both databases; SEED=n for another, MESSAGES=n for fewer
	@$(BIN)/python -W ignore -m bench.chaos

sbom: ## List everything that is installed, in CycloneDX's form, in var/sbom.json
	@mkdir -p var && tool=$$(mktemp -d) && trap 'rm -rf "$$tool"' EXIT && $(PYTHON) -m venv "$$tool" && \
		"$$tool/bin/pip" install -qq cyclonedx-bom && \
		"$$tool/bin/python" -W ignore "$$tool/bin/cyclonedx-py" requirements --pyproject pyproject.toml --output-reproducible -o var/sbom.json requirements.lock && \
		echo "var/sbom.json"

audit: ## Ask the advisory database about every dependency
	@tool=$$(mktemp -d) && trap 'rm -rf "$$tool"' EXIT && $(PYTHON) -m venv "$$tool" && \
		"$$tool/bin/pip" install -qq pip-audit && \
		"$$tool/bin/pip-audit" --strict --disable-pip --require-hashes -r requirements.lock

docker: ## Build the image
	@docker build -t ugly-mugs .
