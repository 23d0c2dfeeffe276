package io.hone.bench;

import java.nio.file.Files;
import java.util.Collection;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Runs the JMH benchmarks of the hot paths; JMH's own result is kept beside the report. */
@Command(name = "jmh", description = "JMH benchmarks of the hot paths, or those whose name matches PATTERN.")
final class JmhBench extends Measurement {

    @Parameters(arity = "0..1", paramLabel = "PATTERN", description = "Regular expression (all).")
    private String pattern = ".*";

    @Option(names = "--forks", description = "Processes for each; 0 for this one (${DEFAULT-VALUE}).")
    private int forks = 1;

    @Option(names = "--iterations", description = "Iterations for each, after as many to warm up (${DEFAULT-VALUE}).")
    private int iterations = 4;

    @Option(names = "--seconds", description = "Time for an iteration (${DEFAULT-VALUE}).")
    private double seconds = 1;

    @Option(names = "--profiler", description = "A profiler of JMH's, such as gc or jfr.")
    private String profiler;

    @Override
    void measure(Report report) throws Exception {
        Files.createDirectories(FOLDER);
        ChainedOptionsBuilder options = new OptionsBuilder()
                .include(pattern)
                .forks(forks)
                .warmupIterations(iterations)
                .warmupTime(TimeValue.milliseconds((long) (seconds * 1e3)))
                .measurementIterations(iterations)
                .measurementTime(TimeValue.milliseconds((long) (seconds * 1e3)))
                .shouldFailOnError(true)
                .verbosity(VerboseMode.SILENT)
                .resultFormat(ResultFormatType.JSON)
                .result(FOLDER.resolve("jmh-results.json").toString());
        if (profiler != null) {
            options.addProfiler(profiler);
        }
        progress("jmh: %s", pattern);
        Collection<RunResult> results = new Runner(options.build()).run();
        Table table = report.table("JMH, average time", "benchmark", "parameters", "score", "error", "unit");
        for (RunResult result : results) {
            Result<?> score = result.getPrimaryResult();
            String name = result.getParams().getBenchmark();
            table.row(
                    name.substring(name.lastIndexOf('.', name.lastIndexOf('.') - 1) + 1),
                    parameters(result),
                    score.getScore(),
                    Double.isNaN(score.getScoreError()) ? 0.0 : score.getScoreError(),
                    score.getScoreUnit());
        }
        report.note("error: half of the 99.9%% confidence interval");
    }

    private static String parameters(RunResult result) {
        StringBuilder text = new StringBuilder();
        for (String key : result.getParams().getParamsKeys()) {
            text.append(text.isEmpty() ? "" : ", ")
                    .append(key)
                    .append('=')
                    .append(result.getParams().getParam(key));
        }
        return text.toString();
    }
}
