package io.hone.failures;

import io.hone.criteria.Technique;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** What it costs to know what a failure means: by all rules, and from the cache; one message of the corpus after another. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class FailureAnalysisBenchmark {

    private final Failures failures = new FailuresFixture().failures;
    private final String[] messages =
            Corpus.ALL.stream().map(Corpus.Line::message).toArray(String[]::new);
    private int next;

    @Benchmark
    public Guidance analyzed() {
        return failures.decide(MessageText.of(message()), null, null, Technique.QUANTIZATION, null);
    }

    @Benchmark
    public Guidance cached() {
        return failures.analyze(message(), null, null, Technique.QUANTIZATION);
    }

    private String message() {
        next = next + 1 == messages.length ? 0 : next + 1;
        return messages[next];
    }
}
