# InterAct Studio. `make run` and `make test` set everything up by themselves.
SHELL := /bin/bash
PY := .venv/bin/python
DATA ?=
export DATA

.PHONY: help setup run test lint bench soak screenshots

help:            ## this list
	@grep -E '^[a-z]+: .*##' $(MAKEFILE_LIST) | sed 's/:.*##/ -/'

setup:           ## Python packages into .venv, system libraries where allowed
	@scripts/setup.sh

run: setup       ## open the app on the demo, or on DATA=path
	@scripts/run.sh

lint: setup      ## ruff, mypy and the layer contracts
	@$(PY) -m ruff check . && $(PY) -m ruff format --check . && $(PY) -m mypy && .venv/bin/lint-imports

test: lint       ## every check and test, under a virtual display
	@scripts/display.sh $(PY) -m pytest -n 2 --dist loadfile -m "not soak"

soak: setup      ## the long campaigns: thousands of kills and mutated files
	@scripts/display.sh $(PY) -m pytest -m soak --timeout 3600

bench: setup     ## every figure of docs/benchmarks.md, each with its peer from the same run
	@scripts/display.sh $(PY) -m benchmarks

screenshots: setup  ## the pictures in docs/screenshots, from the real window
	@INTERACT_HOME=$$(mktemp -d) scripts/display.sh $(PY) -m interact_app.tour --out docs/screenshots --stills-only --clip demo_lift_box__pushed_in
