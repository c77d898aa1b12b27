# Thin wrappers; the work is in tools/dev.py, which also runs where make is absent.
.DEFAULT_GOAL := help
.PHONY: help run test check lock messages rehearse faults soak sweep pictures handouts

help: ## list the targets
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## / — /' | sort

run: ## install, load the demo town, serve on port 8000
	@python3 tools/dev.py run

test: ## install and run all tests: Python, browser, JavaScript
	@python3 tools/dev.py test

check: ## form, types, migrations, translations, tests
	@python3 tools/dev.py check

lock: ## resolve the libraries anew
	@python3 tools/dev.py lock

messages: ## collect the sentences to translate
	@.venv/bin/python tools/messages.py collect

rehearse: ## replay a real vote through the three doors: make rehearse FILE=vote.pb
	@python3 tools/dev.py install && .venv/bin/parvis rehearse $(FILE)

faults: ## run the bench for faults: make faults ONLY=F3,F4
	@python3 tools/dev.py install --dev && .venv/bin/python -m benchmarks.faults $(if $(ONLY),--only $(ONLY))

sweep: ## draw, mark, scan and read some thousand boxes of paper: make sweep SHEETS=25 SEED=1
	@python3 tools/dev.py install --dev && .venv/bin/python -m benchmarks.sweep $(if $(SHEETS),--sheets $(SHEETS)) $(if $(SEED),--seed $(SEED))

soak: ## mixed load on the whole installation, watched: make soak MINUTES=30
	@python3 tools/dev.py install --dev && .venv/bin/python -m benchmarks.soak --minutes $(or $(MINUTES),30)

pictures: ## take the pictures of the documentation anew
	@python3 tools/dev.py install --dev && PARVIS_PICTURES=1 DJANGO_ALLOW_ASYNC_UNSAFE=1 .venv/bin/python -m pytest -q -m e2e -p no:asyncio tests/journeys/test_pictures.py

handouts: ## make the volunteers' pages ready to print, in build/handouts
	@python3 tools/dev.py install --dev && .venv/bin/python -m tools.handouts
