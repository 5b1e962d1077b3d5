#!/bin/sh
# Install what the tests need from Debian's packages when it is missing: a browser, a CJK font, PostgreSQL.
set -eu
missing=""
command -v chromium >/dev/null 2>&1 || missing="$missing chromium"
fc-list :lang=zh-cn 2>/dev/null | grep -q . || missing="$missing fontconfig fonts-noto-cjk"
ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || missing="$missing postgresql"
[ -z "$missing" ] && exit 0
if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null 2>&1; then
    echo "The tests need these Debian packages:$missing. Please install them (apt-get install$missing) and run make test again." >&2
    exit 1
fi
echo "Installing what the tests need:$missing"
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
apt-get install -y -qq --no-install-recommends $missing >/dev/null
