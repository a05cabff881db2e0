# make run    the bot, or without DISCORD_TOKEN the console
# make test   formatting, lint, types and the whole test suite
# make test-capped  the tests of the model and its arithmetic again, as on a processor that has AVX2 and no more
# make check  formatting, lint and types alone
# make eval FILE=questions.jsonl   figures on questions with evidence
# make bench  speed and memory, as ratios, how search grows up to GROWTH=1000000 passages, and what a changed paragraph costs among
#             many; ten minutes; FILE=build/bench.json and plots
# make audit  what is installed, against the pinned versions and hashes
# make fuzz   hostile text by the hundred thousand, some twenty minutes; FILE=report.json writes the counts there too
# make mutants  how many small changes of answering, store and cards the tests notice; ten minutes
# make pictures  the pictures in docs/pictures, which need Chromium

VENV := .venv
BIN := $(VENV)/bin
# Quiet twice: errors alone. The versions are pinned, so that warnings have nothing to tell whoever installs.
PIP := python3 -m pip --python $(BIN)/python install -qq --disable-pip-version-check -c constraints.txt
export HF_HUB_OFFLINE ?= 1
export TOKENIZERS_PARALLELISM ?= false

.PHONY: run test test-capped check eval bench fuzz mutants audit pin pictures install index clean

run: index
	@if [ -n "$$DISCORD_TOKEN" ]; then exec $(BIN)/report-bot run; else exec $(BIN)/report-bot console; fi

test: check
	$(BIN)/pytest

# oneDNN in OpenVINO and PyTorch, PyTorch, MKL, OpenBLAS, faiss and numpy. What a library has of its own besides is not capped.
AVX2 := ONEDNN_MAX_CPU_ISA=AVX2 ATEN_CPU_CAPABILITY=avx2 MKL_ENABLE_INSTRUCTIONS=AVX2 OPENBLAS_CORETYPE=Haswell \
	FAISS_SIMD_LEVEL=AVX2 NPY_DISABLE_CPU_FEATURES="X86_V4 AVX512_ICL AVX512_SPR"
ARITHMETIC := embedding graph judge packed_e5 packed_model products table vector_stores vectors

test-capped: $(VENV)/.installed-dev
	$(AVX2) $(BIN)/pytest $(ARITHMETIC:%=tests/index/test_%.py)
	$(AVX2) $(BIN)/pytest tests/index/test_process.py -m model

check: $(VENV)/.installed-dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

eval: index
	$(BIN)/report-index eval "$(FILE)"

pictures: $(VENV)/.installed-dev index
	$(BIN)/python -m tests.pictures

GROWTH ?= 1000000
BENCH := $(or $(FILE),build/bench.json)

bench: $(VENV)/.installed-dev
	@$(PIP) -e '.[bench]'
	$(BIN)/python -m tests.bench "$(BENCH)"
	$(BIN)/python -m tests.bench.growth --up-to $(GROWTH) --json "$(basename $(BENCH))-growth.json"
	$(BIN)/python -m tests.bench.incremental

mutants: $(VENV)/.installed-dev
	@$(PIP) -e '.[mutants]'
	@rm -rf mutants # or what survived would not be tried again
	$(BIN)/mutmut run --max-children 2
	$(BIN)/python -m tests.mutants

fuzz: $(VENV)/.installed-dev
	$(BIN)/pytest tests/fuzz --hypothesis-profile nightly -o timeout=0 $(if $(FILE),--fuzz-report "$(FILE)")

index: install
	@$(BIN)/report-index build --if-stale

install: $(VENV)/.installed

# Without ensurepip, which Debian packs separately: the system's pip installs into the environment from outside.
$(BIN)/python:
	@python3 -m venv --without-pip $(VENV)

$(VENV)/.installed: $(BIN)/python pyproject.toml constraints.txt
	@echo "installing into $(VENV): a minute or two, most of it PyTorch"
	@$(PIP) --report $(VENV)/installed.json -e .
	@touch $@

$(VENV)/.installed-dev: $(VENV)/.installed
	@$(PIP) --report $(VENV)/installed-dev.json -e '.[dev]'
	@touch $@

# What pip fetched, against the pinned versions and hashes; `make pin` takes over the hashes of what is installed.
audit: $(VENV)/.installed-dev
	$(BIN)/python -m tests.audit $(VENV)/installed.json $(VENV)/installed-dev.json

pin: clean $(VENV)/.installed-dev
	$(BIN)/python -m tests.audit $(VENV)/installed.json $(VENV)/installed-dev.json --pin

clean:
	rm -rf $(VENV)
