package io.hone.sessions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class DurationBinsTest {

    private static final double ERROR = 0.025;
    private static final long YEARS_MS = 1L << 40;

    @Test
    void percentileMs_noSessions_isNull() {
        assertThat(DurationBins.percentileMs(new long[0], 0.5)).isNull();
    }

    @Property
    void percentileMs_isWithinItsErrorOfTheNearestRank(
            @ForAll @Size(min = 1, max = 60) List<@LongRange(min = 0, max = YEARS_MS) Long> durations,
            @ForAll @DoubleRange(min = 0.01, max = 1) double fraction) {
        long[] counts = new long[DurationBins.of(YEARS_MS) + 1];
        durations.forEach(duration -> counts[DurationBins.of(duration)]++);
        List<Long> sorted = durations.stream().sorted().toList();
        double exact = sorted.get(Math.max(1, (int) Math.ceil(sorted.size() * fraction)) - 1);

        // Beside the share there is what a whole millisecond may be off.
        assertThat(DurationBins.percentileMs(counts, fraction)).isCloseTo(exact, within(exact * ERROR + 0.05));
    }

    @Property
    void of_growsWithTheDuration(@ForAll @LongRange(min = 0, max = YEARS_MS) long duration) {
        assertThat(DurationBins.of(duration)).isNotNegative().isLessThanOrEqualTo(DurationBins.of(duration + 1));
    }
}
