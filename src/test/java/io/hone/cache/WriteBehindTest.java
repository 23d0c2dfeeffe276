package io.hone.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hone.metrics.Metrics;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class WriteBehindTest {

    private final List<Map<String, Long>> stored = new ArrayList<>();
    private final Metrics metrics = new Metrics();
    private RuntimeException failure;
    private Runnable meanwhile = () -> {};
    private final WriteBehind<String, Long> changes = new WriteBehind<>(
            "test",
            3,
            Math::max,
            batch -> {
                meanwhile.run();
                if (failure != null) {
                    throw failure;
                }
                stored.add(batch);
            },
            metrics);

    @Test
    void changesOfAKey_areWrittenAsOne() {
        changes.add("a", 1L);
        changes.add("a", 3L);
        changes.add("a", 2L);
        changes.add("b", 1L);
        changes.flush();
        changes.flush();

        assertThat(stored).containsExactly(Map.of("a", 3L, "b", 1L));
        assertThat(count("added")).isEqualTo(4);
        assertThat(count("written")).isEqualTo(2);
    }

    @Test
    void changeDuringTheWrite_waitsForTheNext() {
        changes.add("a", 1L);
        meanwhile = () -> changes.add("a", 2L);
        changes.flush();
        meanwhile = () -> {};
        changes.flush();

        assertThat(stored).containsExactly(Map.of("a", 1L), Map.of("a", 2L));
    }

    @Test
    void failedWrite_isTriedAgain() {
        changes.add("a", 1L);
        failure = new IllegalStateException("no disk");
        assertThatThrownBy(changes::flush).isSameAs(failure);
        failure = null;
        changes.flush();

        assertThat(stored).containsExactly(Map.of("a", 1L));
    }

    @Test
    void moreKeysThanTheBound_areDropped_andCounted() {
        for (String key : List.of("a", "b", "c", "d", "a", "e")) {
            changes.add(key, 1L);
        }
        changes.flush();

        assertThat(stored).singleElement().satisfies(batch -> assertThat(batch).containsOnlyKeys("a", "b", "c"));
        assertThat(count("dropped")).isEqualTo(2);
    }

    @Test
    void manyThreads_loseNoMaximum() {
        IntStream.rangeClosed(1, 10_000).parallel().forEach(i -> {
            changes.add("a", (long) i);
            if (i % 1_000 == 0) {
                synchronized (stored) {
                    changes.flush();
                }
            }
        });
        changes.flush();
        assertThat(stored.stream().mapToLong(batch -> batch.get("a")).max()).hasValue(10_000);
    }

    private double count(String result) {
        return metrics.registry()
                .get("hone.write.behind.changes")
                .tag("result", result)
                .functionCounter()
                .count();
    }
}
