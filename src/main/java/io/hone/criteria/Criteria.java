package io.hone.criteria;

import java.io.Serializable;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One version of a named set of criteria; never changed once stored.
 *
 * @param name lower-case letters, digits, dots, dashes, underscores; 1 to 100
 * @param version counts up from 1 for each name
 * @param note what the set is for, or null
 * @param techniques techniques it applies to; empty for all
 * @param criteria 1 to 50
 * @param createdBy account that stored this version
 */
public record Criteria(
        String name,
        int version,
        @Nullable String note,
        List<Technique> techniques,
        List<Criterion> criteria,
        Instant createdAt,
        String createdBy)
        implements Serializable {

    public Criteria {
        techniques = List.copyOf(techniques);
        criteria = List.copyOf(criteria);
    }
}
