package io.hone.criteria;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * One condition on one metric.
 *
 * @param metric name of the metric; 1 to 200 characters
 * @param op how it is compared with the bound
 * @param value the bound, or the factor of what it is relative to
 * @param relativeTo null where {@code value} is the bound itself
 * @param weight share in the score; over 0, at most 1,000
 * @param required whether the verdict depends on it
 */
public record Criterion(
        String metric, Operator op, double value, @Nullable Reference relativeTo, double weight, boolean required)
        implements Serializable {

    /** Characters of a metric's name. */
    public static final int LONGEST_METRIC = 200;
}
