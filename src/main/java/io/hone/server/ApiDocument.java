package io.hone.server;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.hone.http.Encoding;
import io.hone.http.Json;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** The OpenAPI document, read and converted once. Thread-safe. */
@Singleton
class ApiDocument {

    private static final String RESOURCE = "/openapi.yaml";

    /** One form of the document; the tag names its bytes. */
    record Form(String mediaType, byte[] bytes, String tag) {

        private static Form of(String mediaType, byte[] bytes) {
            return new Form(mediaType, bytes, HexFormat.of().formatHex(Encoding.sha256(bytes), 0, 8));
        }
    }

    private final Form yaml;
    private final Form json;

    @Inject
    ApiDocument() {
        byte[] source = read();
        yaml = Form.of("application/yaml", source);
        json = Form.of("application/json", converted(source));
    }

    /** As it was written. */
    Form yaml() {
        return yaml;
    }

    /** The same as JSON. */
    Form json() {
        return json;
    }

    private static byte[] read() {
        try (InputStream in = ApiDocument.class.getResourceAsStream(RESOURCE)) {
            if (in == null) {
                throw new IllegalStateException("The program has no " + RESOURCE);
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] converted(byte[] yaml) {
        try {
            return Json.MAPPER.writeValueAsBytes(new YAMLMapper().readTree(new String(yaml, StandardCharsets.UTF_8)));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(RESOURCE + " is no YAML", e);
        }
    }
}
