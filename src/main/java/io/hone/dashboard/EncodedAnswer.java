package io.hone.dashboard;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.zip.GZIPOutputStream;

/**
 * An answer in the bytes that are sent: written and compressed once, however often it is asked for.
 *
 * @param identity JSON
 * @param gzip the same, compressed
 */
record EncodedAnswer(byte[] identity, byte[] gzip) implements Serializable {

    static EncodedAnswer of(byte[] json) {
        ByteArrayOutputStream packed = new ByteArrayOutputStream(json.length / 3 + 64);
        try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
            out.write(json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new EncodedAnswer(json, packed.toByteArray());
    }
}
