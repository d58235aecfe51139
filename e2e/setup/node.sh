#!/usr/bin/env bash
# Prints the folder of a Node.js that is new enough, with its npm; put it first in PATH.
# The system's is taken if it will do, else a current one is put into .cache/node from npm. All other words go to standard error.
set -euo pipefail

oldest=20.19.0  # what the extension's tools ask for
node=22.23.3    # npm's packages node-linux-*, which hold the program alone
npm=10.9.9      # the npm that belongs to it

here=$(cd "$(dirname "$0")" && pwd)
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

if [ "$(version "$bin")" != "$node" ] || [ ! -x "$bin/npm" ]; then
  case $(uname -m) in
    x86_64) arch=x64 ;;
    aarch64) arch=arm64 ;;
    *) echo "There is no ready-made Node.js for this machine ($(uname -m)); install Node.js $oldest or later with npm." >&2; exit 2 ;;
  esac
  command -v npm >/dev/null || "$here/packages.sh" nodejs npm
  echo "Putting Node.js $node into .cache/node" >&2
  mkdir -p "$target"
  npm install --prefix "$target" --no-save --no-package-lock --no-audit --no-fund --ignore-scripts --loglevel=error \
    "node-linux-$arch@$node" "npm@$npm" >&2
fi
(cd "$bin" && pwd)
