#!/usr/bin/env bash
# Undoes up.sh: stops the vault and removes the host's registration. The vault's data and the keyring's items stay.
set -euo pipefail
cd "$(dirname "$0")/../.."
state=${XDG_STATE_HOME:-$HOME/.local/state}/sessionferry-up
if [ -f "$state/vault.pid" ]; then
  pid=$(cat "$state/vault.pid")
  rm -f "$state/vault.pid"
  if kill "$pid" 2>/dev/null; then echo "The vault is stopped."; fi
fi
bin/sessionferry uninstall --browser chromium
