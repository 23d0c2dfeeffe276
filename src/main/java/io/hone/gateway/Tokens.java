package io.hone.gateway;

/**
 * What a call took.
 *
 * @param input all that went in, with what the provider had in its own cache; 0 and up
 * @param cached of those, read from the provider's cache
 * @param written of those, put into the provider's cache
 * @param output that came out; 0 and up
 */
public record Tokens(long input, long cached, long written, long output) {

    public Tokens {
        if (input < 0 || cached < 0 || written < 0 || output < 0 || cached > input || written > input - cached) {
            throw new IllegalArgumentException("%d tokens in, %d of them cached and %d written, and %d out"
                    .formatted(input, cached, written, output));
        }
    }

    /** Tokens that no cache of a provider has to do with. */
    public static Tokens of(long input, long output) {
        return new Tokens(input, 0, 0, output);
    }

    /** What went in as it always does. */
    long fresh() {
        return input - cached - written;
    }
}
