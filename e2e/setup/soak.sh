#!/usr/bin/env bash
# "make soak": runs all of "make test", uncached, beside two busy processes per core, and appends a line for each
# round to e2e/soak.log: when it ended, the hash of the tree without that log, how many minutes it took, what failed.
#   usage: soak.sh ROUNDS
# Exit 1 if a round failed. The last line of standard output is one JSON object.
set -euo pipefail
cd "$(dirname "$0")/../.."
rounds=$1
log=e2e/soak.log

# tree prints the hash of the tree as it is now, without the log.
tree() {
  local index
  index=$(mktemp)
  cp "$(git rev-parse --git-path index)" "$index"
  GIT_INDEX_FILE=$index git add --all
  GIT_INDEX_FILE=$index git rm --cached --quiet --ignore-unmatch "$log"
  GIT_INDEX_FILE=$index git write-tree
  rm -f "$index"
}

busy=()
finish() { if [ ${#busy[@]} -gt 0 ]; then kill "${busy[@]}" 2>/dev/null || true; fi; }
trap finish EXIT
trap 'exit 130' INT TERM

hash=$(tree)
for _ in $(seq $((2 * $(nproc)))); do
  (while :; do :; done) &
  busy+=($!)
done
mkdir -p bin
passed=0
for round in $(seq "$rounds"); do
  said=bin/soak-$round.log
  echo "round $round of $rounds: all that it prints is in $said" >&2
  began=$(date +%s)
  outcome=passed
  if make --no-print-directory test TESTFLAGS='-count=1 -timeout=3h' 2>&1 | tee "$said" | grep --line-buffered -E '^(ok|FAIL|--- FAIL|panic:|# )' >&2; then
    passed=$((passed + 1))
  else
    failed=$(sed -nE 's/^ *--- FAIL: ([^ ]+).*/\1/p; s/^FAIL\t([^ \t]+).*/\1/p; s/^not ok [0-9]+ - (.*)/\1/p' "$said" | sort -u | paste -sd, | sed 's/,/, /g')
    outcome="failed: ${failed:-see $said}"
  fi
  if [ "$(tree)" != "$hash" ]; then
    echo "The tree was changed while it was tested, so this round counts for nothing." >&2
    exit 1
  fi
  printf '%s  %s  %5.1f min  %s\n' "$(date -u +%Y-%m-%dT%H:%MZ)" "$hash" "$(awk "BEGIN { print ($(date +%s) - $began) / 60 }")" "$outcome" | tee -a "$log"
done
printf '{"rounds":%d,"passed":%d,"tree":"%s"}\n' "$rounds" "$passed" "$hash"
[ "$passed" = "$rounds" ]
