package io.hone.responses;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonValue;
import io.hone.http.Json;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The rules in force.
 *
 * @param version counts what was stored; 0 where nothing was
 * @param source where they come from
 * @param updatedAt when they were stored, or null
 * @param updatedBy who stored them, or null
 * @param rules in order; the first that matches wins
 */
public record CacheRuleSet(
        long version,
        Source source,
        @Nullable Instant updatedAt,
        @Nullable String updatedBy,
        List<CacheRule> rules) {

    /** Where rules come from. */
    public enum Source {
        DEFAULT,
        FILE,
        STORED;

        @JsonValue
        String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public CacheRuleSet {
        rules = List.copyOf(rules);
    }

    /** Rules that are not stored. */
    static CacheRuleSet initial(Source source, List<CacheRule> rules) {
        return new CacheRuleSet(0, source, null, null, rules);
    }

    /**
     * A number for the entity tag: the version, or one below 0 made from the rules, since another file after a restart
     * has no other version.
     */
    @JsonIgnore
    long tag() {
        return version > 0
                ? version
                : -1 - Integer.toUnsignedLong(Json.write(rules).hashCode());
    }
}
