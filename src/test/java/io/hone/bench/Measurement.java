package io.hone.bench;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** One thing to measure: a command that fills a report. */
@Command(mixinStandardHelpOptions = true)
abstract class Measurement implements Callable<Integer> {

    /** Where measurements keep what they need and find: below the build, so that a clean build has none of it. */
    static final Path FOLDER = Path.of("target", "bench");

    @Spec
    private CommandSpec spec;

    @Option(names = "--out", description = "Folder of the JSON report (${DEFAULT-VALUE}).")
    private Path out = FOLDER;

    /** Measures. */
    abstract void measure(Report report) throws Exception;

    @Override
    public final Integer call() throws Exception {
        Report report = new Report(spec.name());
        measure(report);
        report.finish(out);
        return 0;
    }

    /** Tells on the error stream what is going on, since measuring takes its time. */
    static void progress(String format, Object... values) {
        System.err.printf(format + "%n", values);
    }

    static Duration seconds(double seconds) {
        return Duration.ofNanos((long) (seconds * 1e9));
    }
}
