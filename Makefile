# make run: the site on http://127.0.0.1:8000 (HOST, PORT, DATABASE_URL change it). make help: the rest.
SHELL := /bin/sh
.DEFAULT_GOAL := help
.PHONY: help run demo-reset restore-drill test browsers mutants mutants-slice coverage check fix lock vendor words screenshots trial dev
python := .venv/bin/python
code := .

# Compiled modules are kept, here, even where the environment wants none beside the sources (PYTHONDONTWRITEBYTECODE):
# tests start Python a hundred times, and compiling is half of each start.
export PYTHONPYCACHEPREFIX := $(CURDIR)/.data/pyc
export PYTHONDONTWRITEBYTECODE :=

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 16

run: trial ## everything on this machine: database, demo data, server
	@PELATIHAN_DEMO=1 exec $(python) -m pelatihan.trial

demo-reset: trial ## throw the trial's own database away; the next make run starts over
	@PELATIHAN_DEMO=1 exec $(python) manage.py demo_reset $(ARGS)

restore-drill: trial ## prove that a dump of the trial's database can be restored; ARGS=FILE for one of manage.py dump
	@PELATIHAN_DEMO=1 exec $(python) manage.py restore_drill $(ARGS)

test: dev ## every test, browser journeys included, what failed once more; ARGS="tests/ormas -x" for some
	@$(if $(findstring not browser,$(ARGS)),true,tools/chromium.sh)
	@$(python) -m pytest -n auto --dist loadgroup $(ARGS) || { [ $$? -eq 1 ] && echo "Once more, what failed:" && \
		exec $(python) -m pytest -n 2 --dist loadgroup --last-failed --last-failed-no-failures none $(ARGS); }

browsers: dev ## the main journeys in Firefox and WebKitGTK as well
	@tools/browsers.sh
	@OTHER_BROWSERS=1 exec $(python) -m pytest -n0 tests/other_browsers $(ARGS)

mutants: dev ## break every rule on purpose and see which tests notice (docs/mutants.md); ARGS="codes seats" for some
	@exec $(python) -m tools.mutants $(ARGS)

mutants-slice: dev ## the same with a few, chosen by chance, for a minute or so: for every night beside make test
	@exec $(python) -m tools.mutants --sample 6 --seconds 45 $(ARGS)

coverage: dev ## branches of the rules that tests run, 97 % at least; ARGS=tests by the whole suite
	@exec $(python) -m tools.rules_covered $(ARGS)

bench: dev ## figures: check-ins, registrations, papers, queries, bytes; ARGS=--write keeps them in bench/README.md
	@exec $(python) -m bench $(ARGS)

check: dev ## linters, types, layers, templates, JavaScript, deployment, migrations; changes nothing
	@exec tools/check.sh

fix: dev ## repair what can be repaired by itself
	$(python) -m ruff check --quiet --fix-only $(code)
	$(python) -m ruff format --quiet $(code)
	@find templates -name '*.html' -print0 | xargs -0 -r .venv/bin/djade --target-version 6.1 || true # it fails when it mends

lock: dev ## write the lock files anew; ARGS=--upgrade for newer versions
	@PATH="$(CURDIR)/.tools/uv/bin:$$PATH" exec $(python) tools/lock.py $(ARGS)

vendor: dev ## fetch third-party CSS, JavaScript and fonts anew into static/
	$(python) -m tools.vendor

words: dev ## compile what locale/ adds to Django's Indonesian
	$(python) tools/words.py

screenshots: dev ## take the pictures of README and guide anew into docs/gambar/; ARGS="papan rekap" for some
	@tools/chromium.sh
	@for moment in morning evening signed; do \
		env -u DATABASE_URL DEBUG=1 DJANGO_ALLOW_ASYNC_UNSAFE=1 $(python) manage.py shell --no-imports \
			--command "from tools.screenshots import main; main('$$moment', '$(ARGS)'.split())" || exit 1; \
	done

trial:
	@tools/setup.sh trial

dev:
	@tools/setup.sh dev
