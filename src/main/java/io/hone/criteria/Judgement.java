package io.hone.criteria;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a session stands against its criteria.
 *
 * @param score weight of what is met as a share of all weight, 0 to 1
 * @param results one a criterion, in their order
 */
public record Judgement(Verdict verdict, double score, List<Result> results) {

    public Judgement {
        results = List.copyOf(results);
    }

    /**
     * How it stands against one criterion.
     *
     * @param bound what the metric was compared with; null where the baseline lacks it
     * @param actual last value of the metric, maybe NaN; null where none was reported
     * @param met null while it cannot be told
     * @param missedBy distance from the bound; null unless missed by a finite amount
     * @param reason why it cannot be told, or why it is missed without a distance; else null
     */
    public record Result(
            String metric,
            Operator op,
            double value,
            @Nullable Reference relativeTo,
            boolean required,
            double weight,
            @Nullable Double bound,
            @Nullable Double actual,
            @Nullable Boolean met,
            @Nullable Double missedBy,
            @Nullable String reason) {}
}
