# Two commands: `make up` runs a living hall, `make test` proves it.
# `make up CROWD=60` fills it with simulated visitors and clerks at 60 times the clock.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input -q
UP_OPTIONS := --open-now $(if $(PORT),--port $(PORT)) $(if $(DATA),--data $(DATA)) $(if $(HOST),--host $(HOST)) \
              $(if $(WORKERS),--workers $(WORKERS)) $(if $(CROWD),--crowd $(CROWD)) \
              $(if $(PUBLIC_URL),--public-url $(PUBLIC_URL))
PYTEST_OPTIONS ?= -n 4 --dist loadfile --no-loadscope-reorder

.PHONY: up test setup setup-dev system system-dev check lock clean

up: setup
	@exec $(BIN)/greenwave up $(UP_OPTIONS)

# Hundreds of processes start in the tests: what Python compiles is kept, beside the packages, even where the
# environment asks it not to litter.
# What is read is checked beside what is run: mypy has one core to itself otherwise, and the other waits.
test: setup-dev
	@$(MAKE) --no-print-directory check > $(VENV)/check.txt 2>&1 & checking=$$!; \
	PYTHONDONTWRITEBYTECODE= PYTHONPYCACHEPREFIX=$(CURDIR)/$(VENV)/pycache $(BIN)/pytest $(PYTEST_OPTIONS); tested=$$?; \
	wait $$checking; checked=$$?; cat $(VENV)/check.txt; exit $$((tested | checked))

check: setup-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

setup: $(VENV)/.installed
setup-dev: $(VENV)/.installed-dev

$(VENV)/.made:
	@sh ops/system-packages.sh run
	@$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.installed: $(VENV)/.made requirements/runtime.txt pyproject.toml
	@$(PIP) install --require-hashes -r requirements/runtime.txt
	@$(PIP) install --no-deps --no-build-isolation -e .
	@$(BIN)/python -m queue_server.forecast.warm  # half a minute now, or the first forecast takes it
	@touch $@

$(VENV)/.installed-dev: $(VENV)/.installed requirements/dev.txt
	@sh ops/system-packages.sh test
	@$(PIP) install --require-hashes -r requirements/dev.txt
	@command -v chromium >/dev/null || $(BIN)/playwright install --with-deps chromium
	@touch $@

lock: setup-dev
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
	  requirements/runtime.in -o requirements/runtime.txt
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
	  requirements/dev.in -o requirements/dev.txt

clean:
	rm -rf $(VENV) build *.egg-info .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
