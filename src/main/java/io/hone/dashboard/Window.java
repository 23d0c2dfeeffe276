package io.hone.dashboard;

import io.hone.sessions.Grain;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How far back statistics look: whole buckets, the current one included. */
enum Window {
    DAY("24h", Grain.HOUR, 24),
    WEEK("7d", Grain.DAY, 7),
    MONTH("30d", Grain.DAY, 30),
    ALL("all", Grain.MONTH, 0);

    /** Months that the timeline of {@link #ALL} shows at most: ten years. */
    private static final int MOST_MONTHS = 120;

    private final String label;
    private final Grain grain;
    private final int buckets;

    Window(String label, Grain grain, int buckets) {
        this.label = label;
        this.grain = grain;
        this.buckets = buckets;
    }

    String label() {
        return label;
    }

    Grain grain() {
        return grain;
    }

    /** The first bucket, seen from a time. */
    Instant from(Instant now) {
        return this == ALL ? Instant.EPOCH : grain.plus(grain.bucketOf(now), 1L - buckets);
    }

    /**
     * The first bucket of the timeline.
     *
     * @param firstUsed first bucket in which something happened, or null
     */
    Instant timelineFrom(Instant now, @Nullable Instant firstUsed) {
        if (this != ALL) {
            return from(now);
        }
        Instant current = grain.bucketOf(now);
        Instant earliest = grain.plus(current, 1L - MOST_MONTHS);
        return firstUsed == null ? current : firstUsed.isBefore(earliest) ? earliest : firstUsed;
    }

    static List<String> labels() {
        return Arrays.stream(values()).map(Window::label).toList();
    }

    static Window of(String label) {
        return Arrays.stream(values())
                .filter(window -> window.label.equals(label))
                .findFirst()
                .orElseThrow();
    }
}
