package io.hone.tool.demo;

import io.hone.tool.LocalServer;
import java.io.PrintWriter;
import java.net.URI;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * {@code ./hone demo}: trains a small network on generated data, compresses it in several ways, measures each result,
 * and reports all of it through the public REST API while it happens. Then looks for a prompt, by calls through the
 * server's gateway to a stub provider of its own.
 *
 * <p>Exit codes: 0 when all sessions were reported to their end (whatever their verdicts), 1 when the server cannot
 * be reached or refuses a report, 2 for wrong options, 130 when stopped. Sessions under way when it stops early are
 * set to cancelled.
 */
@Command(
        name = "demo",
        description = {
            "Computes a real, small optimization and reports it to a running server:",
            "trains a network, then quantizes, prunes and distils it, several sessions at once;",
            "then looks for a prompt through the gateway, at a stub provider in this process."
        })
public final class DemoCommand implements Callable<Integer> {

    private static final int STOPPED = 130; // as shells report SIGINT
    private static final int MOST_PARALLEL = 64;
    private static final long PATIENCE_SECONDS = 10;

    private final Clocks clocks;
    private final StopSignal stop;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help and exit.")
    @SuppressWarnings("unused") // picocli reads it
    private boolean help;

    @Option(
            names = "--url",
            paramLabel = "URL",
            defaultValue = "${env:HONE_URL:-http://127.0.0.1:8080}",
            description = "Address of the server (HONE_URL; default: http://127.0.0.1:8080).")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private String url;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "42",
            description = "Seed of data and weights; the same seed gives the same models (default: 42).")
    private long seed;

    @Option(names = "--quick", description = "Smaller networks and less data: a few seconds instead of about a minute.")
    private boolean quick;

    @Option(
            names = "--key",
            paramLabel = "KEY",
            defaultValue = "${env:HONE_KEY}",
            description =
                    "API key, sent as bearer token (HONE_KEY; default: the server's own, where it runs on this machine).")
    private @Nullable String key;

    @Option(
            names = "--parallel",
            paramLabel = "N",
            defaultValue = "3",
            description = "Sessions computed at a time, 1 to 64 (default: 3).")
    private int parallel;

    /** The command as the tool runs it, on the system's clocks. */
    public DemoCommand() {
        this(Clocks.system(), new StopSignal());
    }

    DemoCommand(Clocks clocks, StopSignal stop) {
        this.clocks = clocks;
        this.stop = stop;
    }

    /** Runs the demonstration and returns the exit code. */
    @Override
    public Integer call() {
        URI server = server();
        if (parallel < 1 || parallel > MOST_PARALLEL) {
            throw new ParameterException(
                    spec.commandLine(), "--parallel is %d, not 1 to %d".formatted(parallel, MOST_PARALLEL));
        }
        PrintWriter out = spec.commandLine().getOut();
        Reporter reporter =
                new Reporter(server, key == null || key.isBlank() ? LocalServer.tokenFor(server) : key, stop);
        Board board = new Board(reporter, clocks, out);
        ExecutorService pool = Executors.newFixedThreadPool(parallel);
        Thread hook = new Thread(() -> end(pool, board), "demo-stop");
        Runtime.getRuntime().addShutdownHook(hook);
        try {
            return run(server, reporter, board, pool);
        } finally {
            end(pool, board);
            forget(hook);
        }
    }

    private int run(URI server, Reporter reporter, Board board, ExecutorService pool) {
        PrintWriter out = spec.commandLine().getOut();
        try {
            Goals.put(reporter);
            out.printf("Reporting to %s/ with seed %d%n", server, seed);
            Workload workload = quick ? Workload.quick() : Workload.full();
            Laboratory laboratory = Laboratory.furnish(workload, seed, clocks, board, stop);
            new Experiments(laboratory, new Tasks(pool, stop)).run();
            new PromptSearch(server, reporter, board, out, seed, stop).run();
            board.printTable();
            out.printf("See it at %s/%n", server);
            out.flush();
            return 0;
        } catch (ReportingException e) {
            spec.commandLine().getErr().println(e.getMessage());
            return 1;
        } catch (CancellationException e) {
            spec.commandLine().getErr().println("Stopped.");
            return STOPPED;
        }
    }

    /** Lets the threads see the stop signal, then cancels what they left open. Harmless when all is done. */
    private void end(ExecutorService pool, Board board) {
        stop.give();
        pool.shutdown();
        try {
            if (!pool.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                pool.shutdownNow();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        board.cancelOpen();
    }

    private static void forget(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The JVM is stopping: the hook runs already, and finds nothing left to do.
        }
    }

    private URI server() {
        String trimmed = url.strip().replaceAll("/+$", "");
        try {
            URI server = URI.create(trimmed);
            if (server.getHost() != null
                    && ("http".equals(server.getScheme()) || "https".equals(server.getScheme()))
                    && server.getQuery() == null
                    && server.getFragment() == null) {
                return server;
            }
        } catch (IllegalArgumentException e) {
            // Said below, as for any other text that is no address.
        }
        throw new ParameterException(
                spec.commandLine(), "--url is \"%s\", not an address like http://127.0.0.1:8080".formatted(url));
    }
}
