package io.hone.bench;

import io.hone.criteria.Criterion;
import io.hone.criteria.Judge;
import io.hone.criteria.Judgement;
import io.hone.criteria.Operator;
import io.hone.criteria.Reference;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Judging a session, as every batch of steps does in the writing transaction: half of the criteria use the baseline. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class JudgeBenchmark {

    @Param({"4", "32"})
    private int criteria;

    private final List<Criterion> all = new ArrayList<>();
    private final Map<String, Double> metrics = new HashMap<>();
    private final Map<String, Double> baseline = new HashMap<>();

    @Setup
    public void setUp() {
        for (int i = 0; i < criteria; i++) {
            String metric = "metric-" + i;
            Operator[] operators = Operator.values();
            Reference reference = i % 2 == 0 ? null : new Reference(null);
            all.add(new Criterion(metric, operators[i % operators.length], 0.98, reference, 1, true));
            metrics.put(metric, 0.5 + i / 100.0);
            baseline.put(metric, 0.5);
        }
    }

    @Benchmark
    public Judgement judge() {
        return Judge.judge(all, metrics, baseline);
    }
}
