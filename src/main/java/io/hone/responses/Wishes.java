package io.hone.responses;

import java.util.concurrent.TimeUnit;

/**
 * What a request says about the use of stored answers (RFC 9111, section 5.2.1). Durations in milliseconds.
 *
 * @param noCache whether only an answer of now will do
 * @param noStore whether nothing of this may be kept
 * @param onlyIfCached whether nobody else may be asked
 * @param maxAgeMs oldest answer that will do; -1 for any
 * @param minFreshMs how long it has to stay fresh; 0 where that does not matter
 * @param maxStaleMs how long past its time an answer will do; 0 for not at all
 * @param staleIfErrorMs the same where no other can be had (RFC 5861); -1 where nothing is said
 */
record Wishes(
        boolean noCache,
        boolean noStore,
        boolean onlyIfCached,
        long maxAgeMs,
        long minFreshMs,
        long maxStaleMs,
        long staleIfErrorMs) {

    private static final Wishes NONE = new Wishes(false, false, false, -1, 0, 0, -1);

    static Wishes of(Fields fields) {
        String field = fields.joined("Cache-Control");
        if (field == null) {
            String pragma = fields.joined("Pragma");
            return pragma != null && Directives.parse(pragma).has("no-cache")
                    ? new Wishes(true, false, false, -1, 0, 0, -1)
                    : NONE;
        }
        Directives directives = Directives.parse(field);
        return new Wishes(
                directives.has("no-cache"),
                directives.has("no-store"),
                directives.has("only-if-cached"),
                millis(directives.seconds("max-age")),
                Math.max(0, millis(directives.seconds("min-fresh"))),
                maxStale(directives),
                millis(directives.seconds("stale-if-error")));
    }

    /** Whether an answer of that age and with that much time left will do without asking anybody. */
    boolean accept(long ageMs, long leftMs) {
        boolean longEnough = minFreshMs == 0 || leftMs >= minFreshMs;
        return !noCache && (maxAgeMs < 0 || ageMs <= maxAgeMs) && longEnough && leftMs > -maxStaleMs;
    }

    private static long maxStale(Directives directives) {
        String argument = directives.argument("max-stale");
        if (argument == null) {
            return 0;
        }
        return argument.isEmpty()
                ? TimeUnit.SECONDS.toMillis(Directives.FOREVER_SECONDS)
                : millis(Directives.seconds(argument, 0));
    }

    private static long millis(long seconds) {
        return seconds < 0 ? -1 : TimeUnit.SECONDS.toMillis(seconds);
    }
}
