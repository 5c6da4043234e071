# Rim Khong: the menu of the project. Everything here makes its own environment first.
PYTHON ?= python3
BIN := .venv/bin
CONFIG ?= $(wildcard config.toml)
ARGS ?=

.PHONY: run chat test check audit format bench fuzz lock clean

run: .venv/ready            ## the bot and its playground, on an embedded database
	$(BIN)/rimkhong run $(if $(CONFIG),--config $(CONFIG)) $(ARGS)

chat: .venv/ready           ## the bot in this terminal
	$(BIN)/rimkhong chat $(if $(CONFIG),--config $(CONFIG)) $(ARGS)

test: .venv/ready           ## every test, on SQLite and on a real PostgreSQL
	$(BIN)/python -m pytest -q -n auto --dist worksteal $(ARGS)

fuzz: .venv/ready           ## both webhooks, every command and the kill -9 test, for long
	FUZZ_CASES=15000 FUZZ_KILLS=100 $(BIN)/python -m pytest -q -o timeout=0 \
	  tests/bot/test_webhook_properties.py tests/bot/test_command_properties.py tests/bot/test_kill.py tests/bot/test_kill_backup.py $(ARGS)

check: .venv/ready audit    ## style, types, layers, words, known weaknesses
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m texts

audit:                      ## whether a pinned dependency has a known weakness (asks the public list of them)
	@test -x build/audit/bin/pip-audit || { $(PYTHON) -m venv build/audit && \
	  build/audit/bin/pip install --quiet --disable-pip-version-check "pip-audit>=2.9,<3"; } || \
	  echo "pip-audit cannot be had here: dependencies are NOT audited"
	@test ! -x build/audit/bin/pip-audit || build/audit/bin/pip-audit --progress-spinner off --desc off \
	  --require-hashes --disable-pip -r requirements.lock >build/audit/said 2>&1 || \
	  if grep -q "known vulnerabilit" build/audit/said; then cat build/audit/said; exit 1; \
	  else echo "the list of weaknesses cannot be reached: dependencies are NOT audited"; fi

format: .venv/ready
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: .venv/ready          ## what we claim about speed, measured here
	$(BIN)/python -m benchmarks $(ARGS)

lock:                       ## pin every dependency again (needs uv)
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links \
	  --no-annotate --no-header --extra dev pyproject.toml -o requirements.lock

clean:
	rm -rf .venv build dist

# A finished environment is marked, so that an interrupted install is begun again.
.venv/ready: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; v = sys.version_info; sys.exit(0 if v >= (3, 11) else "Rim Khong needs Python 3.11 or newer; this is %d.%d. Name another: make run PYTHON=python3.12" % v[:2])'
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || { echo "This Python cannot make environments (Debian: apt install python3-venv)"; exit 1; }
	@echo "Making the environment in .venv (once, a minute or two) ..."
	@$(PYTHON) -m venv --clear .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --no-index -e .
	@touch .venv/ready
