package io.hone.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class EpochsTest {

    private final Epochs epochs = new Epochs();

    @Test
    void of_withoutChange_staysTheSame() {
        assertThat(epochs.of("a")).isEqualTo(epochs.of("a"));
    }

    @Test
    void advance_tag_movesItAlone() {
        long a = epochs.of("a");
        long b = epochs.of("b");
        epochs.advance("a");
        assertThat(epochs.of("a")).isNotEqualTo(a);
        assertThat(epochs.of("b")).isEqualTo(b);
    }

    @Test
    void ofSeveral_changesWithEachOfThem() {
        List<String> tags = List.of("a", "b");
        long before = epochs.of(tags);
        epochs.advance("b");
        assertThat(epochs.of(tags)).isNotEqualTo(before);
        assertThat(epochs.of(List.of())).isZero();
    }

    @Test
    void advance_byManyThreads_neverRepeats() {
        Set<Long> seen = ConcurrentHashMap.newKeySet();
        seen.add(epochs.of("a"));
        IntStream.range(0, 8).parallel().forEach(thread -> {
            for (int i = 0; i < 1_000; i++) {
                long before = epochs.of("a");
                epochs.advance("a");
                assertThat(epochs.of("a")).isNotEqualTo(before);
                seen.add(epochs.of("a"));
            }
        });
        assertThat(seen).hasSizeGreaterThan(1_000);
    }

    @Test
    void restart_meetsNoEpochOfBefore() {
        assertThat(new Epochs().of("a")).isNotEqualTo(epochs.of("a"));
    }

    @Test
    void tags_areSpreadOverThePlaces() {
        assertThat(IntStream.range(0, 10_000)
                        .mapToObj(i -> Epochs.place("session:" + i))
                        .distinct()
                        .count())
                .isGreaterThan(9_000);
    }
}
