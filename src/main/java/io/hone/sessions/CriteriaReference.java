package io.hone.sessions;

import io.hone.criteria.CriteriaSets;
import io.hone.criteria.StoredCriteria;
import io.hone.http.ProblemException;
import java.util.Map;

/** Reads the {@code criteria} member of a new session: a name for its newest version, or a name and a version. */
final class CriteriaReference {

    private CriteriaReference() {}

    /** @throws ProblemException 422 where it is neither, or names criteria that do not exist */
    static StoredCriteria resolve(Object json, CriteriaSets criteria) {
        if (json instanceof String name) {
            return criteria.newest(name).orElseThrow(() -> missing("there are no criteria " + name));
        }
        if (json instanceof Map<?, ?> map
                && map.size() == 2
                && map.get("name") instanceof String name
                && map.get("version") instanceof Integer version
                && version > 0) {
            return criteria.version(name, version)
                    .orElseThrow(() -> missing("there are no criteria %s version %d".formatted(name, version)));
        }
        throw missing("is neither a name nor an object of name and version");
    }

    private static ProblemException missing(String detail) {
        return ProblemException.invalid("/criteria", detail);
    }
}
