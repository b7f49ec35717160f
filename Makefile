# Every target does its own set-up. Python 3.11 or later and the package index are all that is needed.
PYTHON ?= python3
UV_VERSION := 0.9
export UV_PYTHON_DOWNLOADS := never

TOOLS := .venv-tools
UV := $(shell command -v uv 2>/dev/null || echo $(TOOLS)/bin/uv)
RUN := .venv/bin

.PHONY: install demo test check bench kill-test clean

install: .venv/installed

$(TOOLS)/bin/uv:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "stormjib needs Python 3.11 or later; say which: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	$(PYTHON) -m venv $(TOOLS)
	$(TOOLS)/bin/pip install --quiet --disable-pip-version-check "uv>=$(UV_VERSION)"

.venv/installed: $(filter $(TOOLS)/bin/uv,$(UV)) pyproject.toml watermark_lab/pyproject.toml uv.lock
	$(UV) sync --frozen --quiet --python $(PYTHON)
	@touch $@

demo: install
	@$(RUN)/stormjib demo $(ARGS)

test: install
	@sh tests/needs.sh
	$(RUN)/python -m pytest $(ARGS)

check: install
	$(RUN)/ruff check .
	$(RUN)/ruff format --check .
	$(RUN)/mypy
	$(RUN)/lint-imports

bench: install
	@sh tests/needs.sh bench
	$(RUN)/python -m bench $(ARGS)

kill-test: install
	$(RUN)/python -m bench.kill $(ARGS)

clean:
	rm -rf .venv $(TOOLS) .mypy_cache .ruff_cache .hypothesis
