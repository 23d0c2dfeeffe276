package io.hone.gateway;

/**
 * How a call went.
 *
 * @param model as the provider answered it, or as it was asked for
 * @param inputTokens all that went in, with what the provider had in its own cache; 0 where nobody counted
 * @param outputTokens 0 where nobody counted
 * @param cached whether the answer came from a cache, wholly
 * @param savedUsd what it would have cost; nothing unless cached
 * @param status of HTTP; 0 where there was no answer
 * @param durationMs from the request to the last byte
 */
public record Usage(
        String model,
        long inputTokens,
        long outputTokens,
        boolean cached,
        Money savedUsd,
        int status,
        long durationMs) {

    static final int LONGEST_MODEL = 200;

    public Usage {
        if (inputTokens < 0 || outputTokens < 0 || durationMs < 0) {
            throw new IllegalArgumentException(
                    "%d and %d tokens, %d ms".formatted(inputTokens, outputTokens, durationMs));
        }
        model = model.length() > LONGEST_MODEL ? model.substring(0, LONGEST_MODEL) : model;
    }

    /** A call that the provider answered. */
    public static Usage answered(String model, long inputTokens, long outputTokens, int status, long durationMs) {
        return new Usage(model, inputTokens, outputTokens, false, Money.ZERO, status, durationMs);
    }

    /** Whether it failed: no answer, or one of an error. */
    boolean failed() {
        return status < 200 || status >= 400;
    }
}
