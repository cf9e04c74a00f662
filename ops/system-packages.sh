#!/bin/sh
# Installs the system packages that Greenwave needs, where it may; names them in one line where it may not.
# Usage: system-packages.sh run|test
set -eu

missing=""
need() { missing="$missing $1"; }

command -v python3 >/dev/null || need python3
python3 -c 'import ensurepip, venv' 2>/dev/null || need python3-venv
if [ "$1" = test ]; then
    command -v redis-server >/dev/null || need redis-server
    # Ubuntu has no such package: there make fetches a browser of its own
    command -v chromium >/dev/null || grep -qs '^ID=ubuntu' /etc/os-release || need chromium
    fc-list ':lang=zh' 2>/dev/null | grep -q . || need "fontconfig fonts-noto-cjk"
fi
[ -z "$missing" ] && exit 0

if ! command -v apt-get >/dev/null; then
    echo "greenwave: please install these first:$missing" >&2
    exit 1
fi
if [ "$(id -u)" = 0 ]; then as_root=""
elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then as_root="sudo -n"
else
    echo "greenwave: please run this first: sudo apt-get install -y$missing" >&2
    exit 1
fi
export DEBIAN_FRONTEND=noninteractive
$as_root apt-get update -qq
# shellcheck disable=SC2086
$as_root apt-get install -y -qq --no-install-recommends $missing >/dev/null
