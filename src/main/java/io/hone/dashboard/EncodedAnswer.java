package io.hone.dashboard;

import io.hone.http.Encoding;
import java.io.Serializable;

/**
 * An answer in the bytes that are sent: written and compressed once, however often it is asked for.
 *
 * @param identity JSON
 * @param gzip the same, compressed
 */
record EncodedAnswer(byte[] identity, byte[] gzip) implements Serializable {

    static EncodedAnswer of(byte[] json) {
        return new EncodedAnswer(json, Encoding.gzip(json));
    }
}
