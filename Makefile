# Targets: install demo browser mpi check test test-faults test-servers test-frameworks test-binder bench watch clean
# screenshots
#
# Everything goes into .venv; nothing outside this folder is touched. Running a target again costs nothing
# unless what it depends on has changed.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

VENV := .venv
BIN := $(VENV)/bin
RUN := $(BIN)/python
# What decides about the environment: the dependencies, how they are installed, and the folder, whose path a
# virtual environment has in it. The settings of the tools below [tool...] do not.
KEY := $(shell { sed '/^\[tool/,$$d' pyproject.toml; cat jupyter_mlops/_version.py tools/install.sh; pwd; } | cksum | tr ' ' -)
INSTALLED := $(VENV)/.installed-$(KEY)
SOURCES := jupyter_mlops magics/jupyter_mlops_magics
# Runs a script of labextension/package.json.
YARN := $(RUN) tools/labextension.py run

.PHONY: help install demo browser mpi check test test-faults test-servers test-frameworks test-binder bench watch clean screenshots

help: ## Show what can be made
	@sed -n 's/^\([a-z-]*\):.*## /  make \1\t/p' Makefile | expand -t 22

install: $(INSTALLED) ## Make .venv with everything that demo, checks and tests need
	@$(RUN) tools/labextension.py install
	@$(RUN) -m compileall -q $(SOURCES)

$(INSTALLED):
	@bash tools/install.sh "$(VENV)"
	@rm -f $(VENV)/.installed-*
	@touch $@

demo: install ## Open the demo notebook in JupyterLab (make demo ARGS="--no-browser --port 8899")
	@exec $(BIN)/jupyter mlops demo $(ARGS)

browser: ## Install Chromium with apt, which tests and pictures need, unless there is one
	@bash tools/browser.sh

mpi: ## Install Open MPI with apt, which runs of kind mpi and their tests need, unless there is one
	@bash tools/mpi.sh

check: install ## Lint, types, layers, what runs in a rank, what JupyterLab loads, and the wheel
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(YARN) types
	$(YARN) lint:check
	$(YARN) prettier:check
	$(RUN) tools/check_runtime.py
	$(RUN) tools/check_labextension.py
	$(RUN) tools/check_wheel.py

test: install ## Run every test (make test ARGS="tests/store -x")
	$(if $(ARGS),,$(YARN) test)
	$(RUN) -m pytest $(ARGS)

test-faults: install ## Run the tests that kill processes, 25 times each
	JUPYTER_MLOPS_FAULTS=$${JUPYTER_MLOPS_FAULTS:-25} $(RUN) -m pytest -m faults $(ARGS)

test-servers: install ## Let MLServer, KServe, MLflow, TensorFlow and PyTorch, an environment each, take what is stored
	@bash tools/test_servers.sh "$(VENV)" $(ARGS)

test-frameworks: install ## Train with each framework, an environment each (ONLY="mpi jax"; some GB and minutes when cold)
	@bash tools/test_frameworks.sh "$(VENV)" $(ARGS)

test-binder: install ## Do what Binder does with the last commit, as another user, and visit it (needs root and Chromium)
	@bash tools/test_binder.sh "$(VENV)" $(ARGS)

watch: install ## Build the JupyterLab extension whenever its sources change; reload JupyterLab's page to see it
	$(YARN) watch

bench: install ## Measure against the peers (make bench ARGS="start memory")
	$(RUN) bench/run.py $(ARGS)

screenshots: install ## Take the pictures of docs/images anew (needs Chromium)
	@bash tools/screenshots.sh "$(VENV)" $(ARGS)

clean: ## Remove what was made, the environment included
	rm -rf $(VENV) .bench dist build .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	rm -rf labextension/dist labextension/node_modules labextension/.yarn labextension/.lock jupyter_mlops/widgets/card.*
	find jupyter_mlops magics tests bench tools -name __pycache__ -type d -prune -exec rm -rf {} +
