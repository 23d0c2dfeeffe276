package io.hone.responses;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.greenbytes.http.sfv.Parameters;
import org.greenbytes.http.sfv.TokenItem;

/** Values of {@code Cache-Status} (RFC 9211). */
public final class CacheStatus {

    /** Name of the field. */
    public static final String FIELD = "Cache-Status";

    private static final TokenItem HONE = TokenItem.valueOf("hone");

    /** Why a request went on (RFC 9211, section 2.2). */
    public enum Forward {
        BYPASS("bypass"),
        METHOD("method"),
        MISS("miss"),
        URI_MISS("uri-miss"),
        VARY_MISS("vary-miss"),
        REQUEST("request"),
        STALE("stale"),
        /** Fresh, and treated as if it were not: an answer in demand is made anew before its end. */
        AHEAD("stale", "ahead"),
        PARTIAL("partial");

        @SuppressWarnings("ImmutableEnumChecker") // it is, though the library does not say so
        private final Map<String, Object> parameters;

        /** Most answers say no more than this. */
        private final String alone;

        Forward(String token) {
            parameters = Map.of("fwd", TokenItem.valueOf(token));
            alone = serialize(parameters);
        }

        Forward(String token, String detail) {
            Map<String, Object> both = new LinkedHashMap<>();
            both.put("fwd", TokenItem.valueOf(token));
            both.put("detail", TokenItem.valueOf(detail));
            parameters = Collections.unmodifiableMap(both);
            alone = serialize(parameters);
        }

        /** Went on, and nothing was kept. */
        public String value() {
            return alone;
        }
    }

    private CacheStatus() {}

    /** Answered from what is held, which stays fresh that long; negative where it is stale. */
    public static String hit(long leftMs) {
        Map<String, Object> parameters = new LinkedHashMap<>();
        parameters.put("hit", true);
        parameters.put("ttl", Math.floorDiv(leftMs, 1_000L));
        return serialize(parameters);
    }

    /**
     * Joined a request that went on for the same answer, and was not over yet.
     *
     * @param why that one went on
     */
    public static String joined(Forward why) {
        Map<String, Object> parameters = new LinkedHashMap<>(why.parameters);
        parameters.put("collapsed", true);
        return serialize(parameters);
    }

    /**
     * Went on past the cache.
     *
     * @param detail why: lower-case words joined by dashes
     */
    public static String bypass(String detail) {
        Map<String, Object> parameters = new LinkedHashMap<>(Forward.BYPASS.parameters);
        parameters.put("detail", TokenItem.valueOf(detail));
        return serialize(parameters);
    }

    /** Neither answered nor went on: only what is kept was asked for. */
    static String nothing() {
        return HONE.serialize();
    }

    /** Went on, and the answer was kept, which stays fresh that long. */
    static String stored(Forward why, long leftMs) {
        Map<String, Object> parameters = new LinkedHashMap<>(why.parameters);
        parameters.put("stored", true);
        parameters.put("ttl", Math.floorDiv(leftMs, 1_000L));
        return serialize(parameters);
    }

    /** Went on, and the origin said that what is held still holds. */
    static String validated(long leftMs) {
        Map<String, Object> parameters = new LinkedHashMap<>(Forward.STALE.parameters);
        parameters.put("fwd-status", 304L);
        parameters.put("stored", true);
        parameters.put("ttl", Math.floorDiv(leftMs, 1_000L));
        return serialize(parameters);
    }

    /** Answered with what another request fetched, which stays fresh that long. */
    static String collapsed(Forward why, long leftMs) {
        Map<String, Object> parameters = new LinkedHashMap<>(why.parameters);
        parameters.put("collapsed", true);
        parameters.put("ttl", Math.floorDiv(leftMs, 1_000L));
        return serialize(parameters);
    }

    private static String serialize(Map<String, Object> parameters) {
        // With a space behind each semicolon, as RFC 9211 writes it and RFC 9651 lets it be read; no value has one in
        // it.
        return HONE.withParams(Parameters.valueOf(parameters)).serialize().replace(";", "; ");
    }
}
