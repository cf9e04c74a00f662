#!/bin/sh
# Installs the system packages that Greenwave needs, where it may; names them in one line where it may not.
# Usage: system-packages.sh run|test
set -eu

missing=""
wanted=""
need() { missing="$missing $1"; }
want() { wanted="$wanted $1"; }

command -v python3 >/dev/null || need python3
python3 -c 'import ensurepip, venv' 2>/dev/null || need python3-venv
# the voice that calls numbers, and fonts for paper and screens; alsa-utils is for machines with a sound card alone
command -v espeak-ng >/dev/null || want espeak-ng
fc-list ':lang=zh' 2>/dev/null | grep -q . || want "fontconfig fonts-noto-cjk"
if [ "$1" = test ]; then
    command -v redis-server >/dev/null || need redis-server
    # the server's programs are not on the path; the tests find them where Debian puts them
    command -v initdb >/dev/null || ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || need postgresql
    # Ubuntu has no such packages: there make fetches a browser of its own. The shell draws pages with less work.
    for browser in chromium chromium-headless-shell; do
        command -v $browser >/dev/null || grep -qs '^ID=ubuntu' /etc/os-release || need $browser
    done
    missing="$missing$wanted" wanted=""
    # reads the codes on slips back; looked for by itself, as ldconfig is not on everybody's path
    find /usr/lib /usr/lib64 /lib -name 'libzbar.so.0' 2>/dev/null | grep -q . || need libzbar0
fi
[ -z "$missing$wanted" ] && exit 0

# A hall runs without voice and fonts; where they cannot be installed it is said, and goes on.
refuse() {
    echo "greenwave: please $1$missing$wanted" >&2
    [ -z "$missing" ] || exit 1
    exit 0
}
if ! command -v apt-get >/dev/null; then
    refuse "install these first:"
fi
if [ "$(id -u)" = 0 ]; then as_root=""
elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then as_root="sudo -n"
else
    refuse "run this first: sudo apt-get install -y"
fi
export DEBIAN_FRONTEND=noninteractive
$as_root apt-get update -qq
# shellcheck disable=SC2086
$as_root apt-get install -y -qq --no-install-recommends $missing $wanted >/dev/null
