#!/usr/bin/env bash
# Compiles what measures and runs one of the measurements; without a name it lists them. Works without a network once
# the build's own dependencies are there. HONE_BENCH_JAVA_OPTS goes to the measuring JVM.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

folder=target/bench
classpath=$folder/classpath
log=$folder/build.log
mkdir -p "$folder"

newer_than() {
    [ ! -f "$1" ] || [ -n "$(find "${@:2}" -newer "$1" -print -quit)" ]
}

# Offline first: nothing is asked of the network that is not missing. What stops both is shown once.
build() {
    mvn -q -B -o "$@" >"$log" 2>&1 || mvn -q -B "$@" >"$log" 2>&1 || {
        cat "$log" >&2
        exit 1
    }
}

if newer_than "$classpath" pom.xml src/main src/test || [ ! -d target/test-classes/io/hone/bench ]; then
    echo "Compiling the measurements ..." >&2
    rm -f "$classpath"
    build test-compile dependency:build-classpath -Dmdep.outputFile="$classpath.new" -Dmdep.includeScope=test
    mv "$classpath.new" "$classpath"
fi

# Some measure the packaged server.
case "${1:-}" in
filters | gateway | http | smoke)
    if newer_than target/hone.jar pom.xml src/main; then
        echo "Building Hone ..." >&2
        build -DskipTests package
    fi
    ;;
esac

# What the gateway is measured beside: fetched once into the build's folder, and left out where it cannot be had.
peers=$folder/peers
fetch_portkey() {
    [ -d "$peers/portkey/node_modules" ] && return
    rm -rf "$peers/portkey" && mkdir -p "$peers/portkey"
    npm install --prefix "$peers/portkey" --no-audit --no-fund --ignore-scripts --loglevel=error \
        "@portkey-ai/gateway@1.15.2" >"$log" 2>&1 || { rm -rf "$peers/portkey"; return 1; }
}
# Taken out of the packages, so that no service starts here.
fetch_varnish() {
    [ -x "$peers/varnish/usr/sbin/varnishd" ] && return
    rm -rf "$peers/varnish" && mkdir -p "$peers/varnish"
    (cd "$peers/varnish" && apt-get download -qq varnish libvarnishapi3 varnish-modules libjemalloc2 \
        && for package in *.deb; do dpkg -x "$package" .; done) >"$log" 2>&1 || { rm -rf "$peers/varnish"; return 1; }
}
if [ "${1:-}" = gateway ]; then
    for peer in portkey varnish; do
        "fetch_$peer" || echo "gateway: $peer cannot be had here ($log tells why); measured without it" >&2
    done
fi

# Unset what would configure the servers that are measured.
java_options=${HONE_BENCH_JAVA_OPTS:-}
for name in $(env | sed -n 's/^\(HONE_[A-Z_]*\)=.*/\1/p'); do unset "$name"; done

exec java -Xmx2g $java_options -cp "target/test-classes:target/classes:$(cat "$classpath")" io.hone.bench.Bench "$@"
