package io.hone.bench;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import picocli.CommandLine.Command;

/** Every measurement on something tiny, so that none of them stops working unnoticed; its figures mean nothing. */
@Command(name = "smoke", description = "All of the above, tiny: do they still work? Figures mean nothing.")
final class SmokeBench extends Measurement {

    private static final List<List<String>> TINY = List.of(
            List.of("generate", "--sessions", "500", "--recount"),
            List.of("commits", "--rounds", "1", "--seconds", "0.2"),
            List.of("dashboard", "--small", "500", "--large", "2000", "--seconds", "0.2"),
            List.of("list", "--small", "500", "--large", "2000", "--scanned", "2000", "--seconds", "0.04"),
            List.of("jmh", "--forks", "0", "--iterations", "1", "--seconds", "0.1"),
            List.of("filters", "--rounds", "1", "--seconds", "0.2", "--warm-up", "0.4"),
            List.of(
                    "gateway",
                    "--rounds",
                    "1",
                    "--seconds",
                    "0.2",
                    "--warm-up",
                    "0.2",
                    "--streams",
                    "20",
                    "--chunks",
                    "5"),
            List.of("http", "--stored", "500", "--rounds", "1", "--seconds", "0.2"));

    @Override
    void measure(Report report) throws Exception {
        Table table = report.table("smoke", "measurement", "seconds");
        for (List<String> command : TINY) {
            long start = System.nanoTime();
            String[] args = Stream.concat(
                            command.stream(),
                            Stream.of("--out", FOLDER.resolve("smoke").toString()))
                    .toArray(String[]::new);
            int code = Bench.commandLine().execute(args);
            if (code != 0) {
                throw new IllegalStateException(command + " ended with " + code);
            }
            table.row(command.get(0), TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start) / 1e3);
        }
    }
}
