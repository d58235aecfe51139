#!/usr/bin/env bash
# "make quick": runs the tests of every Go package that starts no browser. Those that do import the package places.
set -euo pipefail
cd "$(dirname "$0")/../.."
places=sessionferry/e2e/testbed/places
mapfile -t all < <(go list -f '{{.ImportPath}} {{join .TestImports " "}} {{join .XTestImports " "}}' ./...)
quick=() left=()
for line in "${all[@]}"; do
  package=${line%% *}
  case "$line " in
    *" $places "*) left+=("$package") ;;
    *) quick=("$package" "${quick[@]}") ;; # the last ones are the databases' and take longest: they begin
  esac
done
go test -count=1 "${quick[@]}" | grep -v 'no test files' || exit "${PIPESTATUS[0]}"
echo "Left to \"make test\", since they start browsers: ${left[*]}"
