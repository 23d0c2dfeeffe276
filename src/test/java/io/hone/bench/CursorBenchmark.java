package io.hone.bench;

import io.hone.http.Cursor;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** The cursor of the session list: written with every page, read with every page but the first. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class CursorBenchmark {

    private static final String LIST = "sessions -created_at";

    private final Cursor cursor = new Cursor(LIST, List.of("0", "1.793512345678E12", "987654"));
    private final String encoded = cursor.encode();

    @Benchmark
    public String encode() {
        return cursor.encode();
    }

    @Benchmark
    public long decode() {
        return Cursor.decode(encoded, LIST, 3).number(2);
    }
}
