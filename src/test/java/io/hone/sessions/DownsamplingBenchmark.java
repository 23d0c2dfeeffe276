package io.hone.sessions;

import io.hone.sessions.StepRepository.Point;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** A chart of 1,000 points from a series of a million, a noisy curve of loss. Needs about 100 MB of heap. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
public class DownsamplingBenchmark {

    private static final int POINTS = 1_000_000;
    private static final int WANTED = 1_000;

    private final Random random = new Random(42);
    private final List<Point> points = IntStream.range(0, POINTS)
            .mapToObj(step -> new Point(step, step, 100.0 / (step + 100) + random.nextGaussian() / 50))
            .toList();

    @Benchmark
    public Object largestTriangleThreeBuckets() {
        return Downsampling.largestTriangleThreeBuckets(points, WANTED);
    }
}
