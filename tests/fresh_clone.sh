#!/usr/bin/env bash
# A newcomer's first hour, by hand before a release: a fresh clone, an empty HOME, nothing in the environment.
#   tests/fresh_clone.sh [--user NAME] [--tests]
# Clones this checkout's last commit into a new folder that only its owner can read, plays ./run demo until the page
# is served, stops it, looks for anything left running, starts it again within 15 s, stops it again. `--user` does all
# that as an ordinary account (root only). `--tests` runs ./run test in the clone afterwards.
set -euo pipefail

origin=$(cd -P -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
account='' with_tests=''
while [[ $# -gt 0 ]]; do
    case $1 in
    --user) account=$2 && shift 2 ;;
    --tests) with_tests=1 && shift ;;
    *) sed -n '2,7p' "${BASH_SOURCE[0]}" >&2 && exit 2 ;;
    esac
done

folder=$(mktemp -d /tmp/allmende-fresh-XXXXXX)
port=$((20000 + RANDOM % 20000))
supervisor=''
tidy() {
    [[ -n $supervisor ]] && kill -TERM "$supervisor" 2>/dev/null && wait "$supervisor" 2>/dev/null
    [[ -x $folder/clone/.venv/bin/python ]] && (cd "$folder/clone" && .venv/bin/python -c \
        'from portal import development; development.remove(development.var_folder() / "postgres")') >/dev/null 2>&1
    rm -rf -- "$folder"
}
trap tidy EXIT

git clone --quiet -- "$origin" "$folder/clone"
mkdir "$folder/home"
as=()
if [[ -n $account ]]; then
    chown -R "$account" "$folder"
    as=(setpriv --reuid "$account" --regid "$(id -g "$account")" --clear-groups)
fi
chmod 700 "$folder" "$folder/clone" "$folder/home"
clean=("${as[@]}" env -i HOME="$folder/home" PATH=/usr/local/bin:/usr/bin:/bin)

# Starts the demo and waits for the page; prints the seconds it took.
start() {
    local began=$SECONDS
    (cd "$folder/clone" && exec "${clean[@]}" bash ./run demo --port "$port") >"$folder/demo.log" 2>&1 &
    supervisor=$!
    until grep -qs 'Ctrl-C stops it' "$folder/demo.log"; do
        kill -0 "$supervisor" 2>/dev/null || { cat "$folder/demo.log" >&2 && exit 1; }
        sleep 0.5
    done
    python3 - "$port" <<'PY'
import sys, urllib.request
page = urllib.request.urlopen(f"http://localhost:{sys.argv[1]}/", timeout=20)
assert page.status == 200 and b"<h1" in page.read(), "no page"
PY
    took=$((SECONDS - began))
}

# Stops it as a service manager does; nothing of the clone may run on.
stop() {
    kill -TERM "$supervisor"
    wait "$supervisor" || { echo "the demo ended with status $?" >&2 && exit 1; }
    supervisor=''
    sleep 1
    local left
    left=$(pgrep -af -- "$folder" | grep -v fresh_clone || true)
    [[ -z $left ]] || { printf 'still running:\n%s\n' "$left" >&2 && exit 1; }
}

start
echo "first start: page served after $took s (download, installation and the demo's year included)"
stop
start
echo "second start: $took s"
[[ $took -lt 15 ]] || { echo 'that is too long: 15 s at most' >&2 && exit 1; }
stop
echo 'nothing runs on'
[[ -z $with_tests ]] || (cd "$folder/clone" && "${clean[@]}" bash ./run test)
