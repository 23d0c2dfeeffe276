package io.hone.sessions;

import io.hone.criteria.Judgement;
import io.hone.criteria.Verdict;
import io.hone.sessions.Session.CriteriaVersion;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a session stands against its criteria, as it was last judged.
 *
 * @param verdict null without criteria
 * @param score weight of what is met as a share of all weight; null before the first judgement
 * @param criteria version it was judged by
 * @param newestVersion newest version of those criteria; null when they were deleted or there are none
 * @param results one a criterion; empty before the first judgement
 */
public record VerdictDocument(
        @Nullable Verdict verdict,
        @Nullable Double score,
        @Nullable CriteriaVersion criteria,
        @Nullable Baseline baseline,
        @Nullable Integer newestVersion,
        List<Judgement.Result> results) {

    public VerdictDocument {
        results = List.copyOf(results);
    }
}
