#!/bin/sh
# Runs the public test-suite of HTTP caches (npm package http-cache-tests) against io.hone.responses.UpstreamCache and
# writes docs/http-cache-tests.md. Takes Node 20, npm and compiled tests: ./hone check, or mvn test-compile.
#
#   src/test/http-cache-tests/run.sh [test-id]
set -eu
cd "$(dirname "$0")/../../.."
version=0.4.5
folder=$(mktemp -d)
origin_port=${ORIGIN_PORT:-18310}
proxy_port=${PROXY_PORT:-18311}
trap 'kill ${origin:-} ${proxy:-} 2>/dev/null || true; rm -rf "$folder"' EXIT

mvn -B -o -q dependency:build-classpath -Dmdep.outputFile="$folder/classpath"
(cd "$folder" && npm install --no-save --no-audit --no-fund --ignore-scripts --omit=dev \
    "http-cache-tests@$version" > npm.log 2>&1) || { cat "$folder/npm.log" >&2; exit 1; }
suite="$folder/node_modules/http-cache-tests"

export npm_config_protocol=http npm_config_port="$origin_port" npm_config_pidfile="$folder/server.pid"
(cd "$suite" && exec node --no-warnings server/server.mjs > "$folder/origin.log" 2>&1) &
origin=$!
java -cp "target/test-classes:target/classes:$(cat "$folder/classpath")" \
    io.hone.responses.UpstreamProxy "$proxy_port" "$origin_port" > "$folder/proxy.log" 2>&1 &
proxy=$!
tries=0
until grep -qs Listening "$folder/proxy.log" && grep -qs Listening "$folder/origin.log"; do
    tries=$((tries + 1))
    [ "$tries" -lt 100 ] || { cat "$folder"/*.log >&2; exit 1; }
    sleep 0.2
done

export npm_config_base="http://127.0.0.1:$proxy_port" npm_config_id="${1:-}" npm_package_config_id=
(cd "$suite" && node --no-warnings cli.mjs) > "$folder/results.json" 2> "$folder/cli.log" || { cat "$folder/cli.log" >&2; exit 1; }
if [ -n "${1:-}" ]; then
    cat "$folder/results.json"
else
    node --no-warnings src/test/http-cache-tests/table.mjs "$suite" "$folder/results.json" "$version" \
        docs/http-cache-tests.md
fi
