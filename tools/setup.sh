#!/bin/sh
# Make .venv hold exactly what a lock file asks for: setup.sh trial | setup.sh dev.
# Does nothing when it already does. Needs Python 3.12 or later; brings its own uv when there is none.
set -eu
cd "$(dirname "$0")/.."
IFS='
' # folders on the PATH may have spaces in their names

stamp=.venv/.installed # "dev 1234 567": what was installed, and the sum of its lock file
want=${1:-}
case $want in trial | dev) ;; *) echo "usage: setup.sh trial|dev" >&2; exit 2 ;; esac
grep -qs '^dev' $stamp && want=dev # holds all that a trial needs; do not take the tools away
lock=requirements-$want.lock

export UV_PYTHON_DOWNLOADS=never UV_NO_PROGRESS=1 PIP_ROOT_USER_ACTION=ignore PIP_DISABLE_PIP_VERSION_CHECK=1

say() { (IFS=' ' && echo "$*") >&2; }
fail() { say "$*"; exit 1; }
sum_of() { cksum <"$1"; }

installed="$want $(sum_of $lock)"
[ -x .venv/bin/python ] && [ "$(cat $stamp 2>/dev/null)" = "$installed" ] && exit 0

apt_install() { # as root on Debian and its kin
    [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null || return 1
    say "Installing $* with apt-get ..."
    DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends "$@" </dev/null >/dev/null 2>&1 ||
        { apt-get update -qq </dev/null >/dev/null 2>&1 &&
            DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends "$@" </dev/null >/dev/null; }
}

pythons() { # every Python worth asking, once, as absolute paths
    for name in python3.14 python3.13 python3.12 python3 /usr/bin/python3; do
        command -v "$name" || true
    done | awk '!seen[$0]++'
}

own_uv() { # with pip where a Python has it, else with the pip that a new virtual environment brings
    rm -rf .tools/uv .tools/pip
    for python in $(pythons); do
        "$python" -m pip --version >/dev/null 2>&1 ||
            { "$python" -m venv .tools/pip >/dev/null 2>&1 && python=.tools/pip/bin/python; } || continue
        "$python" -m pip install --quiet --no-deps --require-hashes --only-binary :all: \
            --target .tools/uv -r tools/uv.txt >/dev/null && rm -rf .tools/pip && return
    done
    return 1
}

modern_python() { # one that is new enough, whatever comes first on the PATH
    for python in $(pythons); do
        "$python" -c 'import sys; sys.exit(sys.version_info < (3, 12))' 2>/dev/null && echo "$python" && return
    done
    return 1
}

modern_python >/dev/null || apt_install python3 ||
    fail "Python 3.12 or later is needed (Debian 13: apt install python3)."
if command -v uv >/dev/null; then
    uv=uv
else
    uv=.tools/uv/bin/uv
    if [ ! -x "$uv" ] || [ "$(cat .tools/uv.installed 2>/dev/null)" != "$(sum_of tools/uv.txt)" ]; then
        say "Installing uv into .tools ..."
        own_uv || { apt_install python3 python3-venv && own_uv; } ||
            fail "uv is needed, or a Python with pip or venv to install it (Debian: apt install python3-venv)."
        sum_of tools/uv.txt >.tools/uv.installed
    fi
fi

[ -x .venv/bin/python ] && .venv/bin/python -c '' 2>/dev/null ||
    "$uv" venv --quiet --clear --python "$(modern_python)" .venv
say "Installing $lock into .venv ..."
rm -f $stamp
"$uv" pip sync --quiet --require-hashes --python .venv/bin/python "$lock"
echo "$installed" >$stamp
