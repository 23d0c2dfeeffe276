package io.hone.sessions;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Reading a batch of steps from its bytes: four metrics a step, 16 digits a value, as Python's json module writes them. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class StepBatchReaderBenchmark {

    private static final int METRICS = 4;

    @Param({"100", "10000"})
    private int values;

    private final Instant now = Instant.parse("2026-11-01T12:30:00Z");
    private byte[] body;

    @Setup
    public void setUp() {
        StringBuilder json = new StringBuilder("[");
        for (int step = 0; step < values / METRICS; step++) {
            json.append(step == 0 ? "" : ", ")
                    .append("{\"step\": ")
                    .append(step)
                    .append(", \"metrics\": {");
            for (int metric = 0; metric < METRICS; metric++) {
                json.append(metric == 0 ? "" : ", ")
                        .append("\"metric-")
                        .append(metric)
                        .append("\": ")
                        .append(Math.sin(step + metric));
            }
            json.append("}}");
        }
        body = json.append(']').toString().getBytes(StandardCharsets.UTF_8);
    }

    @Benchmark
    public List<Step> read() throws IOException {
        return StepBatchReader.read(new ByteArrayInputStream(body), now);
    }
}
