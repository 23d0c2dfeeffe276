package io.hone.bench;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Requests of HTTP/1.1 as bytes, made before they are timed. */
final class HttpRequests {

    private final String fields;

    /** @param credential token or key of whoever asks */
    HttpRequests(String credential) {
        fields = " HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: application/json\r\nAuthorization: Bearer " + credential
                + "\r\n";
    }

    private HttpRequests(HttpRequests others, String field) {
        fields = others.fields + field + "\r\n";
    }

    /** The same with a further header field. */
    HttpRequests with(String name, String value) {
        return new HttpRequests(this, name + ": " + value);
    }

    ByteBuffer get(String path) {
        return bytes("GET " + path + fields + "\r\n");
    }

    ByteBuffer post(String path, String json) {
        return send("POST", path, json);
    }

    ByteBuffer send(String method, String path, String json) {
        int length = json.getBytes(StandardCharsets.UTF_8).length;
        return bytes(method + " " + path + fields + "Content-Type: application/json\r\nContent-Length: " + length
                + "\r\n\r\n" + json);
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }
}
