#!/bin/sh
# Have Firefox, WebKitGTK with its driver, and a virtual screen: from Debian's packages as root, else say what to do.
set -eu
packages="firefox-esr webkit2gtk-driver xvfb"
missing=
for program in firefox-esr WebKitWebDriver Xvfb; do
    command -v "$program" >/dev/null || missing=yes
done
[ -n "$missing" ] || exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "Installing $packages with apt-get ..." >&2
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq </dev/null >/dev/null
    # shellcheck disable=SC2086  # three names
    apt-get install -qq -y --no-install-recommends $packages </dev/null >/dev/null
    exit 0
fi
echo "make browsers needs Debian's packages $packages." >&2
exit 1
