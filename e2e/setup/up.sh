#!/usr/bin/env bash
# Leaves vault, runner, host and extension installed for the person's own Chromium and says what to click.
set -euo pipefail
cd "$(dirname "$0")/../.."
bin=$PWD/bin
state=${XDG_STATE_HOME:-$HOME/.local/state}/sessionferry-up
mkdir -p "$state"
chmod 700 "$state"

if [ "$(id -u)" = 0 ]; then
  echo "You are root: the runner's browser runs without its sandbox (SESSIONFERRY_NO_SANDBOX=1)." >&2
  export SESSIONFERRY_NO_SANDBOX=1
fi

# start NAME: "sessionferry-NAME serve" in the background, unless it runs already.
start() {
  local name=$1
  if [ -f "$state/$name.pid" ] && kill -0 "$(cat "$state/$name.pid")" 2>/dev/null; then
    echo "The $name runs already."
    return
  fi
  rm -f "$state/$name.ready"
  setsid nohup "$bin/sessionferry-$name" serve --ready-file "$state/$name.ready" >>"$state/$name.log" 2>&1 </dev/null &
  echo $! >"$state/$name.pid"
  for _ in $(seq 100); do [ -f "$state/$name.ready" ] && break; sleep 0.1; done
  [ -f "$state/$name.ready" ] || { echo "The $name did not start; its last words:" >&2; tail -5 "$state/$name.log" >&2; exit 1; }
  echo "The $name runs; its log is $state/$name.log"
}

start vault

"$bin/sessionferry" status --json | grep -q '"enrolled":true' || "$bin/sessionferry" login
"$bin/sessionferry-runner" key >"$state/runner.pub"
"$bin/sessionferry-runner" enrol
hash=$("$bin/sessionferry" runner add "$state/runner.pub" | sed -n 's/.*sessionferry-runner trust //p')
"$bin/sessionferry-runner" trust "$hash"
start runner
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
