# Needs Python 3.11 or newer with pip, and nothing else. `make run`, `make test`.
PYTHON ?= python3
VENV ?= .venv
PORT ?= 8000
UV := uv==0.13.6

BIN := $(VENV)/bin
READY := $(VENV)/.ready
PIP := $(BIN)/python -m pip --disable-pip-version-check
URL := http://localhost:$(PORT)

.PHONY: run test lint types bars bench fuzz schemathesis mutants faults soak lock venv clean clean-root

run: $(READY)
	@$(BIN)/python manage.py migrate --noinput --skip-checks --verbosity 0
	@echo "The site is on $(URL). In another terminal:"
	@echo
	@echo "  curl $(URL)/api/hello"
	@echo "  curl -d name=Andrea $(URL)/api/users"
	@echo "  curl $(URL)/api/users"
	@echo "  curl $(URL)/api/users/1"
	@echo "  curl '$(URL)/api/search?q=nextjs'"
	@echo "  curl -d feedback='Great app!' $(URL)/api/feedback"
	@echo "  curl -H content-type:application/json $(URL)/api/register \\"
	@echo "    -d '{\"email\": \"you@example.com\", \"password\": \"a long sentence\"}'"
	@echo "  curl -H content-type:application/json $(URL)/api/auth/login \\"
	@echo "    -d '{\"email\": \"you@example.com\", \"password\": \"a long sentence\"}'"
	@echo "  curl -H 'Authorization: Bearer <access_token>' $(URL)/api/auth/me"
	@echo "  curl -i -X DELETE $(URL)/api/users"
	@echo "  curl -i $(URL)/api/admin/stats"
	@echo "  curl $(URL)/api/guide"
	@echo
	@echo "For the admin at $(URL)/admin/: $(BIN)/python manage.py createsuperuser"
	@echo
	@exec $(BIN)/python manage.py runserver $(PORT)

# More workers than one, each with its own database: TEST_ARGS="-n auto"
test: $(READY)
	$(BIN)/python -m pytest --cov --cov-report=term $(TEST_ARGS)

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(READY)
	$(BIN)/mypy

# Instructions, counted by valgrind: the same on a busy machine. benchmarks/README.md has the rest.
bars: $(READY)
	$(BIN)/python -m benchmarks.instructions --contender fileapi_site --contender ninja_site \
	  --case hello --case user --case feedback --case typed --case rows
	$(BIN)/python -m benchmarks.resolving --counts-only --size 10 --size 10000
	$(BIN)/python -m benchmarks.cold_start --counts-only
	$(BIN)/python -m benchmarks.cold_start --lambda --counts-only

# By hand, on a quiet machine, half an hour: the race against the peers, and docs/performance.md.
bench:
	$(PYTHON) -m benchmarks.race

# By hand: a minute for each of the four. fuzz/README.md has what they found.
fuzz:
	$(PYTHON) -m venv .cache/fuzz/venv
	.cache/fuzz/venv/bin/python -m pip --disable-pip-version-check install -qq \
	  --require-hashes -r requirements-dev.txt
	.cache/fuzz/venv/bin/python -m pip --disable-pip-version-check install -qq atheris==3.0.0
	for one in path_walker query header body; do \
	  .cache/fuzz/venv/bin/python -m fuzz.$$one -max_total_time=60 || exit 1; done

# By hand, with a PostgreSQL server: 10,000 cases of the document against the site.
schemathesis: $(READY)
	$(BIN)/python -m tests.openapi.honesty

# By hand: faults put into the guards one at a time. mutants/README.md has the rest.
mutants: $(READY)
	$(BIN)/python -m mutants

# By hand, a few minutes each: docs/operations.md has what they must show, and their figures.
faults: $(READY)
	FILEAPI_REQUIRE_ALL=1 FAULT_SECONDS=60 FAULT_RESTARTS=20 \
	  $(BIN)/python -m pytest -p no:randomly -rP tests/production/test_restarts.py \
	  tests/production/test_slow_clients.py

# SOAK_MINUTES, 20 by default.
soak: $(READY)
	$(BIN)/python -m tests.production.soak

# By hand, as root: the Dockerfile, built and run without a container engine.
clean-root:
	deploy/clean-root

venv: $(READY)

# Made anew when the lock changes, so that nothing of an older one stays behind. Debian's Python
# has no pip to put into it, short of the package python3-venv: then the pip outside puts one there.
$(READY): requirements-dev.txt
	@$(PYTHON) -c "import sys; sys.exit(sys.version_info < (3, 11))" || { \
	  echo "Python 3.11 or newer is needed. Name one: make PYTHON=/path/to/python3" >&2; exit 1; }
	@$(PYTHON) -m venv --clear $(VENV) >/dev/null 2>&1 || { \
	  $(PYTHON) -m venv --clear --without-pip $(VENV) && \
	  $(PYTHON) -m pip --python $(BIN)/python install -qq pip; \
	} || { \
	  echo "No virtual environment can be made. Install the venv module (Debian and Ubuntu:" \
	    "apt-get install python3-venv), or name another Python: make PYTHON=/path/to/python3" >&2; \
	  exit 1; }
	@echo "Installing the locked dependencies into $(VENV) ..."
	@$(PIP) install -qq --require-hashes -r requirements-dev.txt
	@PATH="$(abspath $(BIN)):$$PATH" $(PIP) install -qq --no-deps --no-build-isolation --editable .
	@touch $@

# Keeps the versions that still fit; make lock UPGRADE=--upgrade takes the newest.
LOCK := .cache/lock/bin/uv pip compile --quiet --system-certs --universal --python-version 3.11 \
  --generate-hashes --custom-compile-command "make lock" $(UPGRADE) pyproject.toml

lock:
	$(PYTHON) -m venv .cache/lock
	.cache/lock/bin/python -m pip --disable-pip-version-check install -qq $(UV)
	$(LOCK) --group site --output-file requirements.txt
	$(LOCK) --group dev --constraint requirements.txt --output-file requirements-dev.txt
	$(LOCK) --group race --constraint requirements-dev.txt --output-file requirements-race.txt

clean:
	rm -rf .venv* .cache build dist .coverage* .mypy_cache .pytest_cache .ruff_cache .hypothesis
