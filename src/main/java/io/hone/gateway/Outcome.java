package io.hone.gateway;

import java.util.Set;

/**
 * What became of a call, as far as it tells how the provider is.
 *
 * @param status that was answered; 0 for no answer
 * @param latencyMs until the answer began, or failed to
 * @param words of the provider or of the failure, for what it means; never shown
 * @param probe whether it was made to find out
 */
public record Outcome(int status, long latencyMs, String words, boolean probe) {

    /** What providers answer when they have too much to do; Anthropic's, beside the one of RFC 9110. */
    private static final Set<Integer> BUSY = Set.of(503, 529);

    private static final int ERROR = 400;
    private static final int SERVER_ERROR = 500;
    private static final int NOT_IMPLEMENTED = 501;
    private static final int TOO_MANY = 429;

    /** Its own key is not accepted: no call through here can work. */
    private static final Set<Integer> REFUSED = Set.of(401, 403);

    /** How it counts. */
    enum Kind {
        GOOD,
        /** It refuses more for now. */
        LIMITED,
        /** It does not accept the key. */
        REFUSED,
        FAILED
    }

    /** Whether a status means that the provider failed, rather than the request. */
    public static boolean isFailure(int status) {
        return status >= SERVER_ERROR && status != NOT_IMPLEMENTED;
    }

    /** Whether a status means that the provider did not begin with the request. */
    public static boolean isBusy(int status) {
        return status == TOO_MANY || BUSY.contains(status);
    }

    boolean isError() {
        return status == 0 || status >= ERROR;
    }

    Kind kind() {
        if (status == 0 || isFailure(status)) {
            return Kind.FAILED;
        }
        if (status == TOO_MANY) {
            return Kind.LIMITED;
        }
        return REFUSED.contains(status) ? Kind.REFUSED : Kind.GOOD;
    }
}
