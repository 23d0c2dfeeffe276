package io.hone.sessions;

import org.jspecify.annotations.Nullable;

/**
 * A session with what only the database side needs.
 *
 * @param no number of the row, which steps and metrics refer to
 * @param parentNo number of the parent's row, 0 for none
 * @param criteriaNo number of the criteria's row, or null
 * @param leaseExpiresAt UTC epoch milliseconds, or null without a lease
 * @param deletedWith number of the row whose deletion took it to the bin, its own where it was itself; null elsewhere
 */
record SessionRow(
        long no,
        long parentNo,
        @Nullable Long criteriaNo,
        @Nullable Long leaseExpiresAt,
        @Nullable Long deletedWith,
        Session session) {

    SessionRow with(Session changed, @Nullable Long changedCriteriaNo, @Nullable Long changedLease) {
        return new SessionRow(no, parentNo, changedCriteriaNo, changedLease, deletedWith, changed);
    }
}
