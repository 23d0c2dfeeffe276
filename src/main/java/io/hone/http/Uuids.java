package io.hone.http;

import com.fasterxml.uuid.Generators;
import com.fasterxml.uuid.impl.TimeBasedEpochGenerator;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** UUIDs as the interface uses them. */
public final class Uuids {

    /** Version 7: ordered by time (RFC 9562, section 5.7), so that new rows land at the end of an index. */
    private static final TimeBasedEpochGenerator GENERATOR = Generators.timeBasedEpochGenerator();

    private static final Pattern CANONICAL =
            Pattern.compile("[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}");

    private Uuids() {}

    /** A new UUIDv7. */
    public static UUID create() {
        return GENERATOR.generate();
    }

    /** Reads the canonical form of 36 characters; null for anything else, which {@link UUID#fromString} lets pass. */
    public static @Nullable UUID parse(String text) {
        return CANONICAL.matcher(text).matches() ? UUID.fromString(text) : null;
    }

    /**
     * Reads an id from a path.
     *
     * @throws ProblemException 404, as for any id that does not exist
     */
    public static UUID ofPath(String what, String text) {
        UUID id = parse(text);
        if (id == null) {
            throw ProblemException.notFound(what, text.length() > 64 ? text.substring(0, 64) + "…" : text);
        }
        return id;
    }
}
