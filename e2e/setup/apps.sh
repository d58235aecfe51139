#!/usr/bin/env bash
# Installs the npm apps of the test bed as their locks say, into their own folders; does nothing where all are there.
# No script of a package is run. All words go to standard error.
set -euo pipefail
cd "$(dirname "$0")/../testbed/npm"
PATH="$("../../setup/node.sh"):$PATH"
for app in */; do
  app=${app%/}
  # npm writes this file last, so it tells a whole installation of this lock from half of one.
  done=$app/node_modules/.package-lock.json
  if [ "$done" -nt "$app/package-lock.json" ]; then continue; fi
  echo "Installing the app $app from npm" >&2
  (cd "$app" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error) >&2
  touch "$done"
done
