#!/usr/bin/env bash
# What "make check" runs. Each part says its name; the first that fails ends the run.
set -euo pipefail
cd "$(dirname "$0")/../.."
say() { printf '== %s\n' "$1"; }
tool() { go tool -modfile=tools/go.mod "$@"; }

say "gofmt"
unformatted=$(git ls-files '*.go' | xargs gofmt -l)
if [ -n "$unformatted" ]; then printf 'not formatted: %s\n' "$unformatted" >&2; exit 1; fi

say "go vet"
go vet ./...
for os in darwin windows; do GOOS=$os go vet ./manifest ./installer ./session ./envelope ./apps/...; done

say "go.mod is tidy"
go mod tidy -diff

say "staticcheck"
tool staticcheck ./...

say "golangci-lint, with the layering rules"
tool golangci-lint run

say "govulncheck"
govulncheck=$(tool -n govulncheck)
code=0
found=$(timeout 120 "$govulncheck" ./... 2>&1) || code=$?
if [ "$code" = 124 ] || grep -q 'fetching vulnerabilities' <<<"$found"; then
  echo "not done: its data cannot be reached from here"
elif [ "$code" != 0 ]; then
  printf '%s\n' "$found" >&2
  exit 1
fi

say "licences"
go test -C tools ./licences
go build -C tools -o ../bin/licences ./licences
mapfile -t locks < <(git ls-files '*package-lock.json')
bin/licences "${locks[@]}"

say "shell scripts"
scripts=(.ci/run e2e/setup/*.sh)
if command -v shellcheck >/dev/null; then shellcheck "${scripts[@]}"; else for f in "${scripts[@]}"; do bash -n "$f"; done; fi

say "generated files"
go test ./session -run ProtocolPage

say "extension: types, lint"
make --no-print-directory extension/node_modules/.package-lock.json
PATH="$(e2e/setup/node.sh):$PATH"
cd extension
npm run --silent check
npm run --silent lint
