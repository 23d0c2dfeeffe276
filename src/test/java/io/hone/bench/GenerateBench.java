package io.hone.bench;

import io.hone.sessions.SessionGenerator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Makes the databases that other measurements read, and keeps them. */
@Command(name = "generate", description = "Make a database with many sessions, kept under target/bench/data-N.")
final class GenerateBench extends Measurement {

    @Option(names = "--sessions", description = "How many (${DEFAULT-VALUE}).")
    private int sessions = 10_000;

    @Option(names = "--recount", description = "Compare the counts with a recount, whatever the size.")
    private boolean recount;

    @Override
    void measure(Report report) throws Exception {
        long start = System.nanoTime();
        Path folder = data(sessions);
        if (recount) {
            SessionGenerator.requireExactCounts(folder);
        }
        report.table("generated", "sessions", "megabytes", "seconds", "folder")
                .row(
                        sessions,
                        Files.size(folder.resolve("hone.db")) / 1e6,
                        TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start) / 1e3,
                        folder.toString());
    }

    /** The data folder with that many sessions, made now if it is not there yet. */
    static Path data(int sessions) throws IOException {
        Path folder = FOLDER.resolve("data-" + sessions);
        SessionGenerator.generate(folder, sessions, text -> progress("%s: %s", folder, text));
        return folder;
    }
}
