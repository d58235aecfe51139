#!/usr/bin/env bash
# Installs the Debian packages that are named and missing; does nothing where all are there.
#   usage: packages.sh PACKAGE…
# Exit 2 with the list and the exact command where it cannot: no Debian, no root, no sudo. All words go to standard error.
set -euo pipefail

# Why a package is wanted, one line each; any other shows its own description.
reason() {
  case $1 in
    chromium) echo "the browser that the session is captured from and restored in" ;;
    firefox-esr) echo "the other browser that a session is captured from" ;;
    mediawiki) echo "the app to sign in to" ;;
    php-cli) echo "runs the app" ;;
    php-cgi | mini-httpd) echo "the package mediawiki asks for it; smaller than the default, and not started" ;;
    php-sqlite3) echo "keeps the app's data in one file" ;;
    php-mbstring | php-xml | php-intl) echo "the app needs it" ;;
    gnome-keyring) echo "keeps the device's key" ;;
    dbus | dbus-daemon | dbus-bin) echo "the bus on which the keyring is asked" ;;
    fonts-liberation) echo "letters for the screenshots" ;;
    libnss3-tools) echo "makes the browser trust a test certificate" ;;
    xvfb | xdotool) echo "a screen without a monitor, for the browser's own prompts" ;;
    postgresql) echo "the database of a vault for many people; the tests start one of their own (Debian may start another, which they do not use)" ;;
    pgbouncer) echo "a pooler in front of that database; the tests start their own (Debian may start another, which they do not use)" ;;
    nodejs) echo "runs the extension's tests" ;;
    npm) echo "fetches the tools of the extension's tests" ;;
    *) apt-cache show --no-all-versions "$1" 2>/dev/null | sed -n 's/^Description[^:]*: //p' | head -n 1 ;;
  esac
}

installed() { [ "$(dpkg-query -W -f='${db:Status-Abbrev}' "$1" 2>/dev/null)" = "ii " ]; }

# give_up SENTENCE: what a person can do by hand.
give_up() {
  {
    echo "$1 Needed:"
    for p in "${missing[@]}"; do echo "  $p"; done
    echo "On Debian: sudo apt-get update && sudo apt-get install -y --no-install-recommends ${missing[*]}"
  } >&2
  exit 2
}

missing=("$@")
if ! command -v apt-get >/dev/null || ! command -v dpkg-query >/dev/null; then
  if [ $# -gt 0 ]; then give_up "This system does not have Debian's packages."; fi
fi
missing=()
for p in "$@"; do installed "$p" || missing+=("$p"); done
if [ ${#missing[@]} -eq 0 ]; then exit 0; fi

# shellcheck source=/dev/null
if [ "$(. /etc/os-release && echo "$ID")" = ubuntu ] && [[ " ${missing[*]} " == *" chromium "* ]]; then
  give_up "Ubuntu's Chromium is a snap, which cannot start programs of this computer; take Debian's package, or Google Chrome."
fi

if [ "$(id -u)" -eq 0 ]; then
  as_root=(env)
elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
  as_root=(sudo -n env)
elif command -v sudo >/dev/null && [ -t 0 ]; then
  as_root=(sudo env)
else
  give_up "Packages are missing, and this user may not install them."
fi

echo "Installing from Debian:" >&2
for p in "${missing[@]}"; do printf '  %-18s %s\n' "$p" "$(reason "$p")" >&2; done

cd "$(dirname "$0")/../.."
mkdir -p .cache
log=$PWD/.cache/packages.log
apt() { "${as_root[@]}" DEBIAN_FRONTEND=noninteractive apt-get -q -y -o DPkg::Lock::Timeout=300 "$@" </dev/null >>"$log" 2>&1; }

: >"$log"
# Old lists may still do, for example without a network and with a filled cache.
apt update || echo "The lists of packages could not be renewed; going on with those that are here." >&2
if ! apt install --no-install-recommends "${missing[@]}"; then
  tail -n 5 "$log" >&2
  echo "The installation failed; the whole log is $log" >&2
  exit 1
fi
