package io.hone.tool.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DatasetTest {

    @Test
    void spirals_sameSeed_samePoints() {
        Dataset one = Dataset.spirals(100, 5, 0.03, 42);
        Dataset other = Dataset.spirals(100, 5, 0.03, 42);
        Dataset different = Dataset.spirals(100, 5, 0.03, 43);
        for (int i = 0; i < 100; i++) {
            assertThat(one.point(i)).isEqualTo(other.point(i)).isNotEqualTo(different.point(i));
            assertThat(one.label(i)).isEqualTo(other.label(i));
        }
    }

    @Test
    void spirals_manyPoints_classesAreEqualInSize() {
        Dataset data = Dataset.spirals(1_000, 5, 0.03, 42);
        for (int label = 0; label < 5; label++) {
            int wanted = label;
            assertThat(IntStream.range(0, 1_000).filter(i -> data.label(i) == wanted))
                    .hasSize(200);
        }
    }

    @Test
    void slice_partsOfOneWhole_doNotOverlap() {
        Dataset all = Dataset.spirals(10, 2, 0.03, 42);
        Dataset first = all.slice(0, 6);
        Dataset rest = all.slice(6, 10);
        assertThat(first.size() + rest.size()).isEqualTo(10);
        assertThat(first.point(5)).isSameAs(all.point(5));
        assertThat(rest.point(0)).isSameAs(all.point(6));
    }

    @Test
    void spirals_oneClass_isRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> Dataset.spirals(10, 1, 0.03, 42));
    }
}
