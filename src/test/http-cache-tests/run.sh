#!/bin/sh
# Runs the public test-suite of HTTP caches (npm package http-cache-tests) through the gateway of a running Hone and
# writes docs/http-cache-tests.md. Takes Node 20, npm, curl and target/hone.jar: ./hone check, or mvn package.
#
#   src/test/http-cache-tests/run.sh [test-id]
set -eu
cd "$(dirname "$0")/../../.."
version=0.4.5
folder=$(mktemp -d)
origin_port=${ORIGIN_PORT:-18310}
forwarder_port=${FORWARDER_PORT:-18311}
hone_port=${HONE_TEST_PORT:-18312}
stop() {
    kill ${origin:-} ${forwarder:-} ${hone:-} 2>/dev/null || true
    # Hone writes its folder until it has stopped.
    wait 2>/dev/null || true
    rm -rf "$folder"
}
trap stop EXIT

# await FILE WORD: until a server says that it is there
await() {
    tries=0
    until grep -qs "$2" "$folder/$1"; do
        tries=$((tries + 1))
        [ "$tries" -lt 600 ] || { cat "$folder"/*.log >&2; exit 1; }
        sleep 0.2
    done
}

(cd "$folder" && npm install --no-save --no-audit --no-fund --ignore-scripts --omit=dev \
    "http-cache-tests@$version" > npm.log 2>&1) || { cat "$folder/npm.log" >&2; exit 1; }
suite="$folder/node_modules/http-cache-tests"

# The suite counts the calls that reach its origin, and has it fail again and again on purpose.
HONE_RUNTIME_DIR="${HONE_RUNTIME_DIR:-$PWD/target/runtime}" HONE_GATEWAY_RETRIES=0 HONE_GATEWAY_BREAKER_FAILURE_PERCENT=100 \
    java -jar target/hone.jar serve --port "$hone_port" --data "$folder/data" > "$folder/hone.log" 2>&1 &
hone=$!
export npm_config_protocol=http npm_config_port="$origin_port" npm_config_pidfile="$folder/server.pid"
# Where nothing is sent again, a connection that Node gives up after 5 s would be met now and then.
cat > "$folder/patient.mjs" <<'END'
import http from 'http'
const { listen } = http.Server.prototype
http.Server.prototype.listen = function (...where) {
  this.keepAliveTimeout = 300_000
  return listen.apply(this, where)
}
END
(cd "$suite" && exec node --no-warnings --import "$folder/patient.mjs" server/server.mjs > "$folder/origin.log" 2>&1) &
origin=$!
await hone.log "Hone is ready"
await origin.log Listening

# Hone's interface, as its operator: api METHOD PATH BODY
api() {
    curl -sS --fail-with-body -X "$1" -H "Authorization: Bearer $(cat "$folder/data/server/operator-token")" \
        -H 'Content-Type: application/json' -d "$3" "http://127.0.0.1:$hone_port$2"
}
api POST /api/v1/providers "{\"name\": \"suite\", \"kind\": \"generic\", \"allow_private\": true,
    \"base_url\": \"http://127.0.0.1:$origin_port\"}" > "$folder/provider.json"
key=$(api POST /api/v1/keys '{"name": "suite", "role": "reporter"}' \
    | node -e 'let text = ""; process.stdin.on("data", part => { text += part }).on("end", () => console.log(JSON.parse(text).key))')
node --no-warnings src/test/http-cache-tests/forwarder.mjs "$forwarder_port" "$hone_port" suite "$key" \
    > "$folder/forwarder.log" 2>&1 &
forwarder=$!
await forwarder.log Listening

export npm_config_base="http://127.0.0.1:$forwarder_port" npm_config_id="${1:-}" npm_package_config_id=
(cd "$suite" && node --no-warnings cli.mjs) > "$folder/results.json" 2> "$folder/cli.log" || { cat "$folder/cli.log" >&2; exit 1; }
if [ -n "${1:-}" ]; then
    cat "$folder/results.json"
else
    node --no-warnings src/test/http-cache-tests/table.mjs "$suite" "$folder/results.json" "$version" \
        docs/http-cache-tests.md
fi
