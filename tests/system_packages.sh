#!/bin/sh
# Install what the tests need from Debian's packages when it is missing: a browser, a CJK font, PostgreSQL. Chromium's
# headless shell, the same browser without windows, opens a page with a ninth of the work: tests take it when it is there.
set -eu
missing="" quicker=""
command -v chromium >/dev/null 2>&1 || missing="$missing chromium"
fc-list :lang=zh-cn 2>/dev/null | grep -q . || missing="$missing fontconfig fonts-noto-cjk"
ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || missing="$missing postgresql"
command -v chromium-headless-shell >/dev/null 2>&1 || quicker="chromium-headless-shell"
[ -z "$missing$quicker" ] && exit 0
if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null 2>&1; then
    [ -z "$missing" ] && exit 0
    echo "The tests need these Debian packages:$missing. Please install them (apt-get install$missing) and run make test again." >&2
    exit 1
fi
echo "Installing for the tests:$missing $quicker"
export DEBIAN_FRONTEND=noninteractive
install() { apt-get install -y -qq --no-install-recommends -o Acquire::http::Timeout=20 "$@" >/dev/null; }
apt-get update -qq -o Acquire::http::Timeout=20 || [ -z "$missing" ]
[ -z "$missing" ] || install $missing
[ -z "$quicker" ] || install $quicker || echo "Without $quicker the tests take longer."
