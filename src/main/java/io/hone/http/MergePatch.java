package io.hone.http;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.CharConversionException;
import java.io.IOException;
import java.io.InputStream;

/** JSON Merge Patch (RFC 7396): what is named changes, null removes, what is not named stays. */
public final class MergePatch {

    /** The media type of a patch. */
    public static final String MEDIA_TYPE = "application/merge-patch+json";

    /** Decimals stay what was written, to the last digit. */
    private static final ObjectReader EXACT =
            Json.MAPPER.readerFor(JsonNode.class).with(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);

    private MergePatch() {}

    /**
     * Reads a patch of an object.
     *
     * @throws ProblemException 422 where it is no object, 400 where it is no text
     * @throws IOException where it is no JSON, or cannot be read
     */
    public static ObjectNode read(InputStream body) throws IOException {
        JsonNode patch;
        try {
            patch = EXACT.readTree(body);
        } catch (CharConversionException e) {
            // Jackson's words for bytes that are text in no encoding; not one of its own exceptions.
            throw new ProblemException(ProblemType.MALFORMED_JSON, "The body is no text in UTF-8, UTF-16 or UTF-32");
        }
        if (patch instanceof ObjectNode object) {
            return object;
        }
        ProblemException.requireBody(patch == null || patch.isMissingNode() || patch.isNull() ? null : patch);
        throw ProblemException.invalid("", "is no object");
    }

    /** The object after the patch (RFC 7396, section 2); neither argument changes. */
    public static ObjectNode apply(ObjectNode target, ObjectNode patch) {
        ObjectNode patched = target.deepCopy();
        patch.properties().forEach(member -> {
            JsonNode value = member.getValue();
            if (value.isNull()) {
                patched.remove(member.getKey());
            } else if (value instanceof ObjectNode inner) {
                ObjectNode before = patched.get(member.getKey()) instanceof ObjectNode object
                        ? object
                        : Json.MAPPER.createObjectNode();
                patched.set(member.getKey(), apply(before, inner));
            } else {
                patched.set(member.getKey(), value);
            }
        });
        return patched;
    }
}
