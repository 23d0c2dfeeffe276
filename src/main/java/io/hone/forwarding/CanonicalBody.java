package io.hone.forwarding;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hone.gateway.ProviderKind;
import java.io.IOException;
import java.math.BigDecimal;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.erdtman.jcs.JsonCanonicalizer;
import org.jspecify.annotations.Nullable;

/**
 * What a request asks for, apart from how it is written: members in any order, white space and numbers of one value are the
 * same (JSON Canonicalization Scheme, RFC 8785).
 *
 * @param digest SHA-256 of it, in hexadecimal digits; null for what cannot be told from others safely
 * @param repeatable whether the same is answered each time it is asked
 */
record CanonicalBody(@Nullable String digest, boolean repeatable) {

    /** Members that say who asks or how it is billed, and nothing about the answer. */
    private static final Map<ProviderKind, List<String>> VOLATILE = Map.of(
            ProviderKind.OPENAI,
            List.of("user", "metadata", "store", "service_tier", "safety_identifier", "prompt_cache_key"),
            ProviderKind.ANTHROPIC,
            List.of("metadata", "service_tier"),
            ProviderKind.GENERIC,
            List.of());

    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(com.fasterxml.jackson.databind.DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .enable(com.fasterxml.jackson.databind.DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    /**
     * Reads a body.
     *
     * @param path what is asked of the provider: embeddings are the same each time
     */
    static CanonicalBody of(byte[] body, ProviderKind kind, String path) {
        if (body.length == 0) {
            return new CanonicalBody(digest(body), true);
        }
        JsonNode tree;
        try (JsonParser parser = MAPPER.createParser(body)) {
            tree = MAPPER.readTree(parser);
        } catch (JsonProcessingException e) {
            // Forms and the like are compared as they are; for a model it is refused before.
            return new CanonicalBody(kind == ProviderKind.GENERIC ? digest(body) : null, true);
        } catch (IOException e) {
            throw new IllegalStateException("Bytes in memory cannot be read", e);
        }
        if (!(tree instanceof ObjectNode object) || !isExact(tree)) {
            return new CanonicalBody(kind == ProviderKind.GENERIC ? digest(body) : null, true);
        }
        boolean repeatable = isAlwaysTheSame(kind, path) || isCold(object);
        object.remove(VOLATILE.getOrDefault(kind, List.of()));
        try {
            return new CanonicalBody(
                    digest(new JsonCanonicalizer(MAPPER.writeValueAsBytes(object)).getEncodedUTF8()), repeatable);
        } catch (IOException e) {
            return new CanonicalBody(null, repeatable);
        }
    }

    /** Whether chance has no part in what is asked, whatever the body says. */
    static boolean isAlwaysTheSame(ProviderKind kind, String path) {
        return kind == ProviderKind.GENERIC || path.endsWith("/embeddings");
    }

    /** Without chance: the likeliest token each time. */
    private static boolean isCold(ObjectNode body) {
        JsonNode temperature = body.path("temperature");
        return temperature.isNumber() && temperature.decimalValue().signum() == 0;
    }

    /** Whether no number loses anything as a double, which is what the scheme writes: else two would become one. */
    private static boolean isExact(JsonNode node) {
        if (node.isNumber()) {
            double value = node.doubleValue();
            return Double.isFinite(value) && BigDecimal.valueOf(value).compareTo(node.decimalValue()) == 0;
        }
        for (JsonNode child : node) {
            if (!isExact(child)) {
                return false;
            }
        }
        return true;
    }

    private static String digest(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256", e);
        }
    }
}
