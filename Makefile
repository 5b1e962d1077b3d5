# Two commands: `make run` and `make test`. Everything they need is installed by this file.
PYTHON ?= python3
PORT ?= 8501
HOST ?= 127.0.0.1
BIN := .venv/bin
STREAMLIT = $(BIN)/streamlit run app.py --server.port $(PORT) --server.address $(HOST)

.PHONY: run serve test bench clean
run: .venv/ready
	@$(BIN)/python manage.py init --demo
	@echo "打开 http://$(HOST):$(PORT)"
	@exec $(STREAMLIT)

serve: export NETLIFT_MODE = production
serve: .venv/ready
	@$(BIN)/python manage.py init
	@echo "打开 http://$(HOST):$(PORT)"
	@exec $(STREAMLIT)

test: .venv/ready-dev
	@sh tests/system_packages.sh
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder

bench: .venv-bench/ready
	@sh tests/system_packages.sh
	@.venv-bench/bin/python -m bench

.venv/ready: requirements.txt
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

.venv/ready-dev: requirements-dev.txt .venv/ready
	@$(BIN)/pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@

.venv-bench/ready: requirements.txt requirements-dev.txt bench/requirements.txt
	@test -x .venv-bench/bin/python || $(PYTHON) -m venv .venv-bench
	@.venv-bench/bin/pip install --quiet --disable-pip-version-check $(foreach list,$^,-r $(list))
	@touch $@

clean:
	rm -rf .venv .venv-bench var build
