#!/bin/sh
# Have a Chromium for the browser tests: from Debian's packages as root, else say what to do.
set -eu
for name in ${CHROMIUM:+"$CHROMIUM"} chromium chromium-browser; do
    command -v "$name" >/dev/null && exit 0
done
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "Installing Chromium with apt-get ..." >&2
    export DEBIAN_FRONTEND=noninteractive
    apt-get install -qq -y --no-install-recommends chromium </dev/null >/dev/null 2>&1 ||
        { apt-get update -qq </dev/null >/dev/null && apt-get install -qq -y --no-install-recommends chromium </dev/null >/dev/null; }
    exit 0
fi
echo "The browser tests need Chromium (Debian: apt install chromium), or leave them out: make test ARGS='-m \"not browser\"'" >&2
exit 1
