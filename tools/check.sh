#!/bin/sh
# All checks, each to its end, so that one run shows everything. Changes nothing.
cd "$(dirname "$0")/.." || exit 1
said=$(mktemp -d) || exit 1
trap 'rm -rf "$said"' EXIT
checks=0
run() { # beside the others: the types alone take as long as all else
    checks=$((checks + 1)); name=$1; shift
    echo "$name" >"$said/$checks.name"
    { "$@" >"$said/$checks" 2>&1 || touch "$said/$checks.failed"; } &
}
bin=.venv/bin
export PATH="$PWD/$bin:$PATH" DJANGO_SETTINGS_MODULE=pelatihan.settings

production() { # as the office's server would start it
    env -u DEBUG -u PELATIHAN_DEMO SECRET_KEY="$(python -c 'import secrets; print(secrets.token_urlsafe(50))')" \
        ALLOWED_HOSTS=pelatihan.example DATABASE_URL=postgres://nobody@localhost/none "$@"
}
deployment() { # all but the models: their checks ask the database for its version, and tests/pelatihan/test_models.py makes them
    tags=$(production python manage.py check --list-tags --deploy | grep -vx models | sed 's/^/--tag=/')
    # shellcheck disable=SC2086 # one word a tag
    production python manage.py check --deploy --fail-level WARNING $tags
}
templates() { find templates -name '*.html' -print0 | xargs -0 -r djade --check --target-version 6.1; }

run "types" env DEBUG=1 mypy
run "ruff check" ruff check .
run "ruff format" ruff format --check .
run "layers" lint-imports
run "templates (djade)" templates
run "templates (djlint)" djlint --quiet --lint templates
run "javascript" oxlint --deny-warnings static/js tests/js
run "deployment" deployment
run "migrations" env DEBUG=1 python manage.py makemigrations --check --dry-run
run "lock files" python tools/lock.py --check
wait
failed=
for check in $(seq "$checks"); do
    name=$(cat "$said/$check.name")
    if [ -e "$said/$check.failed" ]; then echo "FAIL  $name"; cat "$said/$check"; failed="$failed $name"; else echo "ok    $name"; fi
done
[ -z "$failed" ] || { echo; echo "Failed:$failed. make fix repairs format."; exit 1; }
