package io.hone.forwarding;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** The model that a body names. */
final class ModelName {

    private static final JsonFactory JSON = new JsonFactory();

    private ModelName() {}

    /** The same body with another model, and not one byte else changed; as it is where it names none. */
    static byte[] replaced(byte[] body, String model) {
        try (JsonParser parser = JSON.createParser(body)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return body;
            }
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                boolean found = parser.currentName().equals("model");
                JsonToken value = parser.nextToken();
                if (found && value == JsonToken.VALUE_STRING) {
                    int from = (int) parser.currentTokenLocation().getByteOffset();
                    // Reads it to its end.
                    parser.getText();
                    int to = (int) parser.currentLocation().getByteOffset();
                    ByteArrayOutputStream out = new ByteArrayOutputStream(body.length + model.length());
                    out.write(body, 0, from);
                    out.write('"');
                    out.writeBytes(new String(JsonStringEncoder.getInstance().quoteAsString(model))
                            .getBytes(StandardCharsets.UTF_8));
                    out.write('"');
                    out.write(body, to, body.length - to);
                    return out.toByteArray();
                }
                parser.skipChildren();
            }
            return body;
        } catch (IOException e) {
            // It was read before, so it is JSON; anything else has no model.
            return body;
        }
    }
}
