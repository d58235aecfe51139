#!/usr/bin/env bash
# Undoes up.sh: stops runner and vault and removes the host's registration. The vault's data and the keyring's items stay.
set -euo pipefail
cd "$(dirname "$0")/../.."
state=${XDG_STATE_HOME:-$HOME/.local/state}/sessionferry-up
for name in runner vault; do
  [ -f "$state/$name.pid" ] || continue
  pid=$(cat "$state/$name.pid")
  rm -f "$state/$name.pid"
  if kill "$pid" 2>/dev/null; then echo "The $name is stopped."; fi
done
bin/sessionferry uninstall --browser chromium
