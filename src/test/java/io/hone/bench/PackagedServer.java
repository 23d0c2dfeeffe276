package io.hone.bench;

import io.hone.process.ServerProcess;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Pattern;

/** A server from a jar, as users start it: its log goes into a file. */
final class PackagedServer implements AutoCloseable {

    /** The jar that is shipped. */
    static final Path JAR = Path.of("target", "hone.jar");

    private static final Pattern READY = Pattern.compile("Hone is ready at (http://\\S+)");
    private static final String JAR_PROPERTY = "hone.jar";

    private final ServerProcess process;

    private PackagedServer(ServerProcess process) {
        this.process = process;
    }

    /** Starts a jar on a data folder; {@link #awaitReady} waits for it. */
    static PackagedServer launch(Path jar, Path data) throws IOException {
        if (!Files.exists(jar)) {
            throw new IOException("There is no %s; run mvn -DskipTests package".formatted(jar));
        }
        String before = System.setProperty(JAR_PROPERTY, jar.toString());
        System.setProperty(ServerProcess.BOTH_COMPILERS, "true");
        try {
            return new PackagedServer(ServerProcess.launch(
                    data,
                    Map.of(
                            "HONE_RUNTIME_DIR",
                            Measurement.FOLDER
                                    .resolve("runtime")
                                    .toAbsolutePath()
                                    .toString())));
        } finally {
            System.clearProperty(ServerProcess.BOTH_COMPILERS);
            if (before == null) {
                System.clearProperty(JAR_PROPERTY);
            } else {
                System.setProperty(JAR_PROPERTY, before);
            }
        }
    }

    void awaitReady() throws IOException, InterruptedException {
        process.awaitOutput(READY);
    }

    ServerProcess process() {
        return process;
    }

    /** The requests of somebody who may do everything. */
    HttpRequests requests() throws IOException {
        return new HttpRequests(process.operatorToken());
    }

    InetSocketAddress address() {
        return new InetSocketAddress("127.0.0.1", process.port());
    }

    /** Processor time used since its start; the system counts it in hundredths of a second. */
    Duration processorTime() {
        return process.process().info().totalCpuDuration().orElse(Duration.ZERO);
    }

    @Override
    public void close() throws InterruptedException {
        process.terminate();
    }
}
