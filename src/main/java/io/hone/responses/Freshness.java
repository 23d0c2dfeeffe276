package io.hone.responses;

import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Whether answers of others may be held, and how long they are fresh, for a cache that is shared (RFC 9111). */
final class Freshness {

    /** May be held without being told so (RFC 9110, section 15.1), besides 206, which is never held here. */
    private static final Set<Integer> HEURISTIC = Set.of(200, 203, 204, 300, 301, 308, 404, 405, 410, 414, 501);

    /** Whose meaning for caches is known here (RFC 9111, section 3, on must-understand). */
    private static final Set<Integer> UNDERSTOOD = Set.of(
            200, 201, 202, 203, 204, 300, 301, 302, 303, 307, 308, 400, 401, 403, 404, 405, 406, 410, 411, 413, 414,
            415, 421, 422, 451, 500, 501, 502, 503, 504);

    /** The one status for which somebody else than the origin may say how long it lasts. */
    private static final int OK = 200;

    /** By which some origins say something else to servers in front of them; that it keep nothing is heeded. */
    private static final String SURROGATES = "Surrogate-Control";

    /** Share of the time since the last change that an answer is taken to stay as it is (RFC 9111, section 4.2.2). */
    private static final int HEURISTIC_PART = 10;

    private static final long LONGEST_HEURISTIC_MS = Duration.ofDays(7).toMillis();

    private Freshness() {}

    /**
     * Whether the answer to that request may be held (RFC 9111, section 3).
     *
     * @param otherwiseMs how long it is fresh where it says nothing about that; negative for what is guessed here
     */
    static boolean isStorable(Question question, int status, Fields fields, long otherwiseMs) {
        Directives control = Directives.of(fields);
        boolean understood = control.has("must-understand") && UNDERSTOOD.contains(status);
        if (!question.method().equals("GET")
                || status < 200
                || status == 206
                || status == 304
                || (control.has("must-understand") && !understood)
                || (control.has("no-store") && !understood)
                || control.hasWhole("private")
                || fields.has("Set-Cookie")
                || Directives.parse(fields.joined(SURROGATES)).has("no-store")
                || fields.tokens("Vary").contains("*")
                || Directives.of(question.fields()).has("no-store")) {
            return false;
        }
        boolean open = control.has("public") || control.has("s-maxage");
        if (question.fields().has("Authorization") && !open && !control.has("must-revalidate")) {
            return false;
        }
        boolean told = open || control.has("max-age") || fields.has("Expires");
        boolean validator = fields.has("ETag") || fields.has("Last-Modified");
        return told || (HEURISTIC.contains(status) && validator) || (otherwiseMs > 0 && status == OK);
    }

    /** What of the fields may be held: without those of one connection, and those that are named as private. */
    static Fields storable(Fields fields) {
        Directives control = Directives.of(fields);
        Set<String> left = new HashSet<>();
        for (String directive : new String[] {"private", "no-cache"}) {
            String names = control.argument(directive);
            if (names != null && !names.isEmpty()) {
                left.addAll(Fields.of("names", names).tokens("names"));
            }
        }
        left.add("age");
        left.add("cache-status");
        return fields.endToEnd().without(left);
    }

    /**
     * When it was made and how long it is fresh (RFC 9111, sections 4.2.1 and 4.2.3).
     *
     * @param requestMs when it was asked for
     * @param responseMs when it came
     * @param otherwiseMs how long it is fresh where it says nothing about that; negative for what is guessed here
     * @param staleMs how long it may be of use after that
     */
    static StoredAnswer.Life life(
            int status, Fields fields, long requestMs, long responseMs, long otherwiseMs, long staleMs) {
        Instant date = Conditions.date(fields.first("Date"));
        long apparentMs = date == null ? 0 : Math.max(0, responseMs - date.toEpochMilli());
        long correctedMs = TimeUnit.SECONDS.toMillis(age(fields)) + responseMs - requestMs;
        long bornMs = responseMs - Math.max(apparentMs, correctedMs);
        long madeMs = date == null ? responseMs : date.toEpochMilli();
        return new StoredAnswer.Life(bornMs, lifetimeMs(status, fields, madeMs, otherwiseMs), staleMs);
    }

    /**
     * Seconds that other caches have held it. More than one number, or what is none, counts as very old: RFC 9111 would
     * ignore that, but somebody on the way is confused, and asking again is always right.
     */
    private static long age(Fields fields) {
        String age = fields.joined("Age");
        return age == null ? 0 : Directives.seconds(age.strip(), Directives.FOREVER_SECONDS);
    }

    private static long lifetimeMs(int status, Fields fields, long madeMs, long otherwiseMs) {
        Directives control = Directives.of(fields);
        for (String directive : new String[] {"s-maxage", "max-age"}) {
            if (control.has(directive)) {
                return TimeUnit.SECONDS.toMillis(Math.max(0, control.seconds(directive)));
            }
        }
        String expires = fields.joined("Expires");
        if (expires != null) {
            Instant end = Conditions.date(expires);
            return end == null ? 0 : Math.max(0, end.toEpochMilli() - madeMs);
        }
        if (otherwiseMs >= 0 && status == OK) {
            return otherwiseMs;
        }
        Instant modified = Conditions.date(fields.first("Last-Modified"));
        if (modified == null || !(HEURISTIC.contains(status) || control.has("public"))) {
            return 0;
        }
        long unchangedMs = Math.max(0, madeMs - modified.toEpochMilli());
        return Math.min(LONGEST_HEURISTIC_MS, unchangedMs / HEURISTIC_PART);
    }

    /** Whether it must not be given past its time, whatever happens (RFC 9111, section 4.2.4). */
    static boolean isStrict(Directives control) {
        return control.has("must-revalidate")
                || control.has("proxy-revalidate")
                || control.has("s-maxage")
                || control.hasWhole("no-cache");
    }

    /**
     * How long past its time it may be given for that reason (RFC 5861); -1 where nothing is said.
     *
     * @param otherwiseSeconds what holds where the answer says nothing; 0 for nothing
     */
    static long staleMs(Directives control, String reason, long otherwiseSeconds, @Nullable Wishes wishes) {
        long seconds = control.seconds(reason);
        if (seconds < 0 && otherwiseSeconds > 0) {
            seconds = otherwiseSeconds;
        }
        long answer = seconds < 0 ? -1 : TimeUnit.SECONDS.toMillis(seconds);
        return wishes == null ? answer : Math.max(answer, wishes.staleIfErrorMs());
    }
}
