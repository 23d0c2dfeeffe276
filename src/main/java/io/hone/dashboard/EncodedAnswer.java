package io.hone.dashboard;

import io.hone.http.Encoding;
import java.io.Serializable;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * An answer in the bytes that are sent: written and compressed once, however often it is asked for.
 *
 * @param identity JSON
 * @param gzip the same, compressed
 */
record EncodedAnswer(byte[] identity, byte[] gzip) implements Serializable {

    /** Everything after the time at which it was made, which comes first. */
    private static final int CONTENT = "{\"generated_at\":\"2026-11-20T12:00:00.000Z\"".length();

    /** Whether both say the same, whenever they were made. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof EncodedAnswer answer
                && Arrays.equals(identity, CONTENT, identity.length, answer.identity, CONTENT, answer.identity.length);
    }

    @Override
    public int hashCode() {
        return identity.length;
    }

    static EncodedAnswer of(byte[] json) {
        return new EncodedAnswer(json, Encoding.gzip(json));
    }
}
