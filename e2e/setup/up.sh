#!/usr/bin/env bash
# Leaves vault, host and extension installed for the person's own Chromium and says what to click.
set -euo pipefail
cd "$(dirname "$0")/../.."
bin=$PWD/bin
state=${XDG_STATE_HOME:-$HOME/.local/state}/sessionferry-up
mkdir -p "$state"
chmod 700 "$state"

if [ -f "$state/vault.pid" ] && kill -0 "$(cat "$state/vault.pid")" 2>/dev/null; then
  echo "The vault runs already."
else
  rm -f "$state/vault.ready"
  setsid nohup "$bin/sessionferry-vault" serve --ready-file "$state/vault.ready" >>"$state/vault.log" 2>&1 </dev/null &
  echo $! >"$state/vault.pid"
  for _ in $(seq 100); do [ -f "$state/vault.ready" ] && break; sleep 0.1; done
  [ -f "$state/vault.ready" ] || { echo "The vault did not start; its last words:" >&2; tail -5 "$state/vault.log" >&2; exit 1; }
  echo "The vault runs; its log is $state/vault.log"
fi

"$bin/sessionferry" status --json | grep -q '"enrolled":true' || "$bin/sessionferry" login
"$bin/sessionferry-runner" key >"$state/runner.pub"
"$bin/sessionferry-runner" enrol
hash=$("$bin/sessionferry" runner add "$state/runner.pub" | sed -n 's/.*sessionferry-runner trust //p')
"$bin/sessionferry-runner" trust "$hash"
"$bin/sessionferry" install --browser chromium

cat <<TEXT

Ready. In your Chromium:
  1. open chrome://extensions and switch on "Developer mode" (top right)
  2. click "Load unpacked" and choose $PWD/extension
  3. sign in to your wiki, click the Sessionferry icon, "Add account", then View Details and Share
Then:  $bin/sessionferry account list
       $bin/sessionferry-runner restore --account ID
"make down" undoes this.
TEXT
