package io.hone.bench;

import io.hone.process.ServerProcess;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Another gateway or cache, from a folder that {@code bench.sh} put it into, in a process of its own. */
final class GatewayPeer implements AutoCloseable {

    private static final long READY_WITHIN_SECONDS = 60;

    private final Process process;
    private final InetSocketAddress address;

    private GatewayPeer(Process process, int port) {
        this.process = process;
        this.address = new InetSocketAddress("127.0.0.1", port);
    }

    /** Portkey's open-source gateway as npm has it. */
    static GatewayPeer portkey(Path folder, Path log) throws IOException, InterruptedException {
        int port = ServerProcess.freePort();
        Path script = folder.resolve("node_modules/@portkey-ai/gateway/build/start-server.js");
        return start(
                log,
                port,
                Map.of("TRUSTED_CUSTOM_HOSTS", "127.0.0.1,localhost", "NODE_ENV", "production"),
                "node",
                script.toString(),
                "--port=" + port,
                "--headless");
    }

    /** Debian's Varnish, which keeps answers to POST by their body. */
    static GatewayPeer varnish(Path folder, Path work, int provider, Path log)
            throws IOException, InterruptedException {
        int port = ServerProcess.freePort();
        Path vcl = work.resolve("bench.vcl");
        Files.writeString(vcl, """
                vcl 4.1;
                import std;
                import bodyaccess;
                backend provider { .host = "127.0.0.1"; .port = "%d"; }
                sub vcl_recv {
                    unset req.http.Authorization;
                    set req.http.X-Method = req.method;
                    std.cache_req_body(64KB);
                    return (hash);
                }
                sub vcl_hash { bodyaccess.hash_req_body(); }
                sub vcl_backend_fetch { set bereq.method = bereq.http.X-Method; }
                sub vcl_backend_response { set beresp.ttl = 1h; }
                """.formatted(provider));
        Path root = folder.toAbsolutePath();
        Path library = root.resolve("usr/lib/x86_64-linux-gnu");
        return start(
                log,
                port,
                Map.of("LD_LIBRARY_PATH", library + ":" + library.resolve("varnish")),
                root.resolve("usr/sbin/varnishd").toString(),
                "-F",
                "-a",
                "127.0.0.1:" + port,
                "-f",
                vcl.toAbsolutePath().toString(),
                "-n",
                work.toAbsolutePath().resolve("instance").toString(),
                "-s",
                "malloc,64m",
                "-j",
                "none",
                "-p",
                "vmod_path=" + library.resolve("varnish/vmods"));
    }

    private static GatewayPeer start(Path log, int port, Map<String, String> environment, String... command)
            throws IOException, InterruptedException {
        ProcessBuilder builder =
                new ProcessBuilder(List.of(command)).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().putAll(environment);
        GatewayPeer peer = new GatewayPeer(builder.start(), port);
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(READY_WITHIN_SECONDS);
        BooleanSupplier late = () -> System.nanoTime() > deadline;
        while (!peer.listens()) {
            if (late.getAsBoolean() || peer.process.waitFor(100, TimeUnit.MILLISECONDS)) {
                peer.close();
                throw new IOException("%s does not start: %s".formatted(command[0], Files.readString(log)));
            }
        }
        return peer;
    }

    private boolean listens() {
        try (Socket socket = new Socket()) {
            socket.connect(address);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    InetSocketAddress address() {
        return address;
    }

    @Override
    public void close() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(READY_WITHIN_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
        }
    }
}
