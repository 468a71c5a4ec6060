# Metrion 度衡. Everything is set up by these targets: Python 3.11, make and a package index are enough.
# Every step is repeated only when its inputs changed, and can be interrupted at any moment.

SHELL := /bin/sh
PYTHON ?= $(shell command -v python3.11 || command -v python3.12 || command -v python3.13 || command -v python3)
METRION_HOME ?= $(HOME)/.metrion-demo
PORT ?= 8000
EXAM ?= ../shared/exam
RUN := .venv/bin

.PHONY: help setup setup-run web demo demo-reset dev test test-engines test-oracle lint format types-api bench exam hooks clean

help: ## Say what can be made
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

setup: ## Install everything to test and develop
	@$(PYTHON) scripts/bootstrap.py dev

setup-run:
	@$(PYTHON) scripts/bootstrap.py run

web: setup-run ## Build the pages

demo: setup-run ## Fill the demo company and serve it on 127.0.0.1 (METRION_HOME, PORT)
	@METRION_HOME="$(METRION_HOME)" METRION_PORT="$(PORT)" $(RUN)/metrion demo

demo-reset: ## Forget the demo company
	@METRION_HOME="$(METRION_HOME)" $(PYTHON) scripts/demo_reset.py

dev: setup ## Serve the demo company, with the pages rebuilt while they are edited (Vite on port 5173)
	@METRION_HOME="$(METRION_HOME)" METRION_PORT="$(PORT)" $(RUN)/python scripts/dev.py

test: setup ## Run every check and every test, with a summary at the end
	@$(RUN)/python scripts/check.py all

test-engines: ## Ask the conformance questions of all five engines (installs MariaDB through apt where there is none)
	@$(PYTHON) scripts/bootstrap.py engines
	@$(RUN)/python scripts/check.py engines

test-oracle: ## Ask MetricFlow the same random questions as us, and compare row by row
	@$(PYTHON) scripts/bootstrap.py oracle
	@$(RUN)/python scripts/check.py oracle

lint: setup ## Run the static checks only
	@$(RUN)/python scripts/check.py static

format: setup ## Format Python and TypeScript
	@$(RUN)/ruff format . && $(RUN)/ruff check --fix-only . && $(RUN)/python scripts/pages.py run format

types-api: setup ## Make the front end's API types from the routes
	@$(RUN)/python scripts/api_types.py write

bench: ## Measure side by side, also beside MetricFlow and a peer; prints ratios
	@$(PYTHON) scripts/bootstrap.py oracle
	@$(RUN)/python -m benchmarks

exam: setup ## Run the exams of the folder EXAM; prints a scoreboard
	@$(RUN)/python -m exams $(EXAM)

hooks: setup ## Install the git hooks (prek)
	@$(RUN)/prek install

clean: ## Remove what the targets made in this folder
	rm -rf .venv .venv-tools .venv-oracle .cache web/node_modules src/metrion/server/static/app
