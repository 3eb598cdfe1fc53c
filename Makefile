# One environment for everything; it is made once and reused.
# Any Python 3.11 or 3.12 will do: make PYTHON=/path/to/python3.12 demo
PYTHON ?= $(firstword $(shell command -v python3.11 python3.12))
BIN = .venv/bin

.PHONY: demo test test-slurm lint site lock benchmark benchmark-scaling projection fuzz
.DELETE_ON_ERROR:

demo: .venv/ready
	. $(BIN)/activate && snakemake --cores all

test: .venv/ready
	. $(BIN)/activate && pytest --ignore=tests/slurm -n auto --maxprocesses 4 --dist loadfile

# The cluster profile on a real Slurm of one machine, which takes as long as all other tests together.
test-slurm: .venv/ready
	. $(BIN)/activate && pytest tests/slurm

# Beside the reference route, on VIDEO or else the embedded signer: make benchmark VIDEO=signer.mp4
benchmark: .venv/ready
	. $(BIN)/activate && python benchmarks/stages.py $(if $(VIDEO),"$(VIDEO)")

benchmark-scaling: .venv/ready
	. $(BIN)/activate && python benchmarks/scaling.py $(if $(VIDEO),"$(VIDEO)")

# The projection of hand descriptors that is shipped; it is learnt on rendered signers.
projection: .venv/ready
	. $(BIN)/activate && python benchmarks/projection.py

# Commands with mutated files, as a stranger may send them: make fuzz MINUTES=10
MINUTES ?= 10
fuzz: .venv/ready
	. $(BIN)/activate && python tests/fuzz/fuzz.py --minutes $(MINUTES)

lint: .venv/ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/snakefmt --check Snakefile workflow
	. $(BIN)/activate && snakemake --lint

.venv/ready: envs/requirements.lock pyproject.toml
	@test -n "$(PYTHON)" || { echo "signspot needs Python 3.11 or 3.12; none was found. Install one, or name it: make PYTHON=... $(MAKECMDGOALS)"; exit 1; }
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet uv==0.13.8
	$(BIN)/uv pip sync --quiet --compile-bytecode --python $(BIN)/python envs/requirements.lock
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	touch $@

# The documentation as pages, in build/site; a dead link or anchor stops it.
site: .venv/ready
	. $(BIN)/activate && NO_MKDOCS_2_WARNING=1 mkdocs build --quiet --strict

# Renews the pins; the lock names no registry.
lock: .venv/ready
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --no-annotate --no-header --no-emit-index-url \
		--extra dev --extra docs --upgrade pyproject.toml envs/build.in --output-file envs/requirements.lock
