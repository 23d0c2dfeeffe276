package io.hone.responses;

import io.hone.http.AcceptEncoding;
import io.hone.http.Encoding;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * An answer that is held, with what tells whether it still holds. Immutable.
 *
 * @param answer as it was made, uncompressed where Hone made it
 * @param gzip its body compressed; null while nobody has asked for that, or where it is not worth it
 * @param life when it was made and how long it lasts
 * @param origin what it is an answer to
 */
record StoredAnswer(Answer answer, byte @Nullable [] gzip, Life life, Origin origin) {

    /**
     * Times of the wall clock, in milliseconds.
     *
     * @param bornMs when it was made, reckoned back from the age it came with
     * @param freshMs how long it is fresh, from then
     * @param staleMs how long it may be of use after that
     */
    record Life(long bornMs, long freshMs, long staleMs) {

        long ageMs(long nowMs) {
            return Math.max(0, nowMs - bornMs);
        }

        /** How long it stays fresh; negative once it is not. */
        long leftMs(long nowMs) {
            return freshMs - ageMs(nowMs);
        }
    }

    /**
     * What an answer is an answer to.
     *
     * @param path without query, decoded
     * @param varying what the request said in the fields that the answer varies by, in a normal form
     * @param tags what outdates it
     * @param epoch of the tags, of before it was made
     * @param rule by which it is held; null for none
     * @param group where it is counted; null for none
     * @param management whether asking for it counts as management
     * @param template of its path, for the log; null where there is none
     * @param loadNanos how long making it took
     */
    record Origin(
            String path,
            Fields varying,
            List<String> tags,
            long epoch,
            @Nullable CacheRule rule,
            @Nullable AnswerGroup group,
            boolean management,
            @Nullable String template,
            long loadNanos) {}

    /**
     * The four records, and the list of tags. As for all of these: a 64-bit JVM with compressed references; a test compares
     * with the heap.
     */
    private static final int OBJECTS_BYTES = 32 + 24 + 40 + 56 + 56;

    /** How much of the heap it takes, about. */
    int bytes() {
        CacheRule rule = origin.rule();
        return OBJECTS_BYTES
                + Fields.ofArray(answer.body().length)
                + (gzip == null ? 0 : Fields.ofArray(gzip.length))
                + Fields.ofString(origin.path().length())
                // The tag of the rule is written anew for each.
                + (rule == null ? 0 : Fields.ofString(rule.ownTag().length()))
                + answer.fields().bytes()
                + origin.varying().bytes();
    }

    /** Whether it answers a request with those fields, as far as it varies. */
    boolean suits(Fields request) {
        return matches(origin.varying(), request);
    }

    /** Whether both answer the same requests. */
    boolean replaces(StoredAnswer other) {
        return matches(other.origin.varying(), origin.varying()) && matches(origin.varying(), other.origin.varying());
    }

    private static boolean matches(Fields varying, Fields request) {
        boolean[] same = {true};
        varying.forEach((name, value) -> same[0] &= value.equals(normal(request.joined(name))));
        return same[0];
    }

    /** What a request says in those fields. */
    static Fields varying(Iterable<String> names, Fields request) {
        Fields varying = Fields.NONE;
        for (String name : names) {
            varying = varying.with(name, normal(request.joined(name)));
        }
        return varying;
    }

    /** White space around members of a list means nothing (RFC 9111, section 4.1); a missing field is told from an empty one. */
    private static String normal(@Nullable String value) {
        return value == null ? "\0" : value.strip().replaceAll("\\s*,\\s*", ",");
    }

    /** Whether it is worth compressing for who accepts that. */
    boolean isCompressible(int minBytes) {
        String type = answer.fields().first("Content-Type");
        return answer.body().length > minBytes
                && !answer.fields().has("Content-Encoding")
                && type != null
                && Encoding.isCompressible(type.toLowerCase(Locale.ROOT));
    }

    /** The same with its compressed form. */
    StoredAnswer compressed() {
        return gzip != null ? this : new StoredAnswer(answer, Encoding.gzip(answer.body()), life, origin);
    }

    static boolean wantsGzip(Fields request) {
        return AcceptEncoding.allowsGzip(request.joined("Accept-Encoding"));
    }

    /** As the one that is held, not by what it says: bytes are not compared. */
    @Override
    public boolean equals(@Nullable Object other) {
        return this == other;
    }

    @Override
    public int hashCode() {
        return System.identityHashCode(this);
    }
}
