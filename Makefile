# SPDX-License-Identifier: Apache-2.0
# make demo: try it.  make test: the tests.  make check: all that must hold before a change lands.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# The tests start and kill some two hundred processes; each would compile all code anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo test check types kept bench words manual guide lock clean

demo: $(VENV)/runtime
	$(BIN)/kairan demo

# What is made once and copied; then what harms whole demos and wants the machine for itself; then
# the rest on two cores.
KEPT := $(BIN)/python -m tests.kept
TESTS := $(BIN)/python -m pytest tests/faults && \
	$(BIN)/python -m pytest --ignore tests/faults -n 2 --dist loadfile --no-loadscope-reorder
test: $(VENV)/dev
	$(KEPT)
	$(TESTS)

check: $(VENV)/dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(MAKE) --jobs 2 types kept
	$(BIN)/lint-imports
	$(BIN)/python -m tests.migrations_are_complete
	$(TESTS)

types: $(VENV)/dev
	KAIRAN_DEMO=1 KAIRAN_SECRET_KEY=only-for-type-checks $(BIN)/mypy

kept: $(VENV)/dev
	$(KEPT)

bench: $(VENV)/dev
	$(BIN)/python -m bench all

# Needs GNU gettext. The date of the run would be a change without news.
CATALOGUE := kairan/site/locale/en/LC_MESSAGES/django.po
DJANGO := KAIRAN_DEMO=1 KAIRAN_SECRET_KEY=only-for-words \
	DJANGO_SETTINGS_MODULE=kairan.site.settings $(CURDIR)/$(BIN)/django-admin
words: $(VENV)/dev
	cd kairan && $(DJANGO) makemessages --locale en --no-obsolete --no-location
	sed '/^"POT-Creation-Date:/d' $(CATALOGUE) > $(CATALOGUE).new
	mv $(CATALOGUE).new $(CATALOGUE)
	cd kairan && $(DJANGO) compilemessages --locale en

# The pictures of docs/manual, taken anew of a demo. Needs Chromium.
manual: $(VENV)/dev
	KAIRAN_MANUAL_PICTURES=docs/manual/pictures \
		$(BIN)/python -m pytest -q -k pictures_are_taken tests/browser/test_manual.py

# Each stamp is remade when what it stands for has changed.
$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

# The guide for chairs, in large print.
guide: $(VENV)/runtime
	$(BIN)/python -m kairan.lib.handout docs/guide-for-chairs.md docs/guide-for-chairs.pdf

$(VENV)/runtime: requirements.lock pyproject.toml | $(VENV)/bin/python
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/dev: requirements-dev.lock $(VENV)/runtime
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

# Needs uv. Hashes, no addresses.
LOCK := uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-annotate --no-header --extra build pyproject.toml
lock:
	$(LOCK) -o requirements.lock
	$(LOCK) --extra dev -o requirements-dev.lock

clean:
	rm -rf $(VENV) data .mypy_cache .ruff_cache .pytest_cache
