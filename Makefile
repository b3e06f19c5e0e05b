# The commands that people and pipelines type; `make` alone lists them.

PYTHON ?= python3
# These count only where somebody typed them: Linux on Windows has the name of the machine in NAME,
# and many people have their own address in EMAIL.
$(foreach name,ACTION EMAIL ID NAME POSSESSION REDIRECT_URIS ROLE SINCE,$(if $(filter environment,$(origin $(name))),$(eval $(name) :=)))
# What people type gets to the programs by the environment, as it was typed: Make would read the $5
# of a name as a variable, and a shell its quotes.
TYPED := ACTION ARGS BASE_URL BYTECODE CLIENT_ID DIST EMAIL FILE FROM FUNCTION FUNCTION_NAME ID NAME \
	PARAMS PORT POSSESSION RECORDS REDIRECT_URIS REGION ROLE SAMPLE SEED SINCE SMOKE_EMAIL \
	SMOKE_PASSWORD STAGE TO
# These count only where somebody typed them, as in `make smoke REGION=eu-west-1`.
REGION_TYPED := $(filter command,$(origin REGION))
SWITCHES := ALL FORCE KEPT REVOKE UNCHECKED
$(foreach name,$(SWITCHES),$(if $(filter command,$(origin $(name))),\
	$(if $(filter yes 1 no 0,$(value $(name))),,$(error $(name) is yes or no))))
$(foreach name,$(SWITCHES),$(eval override $(name) := \
	$$(and $$(filter command,$$(origin $(name))),$$(filter yes 1,$$(value $(name))))))
$(foreach name,$(TYPED),$(if $(filter undefined,$(origin $(name))),,\
	$(eval override $(name) := $$(value $(name)))$(eval export $(name))))
# Go.cd names the function of a pipeline in FUNCTION_NAME; the steps read it there.
override FUNCTION_NAME := $(or $(FUNCTION),$(FUNCTION_NAME))
override PORT := $(or $(strip $(PORT)),4566)
export FUNCTION_NAME PORT
# A shell may tell Python to find or run other code; scripts/environment.py does the rest.
unexport $(filter-out PYTHON PYTHON_% PYTHONUNBUFFERED PYTHONDONTWRITEBYTECODE PYTHONHASHSEED \
	PYTHONIOENCODING PYTHONUTF8,$(filter PYTHON%,$(.VARIABLES)))
# Recipes end in `exec` where a shell would stand between make and a program: a SIGTERM reaches only
# what make has started itself.
# Recipes that can run at once do so by themselves.
.NOTPARALLEL:

BOOTSTRAP := $(PYTHON) scripts/bootstrap.py
VENV := .venv/bin
# What is installed into the checkout, each by its own target at the end.
TOOLS := tools
STEPS := delivery-tools
MUTMUT := mutmut
EMULATOR := emulator
OSLS := osls
VERIFIERS := verifier-packages
CLIENT := client-library
PAGES := account-pages
BROWSER := browser-packages
# What a check of getPage looks at, and a check of all functions, has to be built.
PAGES_IF_SERVED = $(if $(filter-out getPage,$(FUNCTION_NAME)),,$(PAGES))
DELIVERY := .local/delivery-venv/bin
DELIVER := $(DELIVERY)/python -m scripts.deliver
# In this order: the later ones take versions from the earlier ones.
LOCKED := requirements requirements-dev requirements-delivery scripts/local/emulator-requirements \
	scripts/mutants-requirements benchmarks/requirements tests/verifiers/requirements
LOCK := $(VENV)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-annotate --custom-compile-command "make pins"
AT_REGION = $(if $(REGION_TYPED),--region="$$REGION")
# Of what a check looks at: what a function's pipeline is about, or without a function, all.
INCLUDED = $(if $(FUNCTION_NAME),$(VENV)/python -m scripts.included $(1) "$$FUNCTION_NAME",echo "$(2)")
# Run like this they are found in a checkout that was moved, too.
PYTEST := $(VENV)/python -m pytest
UNIT_TESTS := tests/test_import_walls.py tests/lambda_functions tests/shared tests/scripts \
	tests/docs tests/benchmarks
EVIDENCE_TESTS := tests/attacks tests/faults tests/model

# Every target here is a command, and none a file.
.PHONY: $(shell sed -n 's/^\([a-z-]*\):.*/\1/p' $(firstword $(MAKEFILE_LIST)))

help: ## list these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-20s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: check-port $(TOOLS) $(OSLS) $(EMULATOR) ## run the whole stack here; PORT= moves it
	@exec $(VENV)/python -m scripts.run --port "$$PORT"

# The first need no emulator, and most of them keep all cores busy; the others take longer and wait.
BUSY_TESTS := lint coverage evidence-test verifiers client-test page-test
WAITING_TESTS := template-test stack-test delivery-test browser-test

test: $(TOOLS) $(STEPS) $(OSLS) $(EMULATOR) $(VERIFIERS) $(CLIENT) $(PAGES) $(BROWSER) ## everything that must pass before a merge
	@mkdir -p reports
	@# A shell lets Ctrl-C pass what it started like this.
	@$(MAKE) --no-print-directory $(WAITING_TESTS) > reports/waiting-tests.txt 2>&1 & \
	waiting=$$!; trap 'kill $$waiting; exit 1' INT TERM HUP; \
	$(MAKE) --no-print-directory $(BUSY_TESTS); busy=$$?; \
	wait $$waiting; waiting=$$?; cat reports/waiting-tests.txt; \
	[ $$busy = 0 ] || echo "Further up: one of $(BUSY_TESTS) failed."; \
	exit $$((busy + waiting))

lint: $(TOOLS) ## flake8 and mypy; FUNCTION=createSession on what its pipeline is about
	@mkdir -p reports && rm -f reports/lint.txt
	files=$$($(call INCLUDED,linted,lambda_functions shared scripts tests benchmarks examples)) && \
	$(VENV)/python -m flake8 --tee --output-file=reports/lint.txt $$files && \
	exec $(VENV)/python -m mypy --junit-xml=reports/mypy.xml $$files

unit-test: $(TOOLS) $(PAGES_IF_SERVED) ## the functions and shared/, over doubles of AWS; FUNCTION= what that one needs
	tests=$$($(call INCLUDED,tests,$(UNIT_TESTS))) && \
	exec $(PYTEST) $$tests --function "$$FUNCTION_NAME" -n auto --junitxml=reports/junit.xml

coverage: $(TOOLS) $(PAGES_IF_SERVED) ## unit tests that cover at least 95 % of lines and branches together
	tests=$$($(call INCLUDED,tests,$(UNIT_TESTS))) && \
	exec $(PYTEST) $$tests --function "$$FUNCTION_NAME" -n auto --cov --cov-branch --cov-report=
	files=$$($(call INCLUDED,sources,lambda_functions/* shared/*) | tr ' ' ',') && \
	$(VENV)/python -m coverage html --directory reports/coverage --include "$$files" && \
	$(VENV)/python -m coverage report --fail-under 95 --include "$$files"

evidence-test: $(TOOLS) $(PAGES) ## attacks, faults, the state machine's model, and DynamoDB Local
	$(PYTEST) $(EVIDENCE_TESTS) -n auto
	$(MAKE) --no-print-directory test-dynamodb-local

page-test: $(TOOLS) $(CLIENT) $(PAGES) ## the account pages: their types, and how they are built
	pages/node_modules/.bin/tsc --project pages
	$(PYTEST) tests/pages

verifiers: $(TOOLS) $(VERIFIERS) ## libraries of others take our access tokens, and no other tokens
	$(PYTEST) tests/verifiers

client-test: $(TOOLS) $(CLIENT) ## the JavaScript client, its package, and whether it fits the API
	node --test clients/javascript/tests/*.test.mjs
	$(PYTEST) tests/client

template-test: $(TOOLS) $(OSLS) $(PAGES) ## the packaged zips and CloudFormation
	$(PYTEST) tests/template

stack-test: $(TOOLS) $(OSLS) $(EMULATOR) $(CLIENT) $(VERIFIERS) ## the whole stack, over HTTP
	$(PYTEST) tests/stack -n 2 --dist loadfile --ignore=tests/stack/test_openapi.py
	@# On its own: under xdist the failures of schemathesis's operations are not reported.
	$(PYTEST) tests/stack/test_openapi.py

delivery-test: $(TOOLS) $(STEPS) $(OSLS) $(EMULATOR) ## the pipelines, and their steps on two stages
	$(PYTEST) tests/delivery -n 2 --dist loadfile

browser-test: $(TOOLS) $(OSLS) $(EMULATOR) $(CLIENT) $(BROWSER) ## the client and the pages in browsers; ALL=1
	@# With ALL, each way through the pages in each language, which takes some minutes more.
	$(if $(ALL),ALL_WAYS=yes) $(PYTEST) tests/browser -n 2 --dist loadgroup -rs

pictures: $(TOOLS) $(OSLS) $(EMULATOR) $(CLIENT) $(BROWSER) ## take those of the account pages in docs/pictures/ anew
	@exec $(VENV)/python -m tests.browser.pictures

test-dynamodb-local: $(TOOLS) $(PAGES) ## every test that uses a store, on AWS's own engine; needs Java
	$(PYTEST) $(UNIT_TESTS) $(EVIDENCE_TESTS) tests/dynamodb_local \
		--store dynamodb-local -n auto -rs

model: $(TOOLS) ## explore the session state machine beyond what make test does
	@exec $(VENV)/python -m tests.model

load: $(TOOLS) $(OSLS) $(EMULATOR) ## many people at once on the whole stack, every answer checked
	@exec $(VENV)/python -m tests.load

mutants: $(MUTMUT) $(PAGES) ## defects that no test notices, in changed modules; ALL=1, SAMPLE=100, SEED=
	@exec .local/mutants-venv/bin/python -m scripts.mutants $(if $(ALL),--all) \
		$(if $(SAMPLE),--sample="$$SAMPLE") $(if $(SEED),--seed="$$SEED")

fuzz: $(TOOLS) ## far more hostile texts than make test tries, and others each time; some minutes
	$(PYTEST) tests/attacks/test_hostile_text.py tests/shared/sign_in/test_l33t_words.py \
		--hypothesis-profile fuzz -n auto

bench: $(TOOLS) ## cold and warm times, request units and memory, beside a naive twin
	@exec $(VENV)/python -m benchmarks

cost: $(TOOLS) ## the monthly bill by part; ARGS="--users 50000" and the like
	@exec $(VENV)/python -m benchmarks.cost $$ARGS

timing: $(TOOLS) ## whether the time of an answer reveals that an address is known; needs Java
	@exec $(VENV)/python -m tests.timing

package: $(STEPS) ## build dist/aws; FUNCTION=createSession builds that one only
	@exec $(DELIVERY)/python -m scripts.package $(if $(BYTECODE),--bytecode="$$BYTECODE") \
		$(if $(FUNCTION_NAME),"$$FUNCTION_NAME")

client: $(TOOLS) ## STAGE= ID= NAME= registers one; ACTION=list, disable, enable, possession, redirects
	@exec $(VENV)/python -m scripts.operate client "$${ACTION:-add}" --stage="$$STAGE" $(AT_REGION) \
		$(if $(filter list,$(ACTION)),,--id="$$ID") $(if $(NAME),--name="$$NAME") \
		$(if $(POSSESSION),--possession="$$POSSESSION") \
		$(if $(REDIRECT_URIS),--redirect-uris="$$REDIRECT_URIS")

person: $(TOOLS) ## STAGE= EMAIL= (or ID=) shows one; ACTION=find, trail, block, grant-role, ...
	@exec $(VENV)/python -m scripts.operate person "$${ACTION:-show}" --stage="$$STAGE" $(AT_REGION) \
		--email="$$EMAIL" --id="$$ID" --role="$$ROLE" $(if $(SINCE),--since="$$SINCE")

rotate-signing-key: $(TOOLS) ## STAGE= signs with a new key; REVOKE=1 signs everybody out
	@exec $(VENV)/python -m scripts.operate rotate-signing-key --stage="$$STAGE" $(AT_REGION) \
		$(if $(REVOKE),--revoke) $(if $(FORCE),--force)

rotate-pepper: $(TOOLS) ## STAGE= hashes passwords with a new pepper from now on
	@exec $(VENV)/python -m scripts.operate rotate-pepper --stage="$$STAGE" $(AT_REGION) \
		$(if $(FORCE),--force)

import-users: $(TOOLS) ## STAGE= FILE= takes people over with their bcrypt hashes
	@exec $(VENV)/python -m scripts.operate import-users --stage="$$STAGE" $(AT_REGION) --file="$$FILE"

export-users: $(TOOLS) ## STAGE= FILE= writes everybody, with their hashes
	@exec $(VENV)/python -m scripts.operate export-users --stage="$$STAGE" $(AT_REGION) --file="$$FILE"

mail: $(TOOLS) ## show the mail that stage local has sent
	@exec $(VENV)/python -m scripts.operate mail

openapi: $(TOOLS) ## write openapi.yaml anew
	@exec $(VENV)/python -m scripts.openapi

pipelines: $(TOOLS) ## write pipelines.gocd.yaml anew
	@exec $(VENV)/python -m scripts.pipelines

deploy: $(STEPS) $(if $(FUNCTION_NAME),,$(OSLS)) ## STAGE= brings packaged zips live; FUNCTION= only that
	@exec $(DELIVER) deploy $(AT_REGION)

smoke: $(STEPS) ## STAGE= checks what the deployed functions answer
	@exec $(DELIVER) smoke $(AT_REGION) $(if $(KEPT),--kept)

promote: $(STEPS) ## FROM= TO= lets the zips that FROM runs go to TO
	@exec $(DELIVER) promote $(AT_REGION)

rollback: $(STEPS) ## STAGE= goes back one version
	@exec $(DELIVER) rollback $(AT_REGION) $(if $(UNCHECKED),--unchecked)

deploy-vpc: $(STEPS) ## create or update the network of aws-vpc.template
	@exec $(DELIVER) deploy-vpc $(AT_REGION)

pins: $(TOOLS) ## write what is installed, with hashes, anew from each *.in; ARGS="-P boto3" raises one
	@$(foreach list,$(LOCKED),$(LOCK) $$ARGS $(list).in --output-file $(list).txt &&) true

prepare: $(TOOLS) $(STEPS) $(OSLS) package ## install what the pipelines need, for an agent's image

hooks: ## run lint and unit tests before each commit
	@mkdir -p "$$(git rev-parse --git-path hooks)"
	@printf '#!/bin/sh\nexec make lint unit-test\n' > "$$(git rev-parse --git-path hooks/pre-commit)"
	@chmod +x "$$(git rev-parse --git-path hooks/pre-commit)"

clean: ## remove all that was made here, the accounts of stage local too; not the hook of make hooks
	@$(PYTHON) -m scripts.local.stop
	rm -rf .venv node_modules .local .serverless build dist mutants reports
	rm -rf clients/javascript/node_modules clients/javascript/dist clients/javascript/src/openapi.ts
	rm -rf pages/node_modules pages/dist
	rm -rf tests/browser/node_modules tests/verifiers/node_modules examples/node/node_modules examples/*/.serverless
	rm -rf .coverage .hypothesis .mypy_cache .pytest_cache
	find . -name __pycache__ -prune -exec rm -rf {} +

check-port:
	@$(BOOTSTRAP) check-python
	@$(BOOTSTRAP) check-node
	@$(BOOTSTRAP) check-port "$$PORT"

# bootstrap.py installs only what is not there yet.
tools:
	@$(BOOTSTRAP) python .venv requirements-dev.txt

delivery-tools:
	@$(BOOTSTRAP) python .local/delivery-venv requirements-delivery.txt

emulator:
	@$(BOOTSTRAP) python .local/emulator-venv scripts/local/emulator-requirements.txt

mutmut:
	@$(BOOTSTRAP) python .local/mutants-venv requirements-dev.txt scripts/mutants-requirements.txt

osls:
	@$(BOOTSTRAP) node . .bin/osls

# Built anew only after a change: the tests that run at once with others read what is built.
client-library:
	@$(BOOTSTRAP) node clients/javascript .bin/tsc
	@[ -e .local/client-built ] && \
		[ $$(ls clients/javascript/dist/*.js | wc -l) = $$(ls clients/javascript/src/*.ts | wc -l) ] && \
		[ -z "$$(find openapi.yaml clients/javascript/src clients/javascript/*.json -type f \
			! -name openapi.ts -newer .local/client-built)" ] || \
	{ mkdir -p .local && touch .local/client-begun && rm -rf clients/javascript/dist && \
		( cd clients/javascript && node_modules/.bin/openapi-typescript ../../openapi.yaml \
			--immutable --output src/openapi.ts > /dev/null && node_modules/.bin/tsc ) && \
		mv .local/client-begun .local/client-built; }

# Built anew only after a change, too. scripts/package.py does the same for the zip of getPage.
account-pages:
	@$(BOOTSTRAP) check-python
	@$(PYTHON) -m scripts.packing.account_pages

browser-packages:
	@$(BOOTSTRAP) node tests/browser playwright-core

verifier-packages:
	@$(BOOTSTRAP) node tests/verifiers jose
	@$(BOOTSTRAP) python .local/verifiers-venv tests/verifiers/requirements.txt
