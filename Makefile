# Sessionferry: "make" alone lists what there is.

GO       ?= go
BIN      := bin
PROGRAMS := sessionferry sessionferry-vault sessionferry-runner
SETUP    := e2e/setup
NPM      := extension/node_modules/.package-lock.json
# What the runner's tests connect to its browser with.
RUNNER_TOOLS := runner/testdata/npm/node_modules/.package-lock.json

# Debian packages: the browser, the app that is signed in to, and the keyring. MediaWiki wants some web server: the
# smallest one, which does not start by itself, spares the machine an Apache on port 80.
WIKI_PACKAGES := php-cli php-cgi mini-httpd php-sqlite3 php-mbstring php-xml php-intl mediawiki
DEMO_PACKAGES := chromium fonts-liberation $(WIKI_PACKAGES) gnome-keyring dbus
# The test bed's own apps need no browser, but one that trusts their certificates.
TESTBED_PACKAGES := $(WIKI_PACKAGES) libnss3-tools
# The tests use both browsers and answer their real permission prompts, in a window of a virtual display.
TEST_PACKAGES := $(DEMO_PACKAGES) firefox-esr libnss3-tools xvfb xdotool postgresql pgbouncer

# Which browser the demo's person uses; a runner restores in Chromium. Many desktops have a variable of this name, so
# only the command line counts.
ifneq ($(origin BROWSER),command line)
BROWSER := chromium
endif

# How often "make soak" runs the tests.
N := 1

# How far "make bench-scale" goes.
ACCOUNTS := 1000,100000,5000000
SESSIONS := 1000000

# Chromium does not start with its sandbox as root.
SAY_IF_ROOT = @[ "$$(id -u)" != 0 ] || echo 'You are root: the browsers run without their sandbox.' >&2

.DEFAULT_GOAL := help
.PHONY: help demo up down build test quick soak e2e-web extension check mutate bench bench-scale lighthouse fidelity images testbed clean

help: ## list the targets
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: ## share, restore, share again and delete a real session, start to end (BROWSER=firefox; HEADED=1: in windows)
	@$(SETUP)/packages.sh $(DEMO_PACKAGES) $(if $(filter firefox,$(BROWSER)),firefox-esr)
	@$(MAKE) --no-print-directory build
	$(SAY_IF_ROOT)
	@$(GO) run ./e2e/demo -browser '$(BROWSER)' $(if $(HEADED),-headed)

up: ## leave vault, runner, host and extension installed for your own Chromium
	@$(SETUP)/packages.sh chromium gnome-keyring dbus
	@$(MAKE) --no-print-directory build
	@$(SETUP)/up.sh

down: ## undo "make up"; the vault's data stays
	@$(SETUP)/down.sh

build: ## build the three programs into bin/
	@mkdir -p $(BIN)
	@CGO_ENABLED=0 $(GO) build -trimpath -ldflags='-s -w' -o $(BIN)/ $(addprefix ./cmd/,$(PROGRAMS))

test: ## every test, with the real browser, keyring and app
	@$(SETUP)/packages.sh $(TEST_PACKAGES)
	@$(SETUP)/apps.sh
	@$(MAKE) --no-print-directory build $(RUNNER_TOOLS)
	@$(MAKE) --no-print-directory extension
	$(SAY_IF_ROOT)
	@$(GO) test -timeout 50m $(TESTFLAGS) ./...

quick: ## every test that needs no browser, for the edit loop; it needs PostgreSQL and PgBouncer
	@$(SETUP)/packages.sh postgresql pgbouncer
	@$(MAKE) --no-print-directory extension
	@$(SETUP)/quick.sh

soak: ## all of "make test" beside two busy processes per core, N= times; a line for each in e2e/soak.log
	@$(SETUP)/soak.sh $(N)

e2e-web: ## the web app in both browsers: every page by keyboard, in all looks and sizes; transfer, replace, delete, expire, what goes wrong
	@$(SETUP)/packages.sh $(TEST_PACKAGES)
	@$(SETUP)/apps.sh
	@$(MAKE) --no-print-directory build $(NPM)
	@$(GO) test -count=1 -timeout 30m ./e2e -run 'TestVaultPages|TestWebStates|TestWebApp|TestBridge'

extension: $(NPM) ## the extension's own tests and type check
	@PATH="$$($(SETUP)/node.sh):$$PATH" && cd extension && npm test --silent && npm run --silent check

# npm writes this file last, so it tells a whole installation from half of one.
$(NPM): extension/package-lock.json
	@PATH="$$($(SETUP)/node.sh):$$PATH" && cd extension && npm ci --ignore-scripts --no-audit --no-fund && touch ../$@

check: ## formatting, vet, linters, layering, vulnerabilities, extension lint
	@$(SETUP)/check.sh

mutate: ## change every key of every app's file: the share that the vectors notice, at least 95 of 100
	@$(GO) run ./apps/mutate

bench: bench/npm/node_modules/.package-lock.json ## costs: click to Transferred in both browsers, host start, size and memory, sealing, restores beside Playwright
	@$(SETUP)/packages.sh $(TEST_PACKAGES)
	@$(MAKE) --no-print-directory build
	@PATH="$$($(SETUP)/node.sh):$$PATH" $(GO) run ./bench

bench-scale: ## status among up to 5,000,000 accounts on both databases, and 1,000,000 sessions that expire at once (ACCOUNTS=, SESSIONS=)
	@$(SETUP)/packages.sh postgresql
	@$(MAKE) --no-print-directory build
	@$(GO) run ./bench -only scale -accounts $(ACCOUNTS) -sessions $(SESSIONS)

lighthouse: e2e/lighthouse/npm/node_modules/.package-lock.json ## what Lighthouse says of the web app's main pages: at least 95 in each category
	@$(SETUP)/packages.sh chromium fonts-liberation
	@$(MAKE) --no-print-directory build
	@PATH="$$($(SETUP)/node.sh):$$PATH" $(GO) run ./e2e/lighthouse

# The folders of tools that npm locks, each beside the program that runs them.
%/npm/node_modules/.package-lock.json: %/npm/package-lock.json
	@PATH="$$($(SETUP)/node.sh):$$PATH" && cd $(@D)/.. && npm ci --ignore-scripts --no-audit --no-fund && touch node_modules/.package-lock.json

fidelity: ## what arrives of a session, cookie by cookie and value by value, from both browsers
	@$(SETUP)/packages.sh $(TEST_PACKAGES)
	@$(MAKE) --no-print-directory build
	@$(GO) run ./e2e/fidelity/cmd

images: build ## the pictures of docs/images: every screen of the popup, and the web app
	@$(GO) test -count=1 ./e2e -run TestScreens -args -screens ../docs/images

testbed: ## start the apps of the test bed and stay: addresses, users, passwords; Ctrl-C ends all
	@$(SETUP)/packages.sh $(TESTBED_PACKAGES)
	@$(SETUP)/apps.sh
	@$(MAKE) --no-print-directory build
	@$(GO) run ./e2e/apps

clean: ## remove what was built
	@rm -rf $(BIN) .cache
