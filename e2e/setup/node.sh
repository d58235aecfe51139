#!/usr/bin/env bash
# Prints the folder of a Node.js that is new enough, with its npm; put it first in PATH.
# The system's is taken if it will do, else npm puts the one that node/package-lock.json has, with its hash, into
# .cache/node. All other words go to standard error.
set -euo pipefail

oldest=20.19.0  # what the extension's tools ask for

here=$(cd "$(dirname "$0")" && pwd)
lock=$here/node/package-lock.json
target=$here/../../.cache/node
bin=$target/node_modules/.bin

# version FOLDER: of the node in it, or nothing.
version() { PATH="$1:$PATH" "$1/node" --version 2>/dev/null | tr -d v || true; }

# at_least A B: whether version A is B or later.
at_least() { [ "$(printf '%s\n%s\n' "$1" "$2" | sort -V | head -n 1)" = "$2" ]; }

if command -v node >/dev/null && command -v npm >/dev/null; then
  system=$(dirname "$(command -v node)")
  if [ "$system" = "$(dirname "$(command -v npm)")" ] && at_least "$(version "$system")" "$oldest"; then
    echo "$system"
    exit 0
  fi
fi

# npm writes this file last, so it tells a whole installation of this lock from half of one.
if [ ! "$target/node_modules/.package-lock.json" -nt "$lock" ]; then
  case $(uname -m) in
    x86_64 | aarch64) ;;
    *) echo "There is no ready-made Node.js for this machine ($(uname -m)); install Node.js $oldest or later with npm." >&2; exit 2 ;;
  esac
  command -v npm >/dev/null || "$here/packages.sh" nodejs npm
  echo "Putting a current Node.js into .cache/node" >&2
  mkdir -p "$target"
  cp "$here/node/package.json" "$lock" "$target/"
  (cd "$target" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error) >&2
  # An optional package whose hash is another is left out without a word.
  if [ ! -x "$bin/node" ]; then
    rm -r "$target/node_modules"
    echo "npm offers another Node.js than the one in e2e/setup/node/package-lock.json, so it was not installed." >&2
    exit 1
  fi
  touch "$target/node_modules/.package-lock.json"
fi
(cd "$bin" && pwd)
