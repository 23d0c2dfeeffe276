package io.hone.sessions;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Values of one metric.
 *
 * @param points each is {@code [step, at, value]}
 * @param total values there are in the range asked for, as far as they were read
 * @param downsampled whether {@code points} is a choice of them
 * @param nextFrom where to read on; null at the end
 */
public record Series(
        String metric,
        List<List<Object>> points,
        int total,
        boolean downsampled,
        @Nullable Long nextFrom) {

    public Series {
        points = List.copyOf(points);
    }
}
