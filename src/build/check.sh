#!/usr/bin/env bash
# Every check there is: format, compile with lints, unit and store tests, the packaged server in its container, as
# processes and in a browser. Installs what it needs. Further arguments go to Maven.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

tools=$PWD/target/tools
mkdir -p "$tools"

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}

need_apt() {
    if ! command -v apt-get >/dev/null; then
        echo "check needs $1: install it, or run on Debian or Ubuntu, where it is installed for you" >&2
        exit 1
    fi
}

find_browser() {
    for name in chromium chromium-browser google-chrome; do
        command -v "$name" && return
    done
}

browser=${HONE_TEST_BROWSER:-$(find_browser || true)}
if [ -z "$browser" ]; then
    need_apt Chromium
    echo "Installing Chromium for the browser tests ..." >&2
    as_root apt-get update -qq
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium >/dev/null
    browser=$(find_browser)
fi

# promtool is part of Debian's prometheus; taken out of the package, so that no service starts here.
promtool=$(command -v promtool || true)
if [ -z "$promtool" ]; then
    promtool=$tools/promtool
    if [ ! -x "$promtool" ]; then
        need_apt promtool
        echo "Fetching promtool ..." >&2
        package=$(mktemp -d)
        chmod 755 "$package"
        (cd "$package" && { apt-get download -qq prometheus || { as_root apt-get update -qq && apt-get download -qq prometheus; }; })
        dpkg -x "$package"/prometheus_*.deb "$package/root"
        cp "$package/root/usr/bin/promtool" "$promtool"
        rm -rf "$package"
    fi
fi

# Unset what would configure the servers under test.
for name in $(env | sed -n 's/^\(HONE_[A-Z_]*\)=.*/\1/p'); do unset "$name"; done

exec mvn -B -ntp spotless:check verify -Dbrowser="$browser" -Dpromtool="$promtool" "$@"
