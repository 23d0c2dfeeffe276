package io.hone.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.zip.GZIPOutputStream;

/** Bytes in other forms: compressed, digested. */
public final class Encoding {

    /** Beginnings of media types whose content shrinks. */
    private static final List<String> COMPRESSIBLE = List.of(
            "text/",
            "application/json",
            "application/problem+json",
            "application/x-ndjson",
            "application/yaml",
            "application/openmetrics-text",
            "image/svg+xml");

    private Encoding() {}

    /** Whether content of that media type, in lower case, is worth compressing. */
    public static boolean isCompressible(String type) {
        for (String prefix : COMPRESSIBLE) {
            if (type.startsWith(prefix)) {
                return true;
            }
        }
        return false;
    }

    /** The bytes compressed with gzip (RFC 1952). */
    public static byte[] gzip(byte[] bytes) {
        ByteArrayOutputStream packed = new ByteArrayOutputStream(bytes.length / 3 + 64);
        try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
            out.write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return packed.toByteArray();
    }

    /** The SHA-256 digest of the bytes; 32 of them. */
    public static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }

    /** The SHA-256 digest of the text in UTF-8. */
    public static byte[] sha256(String text) {
        return sha256(text.getBytes(StandardCharsets.UTF_8));
    }
}
