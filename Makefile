# make run   a fresh machine to an answer: sets up .venv, compares partnership with relay, says where the results are
# make test  the portable tests; make test-system also what needs a browser or a cluster
PYTHON ?= $(shell for p in python3 python3.12 python3.11 python3.13; do \
  $$p -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2> /dev/null && echo $$p && break; done)
BIN := .venv/bin

.PHONY: run test test-system lint clean

run: .venv/ready
	$(BIN)/pathsim compare

test: .venv/ready-test
	$(BIN)/ruff check src tests experiments
	$(BIN)/python -m pytest -n auto --dist worksteal -m "not system"

test-system: .venv/ready-test
	$(BIN)/python -m pytest -n 2 --dist loadfile -m system

.venv/ready: pyproject.toml requirements.lock
	@test -n "$(PYTHON)" || { echo "pathsim needs Python 3.11, 3.12 or 3.13. Install one, or give one:  make run PYTHON=path/to/python3.12"; exit 2; }
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c requirements.lock -e .
	touch .venv/ready

.venv/ready-test: .venv/ready
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c requirements.lock -e '.[test]'
	touch .venv/ready-test

clean:
	rm -rf .venv build dist
