# make run    the bot, or without DISCORD_TOKEN the console
# make test   formatting, lint, types, import rules and the whole test suite
# make test-capped  the tests of the model and its arithmetic again, as on a processor that has AVX2 and no more
# make check  formatting, lint, types and import rules alone
# make eval FILE=questions.jsonl   figures on questions with evidence
# make bench  speed and memory, as ratios, how search grows up to GROWTH=1000000 passages, and what a changed paragraph costs among
#             many; ten minutes; FILE=build/bench.json and plots
# make fuzz   hostile text by the hundred thousand, some twenty minutes; FILE=report.json writes the counts there too
# make mutants  how many small changes of answering, store and cards the tests notice; ten minutes
# make pictures  the pictures in docs/pictures, which need Chromium
# make install-server  what PostgreSQL and Milvus need
# make lock   the lock files anew; LOCK="--upgrade" or "--upgrade-package NAME" lets pinned versions go

# Which Python makes the environment; Makefile and pyproject.toml agree on the versions.
PYTHON ?= python3
# Where PyTorch's CPU build comes from if pip's own configuration does not lead to it.
TORCH_INDEX ?= https://download.pytorch.org/whl/cpu
VENV := .venv
BIN := $(VENV)/bin
# Quiet twice: errors alone. The versions are pinned, so that warnings have nothing to tell whoever installs.
PIP := $(PYTHON) -m pip --python $(BIN)/python install -qq --disable-pip-version-check
# After a command that installs: what to do if it fails.
FAILED := || { echo "not installed, for the reason above; make goes on where it stopped"; exit 1; }
# Exactly what stands in a lock file, checked by hash; nothing is built, since a build would fetch what is not locked.
LOCKED := $(PIP) --require-hashes --no-deps --only-binary :all:
export HF_HUB_OFFLINE ?= 1
export TOKENIZERS_PARALLELISM ?= false

.PHONY: run test test-capped check eval bench fuzz mutants pictures install install-server lock index clean

run: install
	@$(BIN)/report-index build --if-stale --keep-live
	@if [ -n "$$DISCORD_TOKEN" ]; then exec $(BIN)/report-bot run; else exec $(BIN)/report-bot console; fi

test: check
	$(BIN)/pytest

# oneDNN in OpenVINO and PyTorch, PyTorch, MKL, OpenBLAS, faiss and numpy. What a library has of its own besides is not capped.
AVX2 := ONEDNN_MAX_CPU_ISA=AVX2 ATEN_CPU_CAPABILITY=avx2 MKL_ENABLE_INSTRUCTIONS=AVX2 OPENBLAS_CORETYPE=Haswell \
	FAISS_SIMD_LEVEL=AVX2 NPY_DISABLE_CPU_FEATURES="X86_V4 AVX512_ICL AVX512_SPR"
ARITHMETIC := answering/test_answerability.py encoding retrieval

test-capped: $(VENV)/.installed-dev
	$(AVX2) $(BIN)/pytest $(ARITHMETIC:%=tests/index/%)
	$(AVX2) $(BIN)/pytest tests/index/cli/test_process.py -m model

check: $(VENV)/.installed-dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache --no-logo

eval: index
	$(BIN)/report-index eval "$(FILE)"

pictures: $(VENV)/.installed-dev index
	$(BIN)/python -m tests.pictures

GROWTH ?= 1000000
BENCH := $(or $(FILE),build/bench.json)

bench: $(VENV)/.installed-dev
	$(BIN)/python -m tests.bench "$(BENCH)"
	$(BIN)/python -m tests.bench.growth --up-to $(GROWTH) --json "$(basename $(BENCH))-growth.json"
	$(BIN)/python -m tests.bench.incremental

mutants: $(VENV)/.installed-dev
	@rm -rf mutants # or what survived would not be tried again
	$(BIN)/mutmut run --max-children 2
	$(BIN)/python -m tests.mutants

fuzz: $(VENV)/.installed-dev
	$(BIN)/pytest tests/fuzz --hypothesis-profile nightly -o timeout=0 $(if $(FILE),--fuzz-report "$(FILE)")

index: install
	@$(BIN)/report-index build --if-stale

install: $(VENV)/.installed

install-server: $(VENV)/.installed-server

# Without ensurepip, which Debian packs separately: the system's pip installs into the environment from outside.
$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 15))' \
		|| { echo "Python 3.11 to 3.14 is needed; name one: make PYTHON=python3.11"; exit 1; }
	@$(PYTHON) -m pip --version > /dev/null || { echo "pip is needed; on Debian: apt install python3-pip"; exit 1; }
	@$(PYTHON) -m venv --without-pip $(VENV)

# PyTorch first and alone, so that nothing else comes from its index. On Linux the lock asks for the CPU build by name.
$(VENV)/.installed: $(BIN)/python pyproject.toml requirements.lock
	@echo "installing into $(VENV): up to 500 MB to download, 190 of them PyTorch; a minute or two"
	@awk '/^[^ ]/ { torch = /^torch==/ } torch' requirements.lock > $(VENV)/torch.lock
	@$(LOCKED) -r $(VENV)/torch.lock 2> $(VENV)/torch.log \
		|| $(LOCKED) -r $(VENV)/torch.lock --index-url "$(TORCH_INDEX)" --retries 2 --timeout 20 \
		|| { echo "PyTorch's CPU build is needed, from $(TORCH_INDEX) or a mirror: make TORCH_INDEX=..."; exit 1; }
	@$(LOCKED) -r requirements.lock $(FAILED)
	@$(PIP) --no-deps --no-build-isolation -e . $(FAILED)
	@touch $@

$(VENV)/.installed-server: $(VENV)/.installed requirements-server.lock
	@$(LOCKED) -r requirements-server.lock $(FAILED)
	@touch $@

$(VENV)/.installed-dev: $(VENV)/.installed-server requirements-dev.lock
	@echo "installing what the tests need: up to 230 MB more"
	@$(LOCKED) --no-compile -r requirements-dev.lock $(FAILED)
	@touch $@

# Each lock file holds what the ones before it do not. uv, which makes them, is needed for nothing else.
LOCK ?=
UV := build/uv/bin/uv pip compile pyproject.toml --quiet --universal --generate-hashes --only-binary :all: --no-header --no-annotate $(LOCK)
NAMES_IN := sed -n 's/^\([^ =]*\)==.*/--no-emit-package \1/p'

lock:
	@$(PYTHON) -m pip install -qq --disable-pip-version-check --upgrade --target build/uv uv
	$(UV) -o requirements.lock
	$(UV) -o requirements-server.lock --extra postgresql --extra milvus -c requirements.lock $$($(NAMES_IN) requirements.lock)
	$(UV) -o requirements-dev.lock --all-extras -c requirements.lock -c requirements-server.lock \
		$$($(NAMES_IN) requirements.lock requirements-server.lock)

clean:
	rm -rf $(VENV)
