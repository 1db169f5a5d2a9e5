# 升級轉型補助 審查後臺 · Grants back office
# Needs python3 (3.11 or newer) and make; everything else is brought by the commands below.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --quiet --quiet --disable-pip-version-check --no-input
ACCESSIBILITY := .venv-accessibility
CATALOGUES := $(patsubst %.po,%.mo,$(wildcard backoffice/translations/*/LC_MESSAGES/*.po))
COMPILE := $(BIN)/uv pip compile --quiet --universal --generate-hashes --no-header --python-version 3.11

.DEFAULT_GOAL := help
.PHONY: help run test check bench screens accessibility crash model storm lock
.DELETE_ON_ERROR:
.NOTPARALLEL:

help: ## 列出所有指令 · list the commands
	@awk -F ' *## *' '/^[a-z-]+:.*## /{sub(/:.*/, "", $$1); printf "  make %-15s%s\n", $$1, $$2}' Makefile

run: $(VENV)/.project $(CATALOGUES) ## 啟動系統（PORT，預設 8000），首次啟動建立示範資料 · serve; the first start builds a demonstration
	@exec $(BIN)/backoffice serve

test: $(VENV)/.dev $(VENV)/.project ## 全部檢查與測試，缺少的瀏覽器與字型會自動安裝 · every gate and every test
	@exec $(BIN)/python tests/check.py --all

check: $(VENV)/.dev $(VENV)/.project ## 提交前檢查：格式、靜態分析、型別、匯入契約、快速測試 · the gates and the fast tests
	@exec $(BIN)/python tests/check.py

bench: $(VENV)/.dev $(VENV)/.project $(CATALOGUES) ## 量測速度，與底線比較 · measure speed against its floor
	@test -f bench/run.py || { echo "make bench: bench/run.py is missing." >&2; exit 1; }
	@exec $(BIN)/python -m bench.run

screens: $(VENV)/.dev $(VENV)/.project $(CATALOGUES) ## 各角色每一頁的畫面總覽 · a contact sheet of every page per role
	@test -f tests/screens.py || { echo "make screens: tests/screens.py is missing." >&2; exit 1; }
	@$(BIN)/python -m tests.provide
	@exec $(BIN)/python -m tests.screens

accessibility: $(VENV)/.project $(CATALOGUES) $(ACCESSIBILITY)/.ready ## 無障礙檢測（網站無障礙規範，較慢） · scan against the MODA guidelines, slow
	@$(BIN)/python -m tests.provide
	@exec $(ACCESSIBILITY)/bin/python -m tests.accessibility

crash: $(VENV)/.dev $(VENV)/.project ## 隨時中斷程序後核對帳目（CRASH="--sqlite 100"） · kill processes at any instant, then ask the books
	@exec $(BIN)/python -m tests.crash $(CRASH)

model: $(VENV)/.dev $(VENV)/.project ## 隨機操作與狀態表對照（MODEL="--sqlite 1000"） · random steps against the state tables
	@exec $(BIN)/python -m tests.model $(MODEL)

storm: $(VENV)/.dev $(VENV)/.project ## 64 個使用者同時作業後核對紀錄（STORM="--sqlite 5000"） · 64 clients at once, and their story checked
	@exec $(BIN)/python -m tests.storm $(STORM)

lock: $(VENV)/.dev ## 重新鎖定相依套件與雜湊 · pin the dependencies and their hashes again
	$(COMPILE) requirements/run.in -o requirements/run.txt
	$(COMPILE) requirements/dev.in -o requirements/dev.txt
	$(COMPILE) requirements/accessibility.in -o requirements/accessibility.txt
	@$(BIN)/python -m tests.addresses

# Stamps: each says that a step is done, and stands aside until what it was made from changes.

define new_enough
	@command -v $(PYTHON) >/dev/null || { echo "找不到 $(PYTHON)，請先安裝 Python 3.11 以上版本。 · $(PYTHON) was not found: install Python 3.11 or newer." >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "需要 Python 3.11 以上版本，目前的 $(PYTHON) 是 $$($(PYTHON) -c 'import platform; print(platform.python_version())')。請執行 make PYTHON=/path/to/python3.11 …" >&2; \
	  echo "Python 3.11 or newer is needed; $(PYTHON) is older. Name another: make PYTHON=/path/to/python3.11 …" >&2; exit 1; }
endef

$(VENV)/.made:
	$(new_enough)
	@$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.run: requirements/run.txt | $(VENV)/.made
	@echo "安裝套件 · installing the packages of $<"
	@$(PIP) install --require-hashes -r $<
	@touch $@

# What the tests use holds everything that serving uses, at the same versions.
$(VENV)/.dev: requirements/dev.txt requirements/run.txt | $(VENV)/.made
	@echo "安裝套件 · installing the packages of $<"
	@$(PIP) install --require-hashes -r $<
	@touch $(VENV)/.run $@

# The project itself, in place: brings the console script `backoffice`.
$(VENV)/.project: pyproject.toml | $(VENV)/.run
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(ACCESSIBILITY)/.ready: requirements/accessibility.txt
	$(new_enough)
	@$(PYTHON) -m venv $(ACCESSIBILITY)
	@echo "安裝套件 · installing the packages of $<"
	@$(ACCESSIBILITY)/bin/python -m pip --quiet --quiet --disable-pip-version-check --no-input install --require-hashes -r $<
	@touch $@

%.mo: %.po | $(VENV)/.run
	@$(BIN)/pybabel --quiet compile --input-file $< --output-file $@
