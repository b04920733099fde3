# make help    what there is to run
# make demo    build examples/hello.py and show it booting in QEMU
# make check   lint and units: for every commit
# make lint    lint, form, types and import layers
# make units   unit and golden tests
# make test    every test; cold, an hour on two cores is meant to be enough
# make format  put the code into its one form
# make golden  write the snapshots of emitted trees; read the difference before you commit it
# make docs    the pages that are made from boards, proofs and docstrings
# make sizes   what packages take; writes packages/sizes.json, and what they add to an image for the docs
# make site    the manual as HTML, in build/site
# make bench   figures beside their targets; writes docs/benchmarks.md
# make soak    the slow repeats, and 100,000 inputs of each fuzzer
# make prove   the tests that prove something of a board; writes docs/proof.json, then the pages
# make test-nixpkgs  every board evaluated with the nixpkgs that LIMINIX_GEN_NIXPKGS names

bin := .venv/bin
pytest := $(bin)/pytest

.PHONY: help demo test test-nixpkgs check lint units soak prove docs sizes site bench format golden install

help:
	@sed -n 's/^# make/make/p' Makefile

install:
	@.ci/install

demo:
	@.ci/install demo
	@$(bin)/python -m tests.demo

# Cold, on two cores, in minutes: 1 for check, and the budgets of tests/timed.py.
# It counts what is run, which `make check` alone does not.
test: pytest := $(bin)/coverage erase && $(bin)/coverage run -m pytest
test: check
	@$(bin)/python -m tests.timed

test-nixpkgs: install
	$(bin)/pytest -q tests/nixpkgs

# Types take a core for a while, and the tests have pauses.
MAKEFLAGS += --jobs=2

check: lint units

lint: install
	$(bin)/ruff check --quiet .
	$(bin)/ruff format --quiet --check .
	$(bin)/mypy --no-error-summary
	$(bin)/basedpyright --level error
	$(bin)/lint-imports --no-logo
	shellcheck $$(git ls-files '*.sh' .ci/install .ci/run share/bash-completion)

units: install
	$(pytest) -q -n 2 tests/unit tests/golden

soak: install
	$(bin)/pytest -q tests/soak
	LIMINIX_GEN_FUZZ=100000 $(bin)/pytest -q -n 2 tests/fuzz

prove: install
	LIMINIX_GEN_PROVE=1 $(bin)/pytest -q tests/boot tests/line tests/storage tests/soak/test_boards.py tests/soak/test_raspberry.py tests/soak/test_dsa.py tests/soak/test_openwrt_boards.py
	LIMINIX_GEN_LINE_BOARD=qemu-aarch64 $(bin)/pytest -q tests/line/test_30_home.py
	LIMINIX_GEN_PROVE=1 $(bin)/pytest -q tests/nixpkgs
	LIMINIX_GEN_PROVE=1 $(bin)/pytest -q tests/eval/test_plan.py tests/build/test_size.py tests/build/test_check_kernel.py
	$(bin)/python -m tests.docs

docs: install
	$(bin)/python -m tests.docs

sizes: install
	$(bin)/python -m tests.package_sizes
	$(bin)/python -m tests.added_sizes

site: install
	$(bin)/python -m tests.site

bench: install
	$(bin)/python -m tests.bench

format: install
	$(bin)/ruff check --quiet --fix-only .
	$(bin)/ruff format --quiet .

golden: install
	LIMINIX_GEN_WRITE_GOLDEN=1 $(bin)/pytest -q tests/golden
